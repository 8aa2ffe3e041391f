"""The reward file that EasyR1 loads by path."""

from isovist.trainers.easyr1 import REWARD_NAME, REWARD_TYPE, compute_score

__all__ = ["REWARD_NAME", "REWARD_TYPE", "compute_score"]
