"""Rewards for OpenRLHF 0.11.

``--reward.remote_url FILE.py`` with a file that says ``from isovist.trainers.openrlhf import reward_func``, and ``--data.label_key
ground_truth``.
"""

from collections.abc import Sequence
from typing import Any

from isovist import ArgumentError
from isovist.trainers import _judges

#: What stands before the assistant's turn in common chat templates.
MARKERS = ("<|im_start|>assistant", "<|start_header_id|>assistant<|end_header_id|>", "<start_of_turn>model")


def reward_func(
    queries: Sequence[str], prompts: Sequence[str], labels: Sequence[Any], *, preset: str = "isovist", **_others: Any
) -> dict[str, Any]:
    """The rewards of queries, each a prompt with the response after it; ``labels`` are ground truths.

    Returns ``rewards``, ``scores`` and, under ``extra_logs``, each component before its weight, 0 where it does not apply: numbers
    for one query, as OpenRLHF asks, lists for several. Raises :class:`isovist.TruthError`, and
    :class:`isovist.ArgumentError` for a query in which the response cannot be told from the prompt.
    """
    replies = [_response(query, prompt) for query, prompt in zip(queries, prompts, strict=True)]
    judged = _judges.judge(preset).batch(labels, replies)
    rows = _judges.scores(judged)
    logs = {name: [row[name] or 0.0 for row in rows] for name in judged.components}
    rewards = judged.rewards.tolist()
    if len(rewards) == 1:
        return {
            "rewards": rewards[0],
            "scores": rewards[0],
            "extra_logs": {name: values[0] for name, values in logs.items()},
        }
    return {"rewards": rewards, "scores": rewards, "extra_logs": logs}


def _response(query: str, prompt: str) -> str:
    """What follows the prompt. Decoded tokens may differ from the prompt that they were made of, by expanded image
    tokens for one; then it is what follows the marker that opens the prompt's last turn. Markers in the response are
    part of it."""
    if query.startswith(prompt):
        return query[len(prompt) :]
    for marker in MARKERS:
        turns = prompt.count(marker)
        parts = query.split(marker, turns)
        if turns and len(parts) == turns + 1:
            return parts[turns]
    raise ArgumentError("a query neither begins with its prompt nor has the prompt's marker of the assistant's turn")
