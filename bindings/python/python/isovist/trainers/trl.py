"""Rewards for TRL 1.

``GRPOTrainer(reward_funcs=isovist_reward, …)`` or, on the command line, ``--reward_funcs isovist.trainers.trl.isovist_reward``.
The data set has a column ``ground_truth``. Completions may be texts or conversations.
"""

from collections.abc import Callable
from typing import Any

from isovist import ArgumentError
from isovist.trainers import _judges

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
        if column not in columns:
            raise ArgumentError(f"the data set has no column {column!r} (hint: one JSON text a row)")
        truths = columns[column]
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


isovist_reward: RewardFunction = reward_function()
