"""Environments for Prime Intellect's verifiers 0.4 (``verifiers.v1``).

================  ==============================================================================================
``Questions``     a taskset of the rows of an export; the reward is that of a preset, its components are metrics
``Scenes``        a taskset in which the model asks: a question is held against the scene and paid if it has one
                  certain answer
``SinglePlay``    the environment of one agent for both, without a sandbox
``SelfPlay``      a questioner asks of a scene, a solver answers, the scene says who is right (taskset ``Scenes``)
``Chat``          a harness that sends the conversation, without a program or tools
================  ==============================================================================================

verifiers finds a taskset by the name of a module at the top of ``sys.path``. ``configs/verifiers`` has such modules, to be
installed: ``isovist_env`` (``Questions``), ``isovist_scenes`` (``Scenes``) and ``isovist_self_play`` (``SelfPlay``)::

    vf-eval isovist-env --env.taskset.rows out/rl --env.taskset.task.preset isovist --no-push

:func:`load_environment` makes the first of them in Python. Unlike the other modules of :mod:`isovist.trainers` this one imports
its trainer.
"""

import verifiers.v1 as vf

import isovist
from isovist.trainers import _rows
from isovist.trainers.verifiers._chat import Chat, ChatConfig, SinglePlay, SinglePlayConfig
from isovist.trainers.verifiers._questions import Question, QuestionConfig, QuestionData, Questions, QuestionsConfig
from isovist.trainers.verifiers._scenes import Asking, AskingConfig, AskingData, Scenes, ScenesConfig
from isovist.trainers.verifiers._self_play import SelfPlay, SelfPlayConfig


def load_environment(rows: str, preset: str = "isovist", *, split: str = "train", instructions: str | None = None) -> vf.Env:
    """The environment of the rows of an export, under a preset.

    ``rows``, ``split`` and ``instructions`` are those of :class:`QuestionsConfig`. The module ``isovist_env`` must be there to be
    imported. Raises :class:`isovist.UnknownName` for a preset that there is none of, :class:`isovist.ArgumentError` where there are
    no rows.
    """
    isovist.Judge(preset)
    _rows.files(rows, split)
    taskset = QuestionsConfig(id="isovist-env", rows=rows, split=split, task=QuestionConfig(preset=preset))
    if instructions is not None:
        taskset.instructions = instructions
    return vf.load_environment(SinglePlayConfig(taskset=taskset))


__all__ = [
    "Asking",
    "AskingConfig",
    "AskingData",
    "Chat",
    "ChatConfig",
    "Question",
    "QuestionConfig",
    "QuestionData",
    "Questions",
    "QuestionsConfig",
    "Scenes",
    "ScenesConfig",
    "SelfPlay",
    "SelfPlayConfig",
    "SinglePlay",
    "SinglePlayConfig",
    "load_environment",
]
