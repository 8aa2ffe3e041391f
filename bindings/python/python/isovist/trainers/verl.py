"""Rewards for verl 0.9.

In the configuration::

    reward:
      custom_reward_function:
        path: pkg://isovist.trainers.verl
        name: compute_score
        reward_kwargs: {preset: isovist}

A row's ``reward_model.ground_truth`` is the ground truth as JSON text.
"""

from collections.abc import Sequence
from typing import Any

from isovist.trainers import _judges


def compute_score(
    data_source: Any,
    solution_str: str,
    ground_truth: Any,
    extra_info: Any = None,
    *,
    preset: str = "isovist",
    **_others: Any,
) -> dict[str, float]:
    """The reward of one response.

    Returns ``score`` (the reward), each component before its weight under its own name, 0 where it does not apply
    (verl wants the same keys for every row), and ``acc``, the component ``accuracy`` where the preset has it.
    Raises :class:`isovist.TruthError`.
    """
    return compute_score_batch([data_source], [solution_str], [ground_truth], preset=preset)[0]


def compute_score_batch(
    data_sources: Sequence[Any],
    solution_strs: Sequence[str],
    ground_truths: Sequence[Any],
    extra_infos: Sequence[Any] | None = None,
    *,
    preset: str = "isovist",
    **_others: Any,
) -> list[dict[str, float]]:
    """The rewards of a batch, for verl's reward manager ``batch``; each as :func:`compute_score` has it."""
    judged = _judges.judge(preset).batch(ground_truths, solution_strs)
    return [_result(*row) for row in zip(judged.rewards.tolist(), _judges.scores(judged), strict=True)]


def _result(reward: float, scores: dict[str, float | None]) -> dict[str, float]:
    result = {"score": reward}
    result |= {name: 0.0 if score is None else score for name, score in scores.items()}
    if "accuracy" in result:
        result["acc"] = result["accuracy"]
    return result
