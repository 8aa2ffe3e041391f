"""A questioner and a solver; the scene says who is right."""

import asyncio

import verifiers.v1 as vf

import isovist
from isovist.trainers import _judges
from isovist.trainers.verifiers._questions import INSTRUCTIONS, Question, QuestionConfig, QuestionData
from isovist.trainers.verifiers._scenes import Asking


class SelfPlayConfig(vf.EnvConfig):
    """The two agents; both are the model that is trained unless one is given another."""

    questioner: vf.AgentConfig = vf.AgentConfig(runtime=vf.SubprocessConfig())
    """Sees the scene and asks."""
    solver: vf.AgentConfig = vf.AgentConfig(runtime=vf.SubprocessConfig())
    """Sees what the questioner sees, and its question."""
    attempts: int = 1
    """How often a question is answered."""
    preset: str = "isovist"
    """What pays the solver."""


class SelfPlay(vf.Env[SelfPlayConfig]):
    """An episode: a question, and as many attempts at it as are configured if it has one certain answer."""

    async def run(self, task: Asking, agents: vf.Agents) -> None:
        """The questioner's run, then the solver's. A question without a certain answer has no solver."""
        asking = await agents.questioner.run(task)
        asked = task.asked(asking.last_reply)
        truth = asked.ground_truth if asked is not None and asked.valid else None
        if asked is None or truth is None or not _reads(self.config.preset, truth):
            return
        pictures = [
            part for message in task.data.prompt for part in (message.content if isinstance(message.content, list) else ())
            if part.type == "image_url"
        ]
        content = [*pictures, vf.TextContentPart(text=asked.text)]
        data = QuestionData(
            name=task.data.name,
            prompt=[vf.UserMessage(content=content if pictures else asked.text)],
            system_prompt=INSTRUCTIONS,
            ground_truth=truth,
        )
        question = Question(data, QuestionConfig(preset=self.config.preset))
        await asyncio.gather(*(agents.solver.run(question) for _ in range(self.config.attempts)))

    async def finalize(self, task: Asking, episode: vf.Episode) -> None:
        """How many attempts were right, on the questioner's trace."""
        right = [trace.metrics.get("accuracy") for trace in episode.traces if trace.agent.name == "solver"]
        for trace in episode.traces:
            if trace.agent.name == "questioner" and right:
                trace.record_metric("solved", sum(score or 0.0 for score in right) / len(right))


def _reads(preset: str, truth: str) -> bool:
    """Whether a reply is read for this kind of answer."""
    try:
        _judges.judge(preset).judge(truth, None)
    except isovist.TruthError:
        return False
    return True
