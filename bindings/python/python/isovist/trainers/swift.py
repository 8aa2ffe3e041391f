"""Rewards for ms-swift 4.

A plugin file in a folder of its own::

    from isovist.trainers.swift import register
    register()

and ``--external_plugins plugin.py --reward_funcs isovist``. The data set has a column ``ground_truth``; of the
export ``rl``, ``--columns '{"prompt": "messages", "answer": "ground_truth"}'`` makes one. Do not name this very
file as the plugin: ms-swift puts the plugin's folder on ``sys.path``, where the file would hide ms-swift itself.
"""

from typing import Any

import isovist
from isovist.trainers import _judges


class IsovistReward:
    """What an ORM of ms-swift does: completions and the columns of the data set in, a reward for each out."""

    preset = "isovist"
    column = "ground_truth"

    def __call__(self, completions: list[Any], **columns: Any) -> list[float | None]:
        """The reward of each completion; ``None`` for a row without a ground truth. Raises
        :class:`isovist.TruthError`, and :class:`isovist.ArgumentError` where the column is missing."""
        return _rewards(self.preset, _judges.truths_of(columns, self.column), completions)


def _rewards(preset: str, truths: list[Any], completions: list[Any]) -> list[float | None]:
    rows = [at for at, truth in enumerate(truths) if truth is not None]
    replies = [_judges.reply_of(completions[at]) for at in rows]
    judged = _judges.judge(preset).batch([truths[at] for at in rows], replies)
    rewards: list[float | None] = [None] * len(completions)
    for at, reward in zip(rows, judged.rewards.tolist(), strict=True):
        rewards[at] = reward
    return rewards


def reward_name(preset: str) -> str:
    """Name of a preset among ``--reward_funcs``: ``isovist``, ``isovist_3d_r1`` …"""
    return "isovist" if preset == "isovist" else "isovist_" + preset.replace("-", "_")


def register() -> dict[str, type]:
    """Puts a reward for every preset into ms-swift's ``orms``; returns them by name. Needs ms-swift."""
    from swift.rewards import ORM, orms

    rewards: dict[str, type] = {}
    for preset in isovist.presets():
        name = reward_name(preset)
        rewards[name] = type(name, (IsovistReward, ORM), {"preset": preset, "__doc__": IsovistReward.__doc__})
    orms.update(rewards)
    return rewards
