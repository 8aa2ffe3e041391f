"""The environment that verifiers finds as ``isovist-scenes``: the model asks, the scene judges the question."""

from isovist.trainers.verifiers import Chat, Scenes, SinglePlay

__all__ = ["Chat", "Scenes", "SinglePlay"]
