"""Scenes as tasks: the model asks, and the scene says whether the question has one certain answer."""

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import verifiers.v1 as vf

import isovist
from isovist.trainers import _judges, _rows

#: Least share of an object that a picture must show for the object to count as shown; the engine's own.
LEAST_VISIBLE = 0.1

_TAG = re.compile(r"<\s*/?\s*question\b[^<>]*>", re.IGNORECASE)
_SECTION = re.compile(r"<question>(.*?)</question>", re.IGNORECASE | re.DOTALL)

INSTRUCTIONS = (
    "Say what is there inside <observation></observation>, then ask one question about it inside <question></question>. "
    "It must have one certain answer, which whoever answers finds without you."
)


@cache
def scene(name: str) -> isovist.Scene:
    """A scene, opened once a process."""
    return isovist.open(name)


def scene_names(given: str) -> list[str]:
    """The scenes that a name stands for: a built-in one, a scene folder, or those below a folder; sorted."""
    folder = Path(given)
    if given in isovist.builtin_names() or not folder.is_dir() or (folder / "scene.json").is_file():
        return [given]
    found = sorted(str(path.parent) for path in folder.glob("*/scene.json"))
    if not found:
        raise isovist.ArgumentError(f"{given}: no scenes (hint: a built-in one, a scene folder, or a folder of them)")
    return found


@dataclass(frozen=True)
class Asked:
    """What the engine says of a question."""

    text: str
    verdict: isovist.Verdict | None
    """``None`` where it is no question that the phrase book reads."""
    fault: str | None
    """Why there is no certain answer: the code."""

    @property
    def valid(self) -> bool:
        """Whether it has one certain answer."""
        return self.verdict is not None and self.verdict.kind == "certain"

    @property
    def ground_truth(self) -> str | None:
        """What an answer is held against; ``None`` without a certain answer, and where several options are right."""
        if self.verdict is None or self.verdict.answer is None:
            return None
        if not self.verdict.options:
            return self.verdict.answer.to_json()
        if len(self.verdict.right_options) != 1:
            return None
        answer = self.verdict.answer.to_dict()
        row = {"answer": answer, "options": self.verdict.options, "answer_text": self.verdict.right_options[0]}
        return _rows.as_json(row)


def question_of(reply: str) -> str | None:
    """The question of a reply: what its only question section holds; ``None`` with none, several, or broken ones."""
    found = _SECTION.search(reply) if len(_TAG.findall(reply)) == 2 else None
    return found.group(1).strip() if found else None


def ask(name: str, question: str, profile: str) -> Asked:
    """A question held against a scene. Whatever it says, nothing is raised."""
    try:
        verdict = scene(name).ask(question, profile)
    except isovist.QuestionError as fault:
        return Asked(question, None, fault.code)
    return Asked(question, verdict, verdict.reason)


class AskingData(vf.TaskData):
    """A scene and what of it is shown."""

    scene: str
    frames: list[str]
    shown: list[str]
    """Labels of what the pictures show, or of all there is where none is shown."""


class AskingConfig(vf.TaskConfig):
    """How questions are paid."""

    preset: str = "spatialevo-questioner"
    """Name of a preset with a component for questions."""
    profile: str = "isovist"
    """Definitions by which questions are answered (``isovist.catalogue()["profiles"]``)."""


