"""What published clients of trainers do with `isovist serve judge`.

OpenEnv's own client plays episodes, OpenRLHF's own executor fetches rewards and NeMo Gym's own client verifies a rollout, over
HTTP, from the built command. NeMo Gym wants Python 3.12 and much else, so that its test is skipped where it cannot be imported; so is its command `ng_run`, which starts the service by our configuration.
"""

import abc
import asyncio
import importlib
import itertools
import json
import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import types
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import PACKAGE, REPOSITORY
from test_contracts import REPLIES, REWARDS, THREE, published, taken_out


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    """The address of a service: ``$ISOVIST_BIN``, or the command that ``cargo build --release`` made."""
    binary = Path(os.environ.get("ISOVIST_BIN") or REPOSITORY / "target/release/isovist")
    if not binary.is_file():
        pytest.skip("the command is not built (cargo build --release, or set ISOVIST_BIN)")
    command = [str(binary), "serve", "judge", "--port", "0", "--json", "--log", "warn"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        try:
            yield json.loads(child.stdout.readline())["url"]
        finally:
            child.terminate()
    assert child.returncode == 0


def post(url: str, body: dict[str, Any]) -> Any:
    """What is answered to a body."""
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


@pytest.fixture
def openenv(monkeypatch: pytest.MonkeyPatch) -> Any:
    """OpenEnv's generic client. Its package imports its server too, which needs a web framework; the client does not."""
    pytest.importorskip("websockets")
    core = published("openenv", "openenv/core/generic_client.py").parent
    for name in [name for name in sys.modules if name.split(".")[0] == "openenv"]:
        monkeypatch.delitem(sys.modules, name)
    for name, folder in [("openenv", core.parent), ("openenv.core", core)]:
        package = types.ModuleType(name)
        package.__path__ = [str(folder)]
        monkeypatch.setitem(sys.modules, name, package)
    return importlib.import_module("openenv.core.generic_client").GenericEnvClient


def test_openenv_plays_both_roles(service: str, openenv: Any) -> None:
    """Reset, step and state of the published client, and its errors."""
    with openenv(base_url=service).sync() as env:
        asked = {"scene": "41069025", "task": "object_counting", "format": "free_form", "seed": 2}
        rewards = []
        for count in range(40):
            shown = env.reset(**asked)
            assert shown.done is False and shown.reward is None and "question" in shown.observation
            ended = env.step({"reply": f"<answer>{count}</answer>"})
            assert ended.done is True and ended.metadata["scene"] == "41069025"
            rewards.append(ended.reward)
        assert sorted(rewards)[-2:] == [0.0, 1.0]
        assert env.state()["step_count"] == 1
        shown = env.reset(role="questioner", scene="kitchen", task="free")
        assert shown.observation["summary"]["success"] is True
        ended = env.step({"question": "How far is the white vase from the fridge?"})
        assert (ended.reward, ended.observation["response"]["is_valid"]) == (1.0, True)
        with pytest.raises(RuntimeError, match="the episode is over"):
            env.step({"reply": "again"})


def test_openenv_takes_tasks(service: str, openenv: Any) -> None:
    """A task of the task API begins its episode."""
    with urllib.request.urlopen(f"{service}/isovist/splits", timeout=30) as answer:
        splits = [split["name"] for split in json.load(answer)]
    assert splits == ["solver", "questioner"]
    with openenv(base_url=service).sync() as env:
        for split in splits:
            task = post(f"{service}/isovist/task", {"split": split, "index": 7})["task"]
            shown = env.reset(**task)
            assert (shown.observation["role"], shown.observation["scene"]) == (split, task["scene"])


def test_openrlhf_fetches_rewards(service: str) -> None:
    """OpenRLHF's own executor, taken out of its file, which imports more than it needs."""
    aiohttp = pytest.importorskip("aiohttp")
    given = dict(
        abstractmethod=abc.abstractmethod,
        ABC=abc.ABC,
        aiohttp=aiohttp,
        asyncio=asyncio,
        cycle=itertools.cycle,
        logger=logging.getLogger("openrlhf"),
    )
    source = published("openrlhf", "openrlhf/utils/agent.py")
    found = taken_out(source, ["AgentExecutorBase", "SingleTurnAgentExecutor"], given)
    executor = found["SingleTurnAgentExecutor"](f"{service}/openrlhf/get_reward")
    fetch = executor._fetch_rewards_via_http(["q" + reply for reply in REPLIES], ["q"] * 3, [THREE] * 3)
    (answer,) = asyncio.run(fetch)
    assert answer["rewards"] == answer["scores"] == REWARDS
    assert answer["extra_logs"]["accuracy"] == [1.0, 1.0, 0.0]


def test_nemo_gym_verifies(service: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """NeMo Gym's own client of servers posts what its simple agent posts, and its own models read the answers."""
    gym = pytest.importorskip("nemo_gym.server_utils", reason="nemo-gym is not installed (Python 3.12)")
    agent = pytest.importorskip("responses_api_agents.simple_agent.app")
    models = importlib.import_module("nemo_gym.config_types")
    omegaconf = importlib.import_module("omegaconf")
    # It reads its settings from the command line when it opens its first connection, and leaves a log in the working folder.
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["rollout"])
    host, _, port = service.removeprefix("http://").partition(":")
    server = {"entrypoint": "app.py", "host": host, "port": int(port)}
    config = omegaconf.OmegaConf.create({"isovist": {"resources_servers": {"isovist": server}}})
    head = gym.BaseServerConfig(host=host, port=int(port))
    client = gym.ServerClient(head_server_config=head, global_config_dict=config)
    text = {"type": "output_text", "text": REPLIES[0], "annotations": []}
    message = {"id": "m", "type": "message", "role": "assistant", "status": "completed", "content": [text]}
    response = {
        "id": "r",
        "created_at": 0,
        "model": "m",
        "object": "response",
        "output": [message],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
    }
    question = [{"role": "user", "content": "How many chairs?"}]
    row = {"responses_create_params": {"input": question}, "ground_truth": THREE, "_ng_task_index": 0}

    async def rollout() -> tuple[Any, Any]:
        async def post(path: str, body: dict[str, Any]) -> Any:
            answer = await client.post(server_name="isovist", url_path=path, json=body)
            await gym.raise_for_status(answer)
            return await gym.get_response_json(answer)

        run = agent.SimpleAgentRunRequest.model_validate(row).model_dump()
        assert await post("/seed_session", run) == {}
        request = agent.SimpleAgentVerifyRequest.model_validate(run | {"response": response})
        verified = agent.SimpleAgentVerifyResponse.model_validate(await post("/verify", request.model_dump()))
        means = await post("/aggregate_metrics", {"verify_responses": [verified.model_dump()]})
        return verified, models.AggregateMetrics.model_validate(means)

    verified, means = asyncio.run(rollout())
    assert (verified.reward, verified.accuracy_score, verified.ground_truth) == (1.0, 1.0, THREE)
    assert means.key_metrics == {"mean/reward": 1.0}


def test_nemo_gym_starts_the_service(tmp_path: Path) -> None:
    """`ng_run` with our configuration, in the environment of the test instead of one that it would make for the server."""
    pytest.importorskip("nemo_gym.server_utils", reason="nemo-gym is not installed (Python 3.12)")
    binary = Path(os.environ.get("ISOVIST_BIN") or REPOSITORY / "target/release/isovist")
    if not binary.is_file():
        pytest.skip("the command is not built (cargo build --release, or set ISOVIST_BIN)")
    shutil.copytree(PACKAGE / "configs/nemo_gym", tmp_path / "gym")
    (tmp_path / "gym/resources_servers/isovist/.venv").symlink_to(sys.prefix)
    ports = []
    for _ in range(2):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            ports.append(free.getsockname()[1])
    config = tmp_path / "gym/isovist.yaml"
    told = config.read_text("utf-8").replace("port: 8000", f"port: {ports[0]}").replace("command: isovist", f"command: {binary.absolute()}")
    config.write_text(told, "utf-8")
    command = [str(Path(sys.prefix) / "bin/ng_run"), "+config_paths=[isovist.yaml]", "+skip_venv_if_present=true"]
    command += [f"+head_server.port={ports[1]}", "+head_server.host=127.0.0.1"]
    # Ray's sockets have long paths.
    with tempfile.TemporaryDirectory(prefix="ng") as ray, (tmp_path / "log").open("wb") as log:
        given = {"RAY_ADDRESS": "local", "RAY_TMPDIR": ray, "RAY_USAGE_STATS_ENABLED": "0", "RAY_AUTH_MODE": "disabled"}
        path = f"{Path(sys.prefix) / 'bin'}{os.pathsep}{os.environ['PATH']}"
        with subprocess.Popen(command, cwd=tmp_path / "gym", env={**os.environ, **given, "PATH": path}, stdout=log, stderr=log) as child:
            try:
                for _ in range(240):
                    if b"servers ready!" in (tmp_path / "log").read_bytes() or child.poll() is not None:
                        break
                    time.sleep(0.5)
                text = {"type": "output_text", "text": REPLIES[1], "annotations": []}
                message = {"id": "m", "type": "message", "role": "assistant", "status": "completed", "content": [text]}
                body = {"ground_truth": THREE, "response": {"output": [message]}}
                assert child.poll() is None, (tmp_path / "log").read_text("utf-8")
                assert post(f"http://127.0.0.1:{ports[0]}/verify", body)["reward"] == REWARDS[1]
            finally:
                child.send_signal(signal.SIGINT)
                child.wait(60)
