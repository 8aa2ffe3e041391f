"""Rewards for TRL 1.

``GRPOTrainer(reward_funcs=isovist_reward, …)`` or, on the command line, ``--reward_funcs isovist.trainers.trl.isovist_reward``.
The data set has a column ``ground_truth``, or ``reward_model`` as the export ``rl`` has it. Completions may be texts or
conversations.

TRL puts the pictures of a row before its first message, whatever ``<image>`` stands in it. :func:`placed` puts them where they belong::

    rows = datasets.load_dataset("parquet", data_files="out/rl/train-*.parquet", split="train").map(placed)
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from isovist import ArgumentError
from isovist.trainers import _judges, _rows

RewardFunction = Callable[..., list[float | None]]


def reward_function(
    preset: str = "isovist", *, component: str | None = None, column: str = "ground_truth"
) -> RewardFunction:
    """A reward function for TRL.

    ``component``: pay this component before its weight instead of the whole reward, for instance to log it apart with
    weight 0. ``column``: the column of the ground truth. The function returns a reward for each completion, ``None`` for
    a row without a ground truth or where the component does not apply. It raises :class:`isovist.TruthError`, and
    :class:`isovist.ArgumentError` where the column is missing.
    """
    judge = _judges.judge(preset)
    if component is not None and component not in judge.weights:
        raise ArgumentError(f"{preset} has no component {component!r} (hint: one of {', '.join(judge.weights)})")

    def reward(prompts: list[Any], completions: list[Any], **columns: Any) -> list[float | None]:
        truths = _judges.truths_of(columns, column)
        if len(truths) != len(completions):
            raise ArgumentError(f"{column}: {len(truths)} ground truths for {len(completions)} completions")
        rows = [at for at, truth in enumerate(truths) if truth is not None]
        judged = judge.batch([truths[at] for at in rows], [_judges.reply_of(completions[at]) for at in rows])
        paid = judged.rewards if component is None else judged.components[component]
        rewards: list[float | None] = [None] * len(completions)
        for at, value in zip(rows, paid.tolist(), strict=True):
            rewards[at] = None if value != value else value
        return rewards

    reward.__name__ = reward.__qualname__ = "_".join(
        part.replace("-", "_") for part in (preset, component or "reward")
    )
    return reward


def placed(row: Mapping[str, Any], folder: str = "") -> dict[str, Any]:
    """A row with pictures as TRL wants it: contents as lists of parts, one of the type ``image`` where ``<image>`` stood.

    For ``Dataset.map``, on the exports ``rl``, ``messages`` and ``traces``. ``folder``: that of the corpus, for exports that name
    their pictures; the names become whole paths. A row without pictures is given back as it is. Raises
    :class:`isovist.ArgumentError` where there are more or fewer places than pictures.
    """
    result = dict(row)
    if result.get("images") is None:
        return result
    pictures = result["images"]
    if folder:
        result["images"] = [str(Path(folder).absolute() / one) if isinstance(one, str) else one for one in pictures]
    for name in ("prompt", "messages"):
        if isinstance(result.get(name), list):
            result[name] = _rows.parts(result[name], len(pictures))
    return result


isovist_reward: RewardFunction = reward_function()
