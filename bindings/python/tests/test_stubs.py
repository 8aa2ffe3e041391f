"""Types and documentation: in step with what is there."""

import inspect
import os
import subprocess
import sys

import pytest
from conftest import PACKAGE

import isovist

pytest.importorskip("mypy")


def mypy(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = dict(os.environ, MYPYPATH="")
    return subprocess.run(
        [sys.executable, "-m", *arguments], cwd=PACKAGE, env=environment, capture_output=True, text=True, check=False
    )


def test_the_stubs_are_what_the_module_has() -> None:
    done = mypy("mypy.stubtest", "isovist._native", "--ignore-disjoint-bases")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_package_and_its_examples_have_types() -> None:
    done = mypy("mypy", "--strict", "python/isovist", "examples", "benches", "configs/easyr1", "configs/verifiers", "tests/conftest.py", "tests/test_batches.py")
    assert done.returncode == 0, done.stdout + done.stderr


def test_everything_public_is_documented() -> None:
    public = [(isovist, name) for name in isovist.__all__ if name != "__version__"]
    for module, name in public + [(isovist.corpus, name) for name in isovist.corpus.__all__]:
        thing = getattr(module, name)
        assert inspect.getdoc(thing), name
        for member, value in vars(thing).items() if inspect.isclass(thing) else ():
            if not member.startswith("_"):
                assert inspect.getdoc(value), f"{name}.{member}"
