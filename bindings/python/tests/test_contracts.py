"""What trainers' own published code does with our reward functions.

The packages are installed at the versions of ``trainers.txt`` without their dependencies, because torch from the package
registry is built for GPUs and takes gigabytes. What can be imported without torch is imported (verl's loader); of the
rest, the functions and calls concerned are taken out of the published source and run or read as they stand. EasyR1 is
in no registry; its contract stands in ``test_trainers.py``. With ``ISOVIST_CONTRACTS=1`` a package that is not installed
fails instead of being skipped.
"""

import abc
import ast
import asyncio
import hashlib
import importlib.metadata
import importlib.util
import inspect
import itertools
import logging
import os
import sys
import types
import typing
from pathlib import Path
from typing import Any

import pytest
from conftest import PACKAGE

import isovist
from isovist.trainers import trl, verl

THREE = '{"kind": "count", "value": 3}'
REPLIES = ["<think>one by one</think><answer>3</answer>", "3", "<answer>4</answer>"]
REWARDS = [1.0, 0.9, 0.0]
PINNED = dict(
    line.split("==")
    for line in (PACKAGE / "tests/trainers.txt").read_text("utf-8").splitlines()
    if "==" in line and not line.startswith("#")
)


def published(package: str, file: str) -> Path:
    """A file of a package at its pinned version."""
    try:
        distribution = importlib.metadata.distribution(package)
    except importlib.metadata.PackageNotFoundError:
        assert os.environ.get("ISOVIST_CONTRACTS") != "1", f"{package} is not installed"
        pytest.skip(f"{package} is not installed (pip install --no-deps -r tests/trainers.txt)")
    assert distribution.version == PINNED[package]
    path = Path(str(distribution.locate_file(file)))
    assert path.is_file(), path
    return path


def taken_out(path: Path, names: list[str], given: dict[str, Any]) -> dict[str, Any]:
    """Top-level functions, classes and assignments of a source file, run apart from its imports."""
    tree = ast.parse(path.read_text("utf-8"))
    found: list[ast.stmt] = []
    for node in tree.body:
        own = [getattr(node, "name", None)]
        if isinstance(node, ast.Assign):
            own = [target.id for target in node.targets if isinstance(target, ast.Name)]
        if set(own) & set(names):
            found.append(node)
    assert len(found) == len(names), (path, names)
    module = dict(given)
    exec(compile(ast.Module(found, []), str(path), "exec"), module)  # noqa: S102
    return module


def calls(path: Path, function: str) -> list[ast.Call]:
    """Calls of a name or of a method of that name in a source file."""
    tree = ast.parse(path.read_text("utf-8"))
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (getattr(node.func, "id", None) == function or getattr(node.func, "attr", None) == function)
    ]


def keywords(call: ast.Call) -> set[str]:
    return {word.arg for word in call.keywords if word.arg is not None}


def test_verl_loads_and_calls_the_function_of_our_configuration() -> None:
    """verl's own loader, imported, and its own wrapper around the configured keyword arguments."""
    yaml = pytest.importorskip("yaml")
    path = published("verl", "verl/utils/import_utils.py")
    spec = importlib.util.spec_from_file_location("verl_import_utils", path)
    assert spec is not None and spec.loader is not None
    loader = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loader)
    config = yaml.safe_load((PACKAGE / "configs/verl/isovist.yaml").read_text("utf-8"))
    reward = config["reward"]["custom_reward_function"]
    function = loader.load_extern_object(module_path=reward["path"], object_name=reward["name"])
    assert function is verl.compute_score and not inspect.iscoroutinefunction(function)

    wrapper = taken_out(published("verl", "verl/trainer/ppo/reward.py"), ["_call_with_kwargs"], {})
    for manager in ("naive", "dapo", "limited"):
        source = published("verl", f"verl/experimental/reward_loop/reward_manager/{manager}.py")
        found = [call for call in calls(source, "compute_score") if call.keywords]
        assert found, manager
        for call in found:
            given: dict[str, Any] = dict.fromkeys(keywords(call))
            given |= {"solution_str": REPLIES[1], "ground_truth": THREE, "extra_info": {"num_turns": None}}
            result = wrapper["_call_with_kwargs"](function, reward["reward_kwargs"], **given)
            assert result["score"] == 0.9 and result["acc"] == 1.0


def test_verl_calls_the_batch_function_with_our_names() -> None:
    """The call of verl's batch reward manager, read from its source."""
    (call,) = calls(published("verl", "verl/workers/reward_manager/batch.py"), "compute_score")
    given = dict.fromkeys(keywords(call)) | {"solution_strs": REPLIES, "ground_truths": [THREE] * 3}
    assert [result["score"] for result in verl.compute_score_batch(**given)] == REWARDS  # type: ignore[arg-type]


def test_trl_calls_the_function_as_we_take_it() -> None:
    """The calls of TRL's GRPO trainer, read from its source, made with the keyword arguments that stand there."""
    path = published("trl", "trl/trainer/grpo_trainer.py")
    own = [call for call in calls(path, "reward_func") if "completions" in keywords(call)]
    assert len(own) == 1
    extra = {
        node.slice.value
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Subscript)
        and getattr(node.value, "id", None) == "reward_kwargs"
        and isinstance(node.slice, ast.Constant)
    }
    assert {"trainer_state", "log_extra", "log_metric"} <= extra
    given: dict[str, Any] = dict.fromkeys(keywords(own[0]) | extra)
    given |= {"prompts": ["How many?"] * 3, "completions": REPLIES, "ground_truth": [THREE] * 3}
    assert trl.isovist_reward(**given) == REWARDS


