"""A corpus from a Ray cluster of two local workers has the bytes of the command's, whatever befalls the workers."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import Cli, files_of

import isovist
import isovist.ray

RECIPE = """
name = "ray"
rows = 12000
rows_per_part = 1000
reasoning = "think"
scenes = [{ rooms = { n = 10, seed = 4 } }]
[splits]
train = 0.7
test = 0.3
[tasks]
only = ["absolute_distance", "relative_direction", "object_size", "is_larger"]
[output]
exports = ["parquet", "messages"]
proofs = true
[balance]
most_blind_points = 100
"""


@pytest.fixture(scope="module")
def recipe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("ray") / "corpus.toml"
    file.write_text(RECIPE, "utf-8")
    return file


@pytest.fixture(scope="module")
def expected(cli: Cli, recipe: Path) -> dict[str, bytes]:
    """What the command makes."""
    made = cli("corpus", "make", str(recipe), "-o", str(recipe.parent / "cli"))
    assert made.returncode == 0, made.stderr
    return files_of(recipe.parent / "cli")


def started(recipe: Path, out: Path, *more: str) -> subprocess.Popen[str]:
    """The command on a cluster of its own."""
    pytest.importorskip("ray.data", reason=f"Ray is not installed ({isovist.ray.PIP})")
    # A cluster that answers on the loopback alone needs no tokens.
    environment = {**os.environ, "RAY_AUTH_MODE": "disabled"}
    environment.pop("RAY_ADDRESS", None)
    return subprocess.Popen(
        [sys.executable, "-m", "isovist.ray", "make", str(recipe), "-o", str(out), *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    try:
        out, errors = process.communicate(timeout=300)
    finally:
        process.kill()
    return process.returncode, out, errors


def busy(of: int) -> list[int]:
    """Processes below one that make a part."""
    parents: dict[int, int] = {}
    titles: dict[int, str] = {}
    for entry in Path("/proc").iterdir():
        try:
            titles[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            parents[int(entry.name)] = int((entry / "stat").read_text("utf-8").rsplit(")", 1)[1].split()[1])
        except (ValueError, OSError):
            continue

    def is_below(process: int) -> bool:
        while process in parents:
            process = parents[process]
            if process == of:
                return True
        return False

    return [process for process, title in titles.items() if title.startswith("ray::Map") and is_below(process)]


def test_two_workers_make_the_same_bytes(recipe: Path, expected: dict[str, bytes], tmp_path: Path) -> None:
    status, out, errors = ended(started(recipe, tmp_path / "out", "--workers", "2"))
    assert status == 0, errors
    assert f"{len(isovist.corpus.plan(recipe).parts)} of" in errors and "rows;" in out
    assert files_of(tmp_path / "out") == expected


def test_a_worker_that_is_killed_changes_no_byte(recipe: Path, expected: dict[str, bytes], tmp_path: Path) -> None:
    process = started(recipe, tmp_path / "out", "--workers", "2")
    parts = len(isovist.corpus.plan(recipe).parts)
    killed = False
    while process.poll() is None and not killed:
        done = len(list(tmp_path.glob("out/parts/*.json")))
        at_work = busy(process.pid) if 2 <= done < parts - 2 else []
        if at_work:
            os.kill(at_work[0], signal.SIGKILL)
            killed = True
        time.sleep(0.02)
    status, _, errors = ended(process)
    assert killed and status == 0, errors
    assert files_of(tmp_path / "out") == expected


def test_what_is_there_is_kept(recipe: Path, expected: dict[str, bytes], tmp_path: Path) -> None:
    """Parts that are whole are not made again; those without a record or a file are."""
    shutil.copytree(recipe.parent / "cli", tmp_path / "out")
    (tmp_path / "out/parts/train-00001.json").unlink()
    next((tmp_path / "out/messages").glob("test-00000-*")).unlink()
    kept = next((tmp_path / "out/parquet").glob("train-00000-*"))
    before = kept.stat()
    status, _, errors = ended(started(recipe, tmp_path / "out", "--workers", "1"))
    assert status == 0, errors
    parts = len(isovist.corpus.plan(recipe).parts)
    assert f"{parts} parts, {parts - 2} are there" in errors
    assert kept.stat().st_mtime_ns == before.st_mtime_ns
    assert files_of(tmp_path / "out") == expected


def test_a_part_that_fails_names_itself(recipe: Path, tmp_path: Path) -> None:
    plan = isovist.corpus.plan(recipe)
    train = sum(part.split == "train" for part in plan.parts)
    (tmp_path / f"out/parquet/train-00002-of-{train:05}.parquet/in the way").mkdir(parents=True)
    (tmp_path / "out/parts").mkdir()
    status, _, errors = ended(started(recipe, tmp_path / "out", "--workers", "2"))
    assert status == 1 and "error: part train-00002: " in errors and "Traceback" not in errors, errors
    assert not (tmp_path / "out/manifest.json").exists()


def test_a_worker_that_would_make_another_corpus_refuses(recipe: Path, tmp_path: Path) -> None:
    plan = isovist.corpus.plan(recipe)
    same = (plan.text, str(plan.folder), plan.sha256, isovist.__version__)
    assert isovist.ray._make_part({"part": 0}, str(tmp_path / "out"), same)["error"] == ""
    for at, says in ((2, "not those of the driver"), (3, "the driver 0")):
        other = (*same[:at], "0", *same[at + 1 :])
        assert says in isovist.ray._make_part({"part": 0}, str(tmp_path / "out"), other)["error"]


WITHOUT = """
import runpy, sys
sys.modules["ray"] = None
sys.argv = ["ray", "make", sys.argv[1], "-o", sys.argv[2]]
runpy.run_module("isovist.ray", run_name="__main__")
"""


def test_a_cluster_that_runs_is_used(recipe: Path, expected: dict[str, bytes], tmp_path: Path) -> None:
    ray = pytest.importorskip("ray", reason=f"Ray is not installed ({isovist.ray.PIP})")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).parent / "ray"), "start", "--head", "--block", f"--port={port}"]
    command += ["--node-ip-address=127.0.0.1", "--num-cpus=2", "--include-dashboard=false", "--object-store-memory=128000000"]
    environment = {**os.environ, "RAY_AUTH_MODE": "disabled", "RAY_USAGE_STATS_ENABLED": "0"}
    head = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        process = started(recipe, tmp_path / "out", "--address", f"127.0.0.1:{port}")
        status, _, errors = ended(process)
    finally:
        os.killpg(head.pid, signal.SIGTERM)
        head.wait(60)
    assert status == 0 and ray.__version__, errors
    assert files_of(tmp_path / "out") == expected


def test_without_ray_it_says_what_to_install(recipe: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", WITHOUT, str(recipe), str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1
    assert 'pip install "ray[data]"' in done.stderr and "Traceback" not in done.stderr, done.stderr


def test_wrong_recipes_and_clusters_are_errors(recipe: Path, tmp_path: Path) -> None:
    for arguments, says in (
        (("nowhere.toml",), "nowhere.toml"),
        ((str(recipe), "--workers", "0"), "workers: 0"),
        ((str(recipe), "--address", "127.0.0.1:1"), "no Ray cluster at 127.0.0.1:1"),
    ):
        status, _, errors = ended(started(Path(arguments[0]), tmp_path / "out", *arguments[1:]))
        assert status == 1 and f"error: {says}" in errors.replace("error: cannot open ", "error: "), errors
        assert "Traceback" not in errors, errors
