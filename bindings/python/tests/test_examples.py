"""The examples run, and print what they are there to show."""

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import PACKAGE

SHOWN = {
    "ask.py": ["1.91 m ± 0.02 m", "<Checked 4 steps, 3 facts of the scene>", "ambiguous: class_ambiguous", "rejected: step 2"],
    "boxes.py": ["surfaces 0.", "stands at ["],
    "rewards.py": ["1.00  +", "conflict: <answer>1.91 m</answer> or", "[1.0, "],
}


# Shown where there is a corpus.
ELSEWHERE = {"show_rows.py"}


def run(path: Path) -> str:
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_example_is_tested() -> None:
    assert {path.name for path in (PACKAGE / "examples").glob("*.py")} == set(SHOWN) | ELSEWHERE


@pytest.mark.parametrize("name", SHOWN)
def test_an_example_shows_what_it_is_for(name: str) -> None:
    printed = run(PACKAGE / "examples" / name)
    for text in SHOWN[name]:
        assert text in printed, printed


def test_the_bench_measures() -> None:
    printed = run(PACKAGE / "benches/judge.py")
    assert "2048 replies" in printed and "batch: median" in printed