def test_trl_finds_the_function_of_our_configuration() -> None:
    """TRL's script resolves a dotted path by its last dot; the lines that do are checked to be there."""
    yaml = pytest.importorskip("yaml")
    source = published("trl", "trl/scripts/grpo.py").read_text("utf-8")
    assert 'func_name.rsplit(".", 1)' in source and "importlib.import_module(module_path)" in source
    config = yaml.safe_load((PACKAGE / "configs/trl/isovist.yaml").read_text("utf-8"))
    (name,) = config["reward_funcs"]
    module, function = name.rsplit(".", 1)
    assert getattr(importlib.import_module(module), function) is trl.isovist_reward
    # The logs are named after it.
    assert trl.isovist_reward.__name__ == "isovist_reward"  # type: ignore[attr-defined]


def test_swift_registers_our_plugin(monkeypatch: pytest.MonkeyPatch) -> None:
    """ms-swift's own base class and plugin loader, taken out of their files, because ``swift.rewards`` imports torch."""
    yaml = pytest.importorskip("yaml")
    orm = taken_out(published("ms-swift", "swift/rewards/orm.py"), ["ORM"], vars(typing))
    fake = types.ModuleType("swift.rewards")
    fake.ORM, fake.orms = orm["ORM"], {}  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "swift", types.ModuleType("swift"))
    monkeypatch.setitem(sys.modules, "swift.rewards", fake)
    monkeypatch.setattr(sys, "path", list(sys.path))
    given = dict(os=os, sys=sys, hashlib=hashlib, importlib=importlib)
    loader = taken_out(
        published("ms-swift", "swift/utils/utils.py"), ["import_external_file"], given | {"_external_files": []}
    )
    folder = PACKAGE / "configs/ms_swift"
    config = yaml.safe_load((folder / "isovist.yaml").read_text("utf-8"))
    (plugin,) = config["external_plugins"]
    loader["import_external_file"](str(folder / plugin))
    assert len(fake.orms) == len(isovist.presets())

    (name,) = config["reward_funcs"]
    reward = fake.orms[name](args=types.SimpleNamespace())
    assert isinstance(reward, orm["ORM"]) and type(reward).__name__ == "isovist"
    source = published("ms-swift", "swift/rl_core/grpo_algorithm.py")
    (call,) = [call for call in calls(source, "reward_func") if call.args]
    assert [arg.id for arg in call.args if isinstance(arg, ast.Name)] == ["completions"]
    assert [word.arg for word in call.keywords] == [None]
    assert reward(REPLIES, trainer_state=None, ground_truth=[THREE] * 3, messages=[[]] * 3) == REWARDS


def test_openrlhf_loads_and_calls_our_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenRLHF's own executor, taken out of its file, because the file imports aiohttp; it loads and calls by itself."""
    yaml = pytest.importorskip("yaml")
    given = dict(
        abstractmethod=abc.abstractmethod,
        ABC=abc.ABC,
        asyncio=asyncio,
        cycle=itertools.cycle,
        logger=logging.getLogger("openrlhf"),
    )
    source = published("openrlhf", "openrlhf/utils/agent.py")
    found = taken_out(source, ["AgentExecutorBase", "SingleTurnAgentExecutor"], given)
    folder = PACKAGE / "configs/openrlhf"
    monkeypatch.chdir(folder)
    config = yaml.safe_load((folder / "isovist.yaml").read_text("utf-8"))
    executor = found["SingleTurnAgentExecutor"](config["reward.remote_url"])
    results = asyncio.run(
        executor._fetch_rewards_via_func(["q" + reply for reply in REPLIES], ["q"] * 3, [THREE] * 3)
    )
    assert [result["rewards"] for result in results] == REWARDS
    assert results[0]["extra_logs"] == {"accuracy": 1.0, "format": 1.0}
    arguments = published("openrlhf", "openrlhf/cli/train_ppo_ray.py").read_text("utf-8")
    for name in config:
        assert f'"--{name}"' in arguments, name


def test_configurations_name_what_the_trainers_know() -> None:
    """Keys of the configuration files against the published defaults and arguments."""
    yaml = pytest.importorskip("yaml")
    own = {path.parent.name: yaml.safe_load(path.read_text("utf-8")) for path in PACKAGE.glob("configs/*/*.yaml")}
    assert set(own) == {"verl", "easyr1", "ms_swift", "trl", "openrlhf", "nemo_gym"}
    defaults = yaml.safe_load(published("verl", "verl/trainer/config/ppo_trainer.yaml").read_text("utf-8"))
    assert set(own["verl"]["algorithm"]) <= set(defaults["algorithm"])
    reward = yaml.safe_load(published("verl", "verl/trainer/config/reward/reward.yaml").read_text("utf-8"))
    assert set(own["verl"]["reward"]) <= set(reward)
    parts = ["rlhf_args", "base_args/base_args", "base_args/data_args"]
    files = [*(f"swift/arguments/{part}.py" for part in parts), "swift/rlhf_trainers/args_mixin.py"]
    swift = "".join(published("ms-swift", file).read_text("utf-8") for file in files)
    known = [published("trl", f"trl/{file}.py").read_text("utf-8") for file in ("scripts/grpo", "trainer/grpo_config")]
    for trainer, source in (("ms_swift", swift), ("trl", "".join(known))):
        for key in own[trainer]:
            assert f"    {key}:" in source, (trainer, key)
