"""Rewards for EasyR1.

In the configuration, with the path of this file (``python -c "import isovist.trainers.easyr1 as m; print(m.__file__)"``)::

    worker:
      reward:
        reward_function: /path/to/isovist/trainers/easyr1.py:compute_score
        reward_function_kwargs: {preset: isovist}
"""

from collections.abc import Mapping, Sequence
from typing import Any

from isovist.trainers import _judges

REWARD_NAME = "isovist"
REWARD_TYPE = "batch"


def compute_score(
    reward_inputs: Sequence[Mapping[str, Any]], *, preset: str = "isovist", **_others: Any
) -> list[dict[str, float | None]]:
    """The rewards of a batch of ``{"response", "response_length", "ground_truth", …}``.

    Returns for each ``overall`` (the reward), ``format`` and ``accuracy`` (``None`` where the preset has no such component or
    it does not apply) and the other components that apply. Raises :class:`isovist.TruthError`.
    """
    truths = [row["ground_truth"] for row in reward_inputs]
    judged = _judges.judge(preset).batch(truths, [row["response"] for row in reward_inputs])
    results: list[dict[str, float | None]] = []
    for reward, scores in zip(judged.rewards.tolist(), _judges.scores(judged), strict=True):
        result: dict[str, float | None] = {"overall": reward}
        result |= {name: scores.pop(name, None) for name in ("format", "accuracy")}
        result |= {name: score for name, score in scores.items() if score is not None}
        results.append(result)
    return results
