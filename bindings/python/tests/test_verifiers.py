"""Episodes that the published package verifiers plays with our environments, against a model that is a table of replies.

Its own environment, interception server, client and scoring run; only the model is ours, a server on this machine. Skipped where
verifiers is not installed (``verifiers.txt`` has it); with ``ISOVIST_CONTRACTS=1`` that fails.
"""

import asyncio
import importlib.metadata
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from conftest import PACKAGE, Cli
from test_service import post, service

import isovist

if os.environ.get("ISOVIST_CONTRACTS") != "1":
    pytest.importorskip("verifiers.v1", reason="verifiers is not installed (pip install -r tests/verifiers.txt)")
import verifiers.v1 as vf

from isovist.trainers import _rows
from isovist.trainers import verifiers as ours

__all__ = ["service"]  # a fixture of another file, used by its name

CONFIGS = PACKAGE / "configs/verifiers"
Model = Callable[[dict[str, Any]], str]
RECIPE = """
name = "rooms"
seed = 3
rows = 40
[[scenes]]
path = "rooms"
[splits]
train = 0.5
val = 0.5
[output]
exports = ["parquet", "jsonl", "messages", "rl"]
images = "embed"
images_per_row = 2
"""


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The modules that verifiers finds by name, as if they were installed."""
    monkeypatch.syspath_prepend(str(CONFIGS))


@pytest.fixture(scope="module")
def folder(cli: Cli, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus with pictures in ``out``, its scenes in ``rooms``."""
    folder = tmp_path_factory.mktemp("corpus")
    (folder / "corpus.toml").write_text(RECIPE, "utf-8")
    for command in (
        ["rooms", "build", "--n", "2", "--size", "160x120", "-o", str(folder / "rooms")],
        ["corpus", "make", str(folder / "corpus.toml"), "-o", str(folder / "out")],
    ):
        done = cli(*command)
        assert (folder / "out/rl").is_dir() or done.returncode == 0, done.stderr
    return folder


class Served:
    """A model behind an OpenAI-compatible server: a function of the request."""

    def __init__(self) -> None:
        self.model: Model = lambda _: ""
        self.requests: list[dict[str, Any]] = []
        self.failures = 0
        served = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                served.requests.append(request)
                if served.failures:
                    served.failures -= 1
                    self.answer(503, {"error": {"message": "busy"}})
                    return
                message = {"role": "assistant", "content": served.model(request)}
                choice = {"index": 0, "message": message, "finish_reason": "stop"}
                usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
                self.answer(200, {"id": "1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": usage})

            def answer(self, status: int, value: dict[str, Any]) -> None:
                body = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"


@pytest.fixture
def served() -> Iterator[Served]:
    """A server for the length of a test."""
    served = Served()
    thread = threading.Thread(target=served.server.serve_forever)
    thread.start()
    yield served
    served.server.shutdown()
    served.server.server_close()
    thread.join()


def play(env: Any, served: Served, model: Model, tasks: int) -> list[Any]:
    """The episodes of the first tasks, as an evaluation plays them."""
    served.model = model
    config = vf.EvalClientConfig(base_url=served.url, api_key_var="NONE_NEEDED")
    ctx = vf.ModelContext(model="m", client=config, sampling=vf.SamplingConfig())

    async def played() -> list[Any]:
        async with env.serving():
            return [await env.run_slot(slot, ctx) for task in env.taskset.take(tasks) for slot in env.slots(task)]

    return asyncio.run(played())


def test_the_package_is_the_pinned_one() -> None:
    pinned = (PACKAGE / "tests/verifiers.txt").read_text("utf-8").splitlines()
    assert f"verifiers=={importlib.metadata.version('verifiers')}" in pinned


