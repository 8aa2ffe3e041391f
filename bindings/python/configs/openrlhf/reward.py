"""The reward file that OpenRLHF loads by path."""

from isovist.trainers.openrlhf import reward_func

__all__ = ["reward_func"]
