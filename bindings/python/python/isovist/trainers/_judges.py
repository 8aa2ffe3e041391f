"""What the reward functions share: judges by preset, the words of a completion, component scores."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from isovist import ArgumentError, Judge, Judgements


@cache
def judge(preset: str) -> Judge:
    """The judge of a preset, one a process, so that each ground truth is read once."""
    return Judge(preset)


def reply_of(completion: Any) -> str | bytes | None:
    """The reply in a completion: the text itself, or the last message of the assistant in a conversation."""
    if completion is None or isinstance(completion, str | bytes):
        return completion
    if isinstance(completion, Mapping):
        return _content(completion.get("content"))
    if isinstance(completion, Sequence):
        said = [message for message in completion if isinstance(message, Mapping)]
        own = [message for message in said if message.get("role", "assistant") == "assistant"]
        return _content(own[-1].get("content")) if own else None
    raise ArgumentError(f"a completion must be a text or a list of messages, not {type(completion).__name__}")


def _content(content: Any) -> str | None:
    """The text of a message: its content, or the text parts of it where pictures stand among them."""
    if content is None or isinstance(content, str):
        return content
    parts = [part.get("text") for part in content if isinstance(part, Mapping)]
    return "".join(part for part in parts if isinstance(part, str))


def truths_of(columns: Mapping[str, Any], column: str) -> list[Any]:
    """The ground truths among the columns of a data set: those of ``column``; where it is missing, those that the export ``rl`` has in
    ``reward_model``. Raises :class:`isovist.ArgumentError` where neither is there."""
    if column in columns:
        return list(columns[column])
    models = columns.get("reward_model")
    if models is not None and all(isinstance(model, Mapping) and "ground_truth" in model for model in models):
        return [None if model["ground_truth"] == "null" else model["ground_truth"] for model in models]
    raise ArgumentError(f"the data set has no column {column!r} (hint: one JSON text a row)")


def scores(judged: Judgements) -> list[dict[str, float | None]]:
    """Score of each component of each row before its weight; ``None`` where it does not apply."""
    columns = {name: column.tolist() for name, column in judged.components.items()}
    return [
        {name: None if column[row] != column[row] else column[row] for name, column in columns.items()}
        for row in range(len(judged))
    ]
