"""The environment that verifiers finds as ``isovist-env``: the rows of an export."""

from isovist.trainers.verifiers import Chat, Questions, SinglePlay

__all__ = ["Chat", "Questions", "SinglePlay"]
