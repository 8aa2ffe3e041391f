"""Rows of an export as tasks: a question with its pictures, the judge as the reward."""

import logging
from collections.abc import Iterator
from pathlib import Path

import verifiers.v1 as vf

from isovist.trainers import _judges, _rows

logger = logging.getLogger(__name__)

#: What the presets want that read an answer section. Presets that want reasoning too need other instructions.
INSTRUCTIONS = (
    "Give the answer, and nothing else, inside <answer></answer>: the letter of an option where there are options; "
    "otherwise a number with its unit, a word, the names asked for, or yes or no."
)


class QuestionData(vf.TaskData):
    """A question and what a reply to it is held against."""

    ground_truth: str
    """JSON text, as :class:`isovist.Judge` takes it."""


class QuestionConfig(vf.TaskConfig):
    """How replies are paid."""

    preset: str = "isovist"
    """Name of a preset (``isovist.presets()``)."""


class Question(vf.Task[QuestionData, vf.State, QuestionConfig]):
    """A question; the reward is the judge's, its components are metrics."""

    @vf.reward
    async def isovist(self, trace: vf.Trace) -> float:
        """The reward of the last reply under the preset."""
        return _judges.judge(self.config.preset).judge(self.data.ground_truth, trace.last_reply).reward

    @vf.metric
    async def components(self, trace: vf.Trace) -> dict[str, float]:
        """Each component before its weight; those that do not apply are left out."""
        judged = _judges.judge(self.config.preset).judge(self.data.ground_truth, trace.last_reply)
        return {name: component.score for name, component in judged.components.items()}

    async def validate(self, runtime: vf.Runtime) -> bool:
        """Whether the ground truth reads. Raises :class:`isovist.TruthError` where it does not, which says why."""
        _judges.judge(self.config.preset).judge(self.data.ground_truth, None)
        return True


class QuestionsConfig(vf.TasksetConfig):
    """Which rows."""

    rows: str = ""
    """Rows of an export (``rl``; full rows of ``parquet`` and ``jsonl``): a file, a folder of files, or a pattern."""
    split: str = "train"
    """Which files of a folder: those of this split; empty for all."""
    instructions: str = INSTRUCTIONS
    """The system's message; empty for none."""
    task: QuestionConfig = QuestionConfig()


class Questions(vf.Taskset[Question, QuestionsConfig]):
    """The questions of an export, read while they are taken."""

    def load(self) -> Iterator[Question]:
        """Each row as a task. Rows whose answers no reply is read for are passed over, and counted in the log. Raises
        :class:`isovist.ArgumentError` for rows that cannot be asked."""
        if not self.config.rows:
            raise ValueError("no rows (hint: --env.taskset.rows out/rl)")
        passed_over = 0
        for asked in _rows.read(Path(self.config.rows), self.config.split):
            if asked.ground_truth is None:
                passed_over += 1
                continue
            data = QuestionData(
                id=asked.id,
                name=asked.task,
                prompt=asked.messages,
                system_prompt=self.config.instructions or None,
                ground_truth=asked.ground_truth,
            )
            yield Question(data, self.config.task)
        if passed_over:
            logger.warning("%s rows passed over: no reply is read for their kind of answer", passed_over)