def test_rows_of_every_export_are_the_same_questions(folder: Path) -> None:
    out = folder / "out"
    rl = list(_rows.read(out / "rl", "train"))
    assert len(rl) > 10 and len(list(_rows.read(out / "rl"))) > len(rl)
    full = [one for one in _rows.read(out / "parquet", "train") if one.ground_truth is not None]
    assert [(one.id, one.task, one.messages) for one in full] == [(one.id, one.task, one.messages) for one in rl]
    lines = [one for one in _rows.read(out / "jsonl", "train") if one.ground_truth is not None]
    judge = isovist.Judge()
    for one, other, third in zip(rl, full, lines, strict=True):
        assert one.ground_truth is not None and other.ground_truth is not None and third.ground_truth is not None
        for reply in ("<answer>B</answer>", "<answer>yes</answer>", "1 m", "2", ""):
            paid = {judge.judge(truth, reply).to_json() for truth in (one.ground_truth, other.ground_truth, third.ground_truth)}
            assert len(paid) == 1, (one, reply)
    text = [part for part in rl[0].messages[0]["content"] if part["type"] == "text"]
    assert all("<image>" not in part["text"] for part in text)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"messages": []}, "no ground truth"),
        ({"text": "How many?"}, "no ground truth"),
        ({"id": "1"}, "neither prompt nor problem"),
        ({"problem": "<image>How many?", "answer": "{}"}, "more <image> than pictures"),
        ({"problem": "How many?", "answer": "{}", "images": ["data:image/png;base64,AA=="]}, "have no <image>"),
        ({"problem": "<image>", "answer": "{}", "images": ["there.png"]}, "no picture 'there.png'"),
        ({"problem": "<image>", "answer": "{}", "images": [{"bytes": b"root:x:0", "path": "a"}]}, "no known kind"),
    ],
)
def test_rows_that_cannot_be_asked_say_why(row: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(isovist.ArgumentError, match=message):
        _rows.asked(row, tmp_path)


def test_rows_that_are_not_there_say_so(folder: Path, tmp_path: Path) -> None:
    for rows, split, message in (("none/*.parquet", "", "no rows"), (str(folder / "out/rl"), "test", "of the split 'test'")):
        with pytest.raises(isovist.ArgumentError, match=message):
            ours.load_environment(rows, split=split)
    with pytest.raises(isovist.UnknownName):
        ours.load_environment(str(folder / "out/rl"), "none")
    with pytest.raises(ValueError, match="no rows"):
        next(iter(vf.load_taskset(ours.QuestionsConfig(id="isovist-env"))))


def right(truth: str) -> str:
    """A right reply to what the judge compares with."""
    told = json.loads(truth)
    match told["kind"]:
        case "choice":
            said = "ABCDEFGH"[told["position"]]
        case "yes_no":
            said = "yes" if told["value"] else "no"
        case "quantity":
            said = f"{told['value']:.3f} {told['unit']}"
        case "order":
            said = ", ".join(told["names"])
        case _:
            said = str(told.get("words") or told.get("name") or told.get("value"))
    return f"<answer>{said}</answer>"


def test_questions_are_asked_and_paid(folder: Path, served: Served) -> None:
    env = ours.load_environment(str(folder / "out/rl"))
    assert type(env) is ours.SinglePlay
    rows = _rows.read(folder / "out/rl", "train")
    truths = {json.dumps(row.messages[0]["content"]): row.ground_truth or "" for row in rows}
    replies = ["<answer>B</answer>", "<answer>yes</answer>", "", "no idea"]

    def reply(request: dict[str, Any]) -> str:
        number = len(served.requests)
        asked = json.dumps(request["messages"][1]["content"])
        return right(truths[asked]) if number % 2 else replies[number // 2 % len(replies)]

    episodes = play(env, served, reply, 12)
    assert len(episodes) == len(served.requests) == 12
    judge = isovist.Judge()
    paid = set()
    for asked, episode, request in zip(_rows.read(folder / "out/rl", "train"), episodes, served.requests, strict=False):
        assert episode.ok, episode
        (trace,) = episode.traces
        judged = judge.judge(asked.ground_truth or "", trace.last_reply)
        assert trace.reward == judged.reward
        assert trace.metrics == {name: component.score for name, component in judged.components.items()}
        assert set(trace.rewards) == {"isovist"} and trace.task.data.id == asked.id
        # The model got the very bytes.
        system, user = request["messages"]
        assert system == {"role": "system", "content": ours.QuestionsConfig().instructions} and user == asked.messages[0]
        paid.add(trace.reward)
    assert len(paid) > 1, paid


def test_a_busy_model_is_asked_again_and_a_broken_one_is_an_error(folder: Path, served: Served) -> None:
    env = ours.load_environment(str(folder / "out/rl"), "3d-r1")
    served.failures = 1
    (episode,) = play(env, served, lambda _: "<answer>B</answer>", 1)
    assert episode.ok and len(served.requests) == 2 and "format" in episode.traces[0].metrics
    served.failures = 100
    (episode,) = play(env, served, lambda _: "<answer>B</answer>", 1)
    assert not episode.ok and episode.traces[0].errors[-1].type == "ProviderError", episode.traces[0].errors


def test_a_ground_truth_that_does_not_read_is_an_error(served: Served, tmp_path: Path) -> None:
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"prompt": "How many?", "ground_truth": "three"}\n{"prompt": "How many?", "ground_truth": "null"}\n', "utf-8")
    env = ours.load_environment(str(rows))
    (task,) = env.taskset
    with pytest.raises(isovist.TruthError):
        asyncio.run(task.validate(None))
    (episode,) = play(env, served, lambda _: "3", 1)
    assert not episode.ok and "TruthError" in episode.traces[0].errors[-1].message


WELL = "<observation>a white vase and a refrigerator</observation><question>How far is the white vase from the fridge?</question>"


@pytest.mark.parametrize(
    ("reply", "valid"),
    [
        (WELL, True),
        ("<question>How far is the white vase from the fridge?</question>", True),
        ("<question>How tall is the vase?</question>", False),
        ("<question>What is the meaning of it?</question>", False),
        ("<question>How far is the white vase from the fridge?</question><question>And?</question>", False),
        ("<question><question>How far is the white vase from the fridge?</question>", False),
        ("How far is the white vase from the fridge?", False),
        ("", False),
    ],
)
def test_a_questioner_is_paid_as_the_service_pays(reply: str, valid: bool, service: str, served: Served) -> None:
    env = vf.load_environment(ours.SinglePlayConfig(taskset=ours.ScenesConfig(id="isovist-scenes", tasks=1)))
    (episode,) = play(env, served, lambda _: reply, 1)
    assert episode.ok, episode
    (trace,) = episode.traces
    assert trace.metrics["valid"] == float(valid)
    post(f"{service}/reset", {"role": "questioner", "scene": "kitchen", "task": "free", "episode_id": "e"})
    found = post(f"{service}/step", {"episode_id": "e", "action": {"reply": reply}})
    assert trace.reward == found["reward"]


def test_a_questioner_sees_pictures_and_what_they_show(folder: Path, served: Served) -> None:
    config = ours.ScenesConfig(id="isovist-scenes", scenes=[str(folder / "rooms")], frames=2, tasks=6, examples=2)
    tasks = list(vf.load_taskset(config))
    assert [task.data for task in tasks] == [task.data for task in vf.load_taskset(config)]
    for task in tasks:
        parts = task.data.prompt[0].content
        assert [part.type for part in parts] == ["image_url", "image_url", "text"]
        assert len(task.data.frames) == 2 and all(label in parts[-1].text for label in task.data.shown)
    assert len({task.data.scene for task in tasks}) == 2
    with pytest.raises(isovist.ArgumentError, match="contents are known"):
        list(vf.load_taskset(ours.ScenesConfig(id="isovist-scenes", frames=100)))


def test_self_play_pays_both(served: Served) -> None:
    config = ours.SelfPlayConfig(id="isovist-self-play", attempts=2, taskset=ours.ScenesConfig(id="isovist-scenes", tasks=1))
    env = vf.load_environment(config)
    assert type(env) is ours.SelfPlay
    answers = iter(["<answer>1.91 m</answer>", "<answer>7 m</answer>"])

    def model(request: dict[str, Any]) -> str:
        asks = "<question>" in request["messages"][0]["content"]
        return WELL if asks else next(answers)

    (episode,) = play(env, served, model, 1)
    assert episode.ok, episode
    asking, *solving = episode.traces
    assert asking.agent.name == "questioner" and asking.reward == 1.0 and asking.metrics["solved"] == 0.5
    assert sorted(trace.reward for trace in solving) == [0.0, 1.0]
    assert served.requests[-1]["messages"][-1]["content"] == "How far is the white vase from the fridge?"

    (episode,) = play(env, served, lambda _: "<question>How tall is the vase?</question>", 1)
    assert episode.ok and [trace.agent.name for trace in episode.traces] == ["questioner"]


def test_self_play_asks_options_with_their_letters(served: Served) -> None:
    config = ours.SelfPlayConfig(id="isovist-self-play", taskset=ours.ScenesConfig(id="isovist-scenes", tasks=1))
    asked = "How far is the white vase from the fridge?\nA) 5.1 m\nB) 1.9 m\nC) 0.4 m"

    def model(request: dict[str, Any]) -> str:
        asks = "<question>" in request["messages"][0]["content"]
        return f"<observation>a vase</observation><question>{asked}</question>" if asks else "<answer>B</answer>"

    (episode,) = play(vf.load_environment(config), served, model, 1)
    assert [trace.agent.name for trace in episode.traces] == ["questioner", "solver"]
    assert episode.traces[1].reward == 1.0


@pytest.mark.parametrize("file", ["isovist.toml", "self_play.toml"])
def test_the_configurations_are_read_by_the_command(file: str, tmp_path: Path) -> None:
    environment = dict(os.environ, PYTHONPATH=f"{CONFIGS}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    command = [str(Path(sys.executable).parent / "vf-eval"), "@", str(CONFIGS / file), "--dry-run"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "isovist" in done.stdout + done.stderr


def test_the_command_evaluates(folder: Path, served: Served, tmp_path: Path) -> None:
    served.model = lambda _: "<answer>B</answer>"
    environment = dict(os.environ, PYTHONPATH=f"{CONFIGS}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    command = [str(Path(sys.executable).parent / "vf-eval"), "isovist-env", "--env.taskset.rows", str(folder / "out/rl")]
    command += ["--client.base-url", served.url, "--client.api-key-var", "NONE_NEEDED", "-m", "m", "-n", "3", "-r", "2"]
    command += ["--no-push", "--no-rich", "-o", str(tmp_path / "runs")]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = [line for path in (tmp_path / "runs").rglob("*.jsonl") for line in path.read_text("utf-8").splitlines()]
    assert len(served.requests) == 6 and len(lines) >= 6, done.stdout + done.stderr