class Asking(vf.Task[AskingData, vf.State, AskingConfig]):
    """A scene to ask about: the reward is that of a question with a certain answer and a true observation."""

    def asked(self, reply: str) -> Asked | None:
        """What the engine says of the question of a reply; ``None`` where the reply has no single one."""
        question = question_of(reply)
        return None if question is None else ask(self.data.scene, question, self.config.profile)

    def judged(self, reply: str) -> isovist.Judgement:
        """The judgement of a reply, as the service's questioner has it in the task ``free``."""
        asked = self.asked(reply)
        facts: dict[str, object] = {"shown": self.data.shown}
        if asked is not None:
            facts |= {"valid": asked.valid, "worth": 1.0}
        # No component for questions looks at an answer.
        row = {"truth": {"kind": "yes_no", "value": True}, "facts": facts}
        return _judges.judge(self.config.preset).judge(row, reply)

    @vf.reward
    async def isovist(self, trace: vf.Trace) -> float:
        """The reward of the last reply under the preset."""
        return self.judged(trace.last_reply).reward

    @vf.metric
    async def components(self, trace: vf.Trace) -> dict[str, float]:
        """Each component before its weight, and ``valid``: 1 for a question with one certain answer, 0 otherwise."""
        asked = self.asked(trace.last_reply)
        if asked is not None:
            trace.info["isovist"] = {"question": asked.text, "fault": asked.fault}
        scores = {name: component.score for name, component in self.judged(trace.last_reply).components.items()}
        return scores | {"valid": float(asked is not None and asked.valid)}


class ScenesConfig(vf.TasksetConfig):
    """Which scenes, and what of them is shown."""

    scenes: list[str] = ["kitchen"]
    """Built-in scenes, scene folders, or folders of those."""
    frames: int = 0
    """Pictures that are shown, neighbours in the scene's order; only of those whose contents the scene knows."""
    list_things: bool = True
    """Whether the labels of what is shown are listed."""
    examples: int = 6
    """Questions about other scenes that show how one may ask."""
    tasks: int = 100
    """How many tasks."""
    seed: int = 0
    """What is drawn; the same seed draws the same."""
    task: AskingConfig = AskingConfig()


class Scenes(vf.Taskset[Asking, ScenesConfig]):
    """Scenes by turns, each time with other pictures."""

    def load(self) -> Iterator[Asking]:
        """Each task is a function of seed, position and scenes. Raises :class:`isovist.ArgumentError` where a scene has too few
        pictures whose contents are known."""
        names = [name for given in self.config.scenes for name in scene_names(given)]
        for at in range(self.config.tasks):
            draw = random.Random(f"{self.config.seed} {at}")
            yield Asking(self._data(names[at % len(names)], draw), self.config.task)

    def _data(self, name: str, draw: random.Random) -> AskingData:
        opened = scene(name)
        frames = [frame for frame in opened.frames if frame.colour_file and frame.visible_fractions]
        if len(frames) < self.config.frames:
            raise isovist.ArgumentError(
                f"{name}: {len(frames)} pictures whose contents are known, not {self.config.frames} "
                "(hint: `isovist sightings SCENE --write`)"
            )
        first = draw.randrange(len(frames) - self.config.frames + 1) if self.config.frames else 0
        taken = frames[first : first + self.config.frames]
        if taken:
            seen = {at for frame in taken for at, share in (frame.visible_fractions or {}).items() if share >= LEAST_VISIBLE}
            labels = [thing.label for thing in opened.objects if thing.id in seen]
        else:
            labels = [thing.label for thing in opened.objects]
        urls = [_rows.data_url(frame.colour_file, Path(name)) for frame in taken]
        return AskingData(
            id=f"{opened.id}-{'-'.join(frame.name for frame in taken)}" if taken else opened.id,
            name=opened.id,
            prompt=_rows.messages([{"role": "user", "content": self._prompt(labels, len(taken), draw)}], urls),
            system_prompt=INSTRUCTIONS,
            scene=name,
            frames=[frame.name for frame in taken],
            shown=sorted(set(labels)),
        )

    def _prompt(self, labels: list[str], pictures: int, draw: random.Random) -> str:
        lines = [_rows.PICTURE] * pictures
        if self.config.list_things:
            counts = sorted(Counter(labels).items())
            lines.append("There are: " + ", ".join(label if n == 1 else f"{label} ({n})" for label, n in counts) + ".")
        known = isovist.catalogue()["tasks"]
        shown = draw.sample([task["example"]["text"] for task in known], min(self.config.examples, len(known)))
        if shown:
            lines += ["Such can be asked, of another place:", *(f"- {text}" for text in shown)]
        return "\n".join(lines) or "Ask about the scene."
