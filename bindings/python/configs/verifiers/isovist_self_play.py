"""The environment that verifiers finds as ``isovist-self-play``, for the taskset ``isovist-scenes``."""

from isovist.trainers.verifiers import SelfPlay

__all__ = ["SelfPlay"]
