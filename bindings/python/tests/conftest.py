"""What the tests share."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import isovist

REPOSITORY = Path(__file__).resolve().parents[3]
PACKAGE = Path(__file__).resolve().parents[1]

Cli = Callable[..., subprocess.CompletedProcess[str]]


def files_of(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="session")
def kitchen() -> isovist.Scene:
    """The built-in kitchen."""
    return isovist.open("kitchen")


@pytest.fixture(scope="session")
def cli() -> Cli:
    """Runs the command ``isovist``: ``$ISOVIST_BIN``, or the one that ``cargo build --release`` made."""
    given = os.environ.get("ISOVIST_BIN")
    binary = Path(given or REPOSITORY / "target/release/isovist")
    if not binary.is_file():
        assert given is None, f"ISOVIST_BIN: no file {given}"
        pytest.skip("the command is not built (cargo build --release, or set ISOVIST_BIN)")

    def run(*args: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([str(binary), *args], capture_output=True, text=True, timeout=60, check=False)

    return run


@pytest.fixture(scope="session")
def mix() -> list[dict[str, Any]]:
    """Replies of all kinds of answers with their truths: the recorded mix that speed is measured on."""
    lines = (REPOSITORY / "crates/judge/data/mix.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]
