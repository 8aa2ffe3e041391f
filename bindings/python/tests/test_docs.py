"""What the documentation shows runs, and prints what it says."""

import doctest
import re
from pathlib import Path

import pytest
from conftest import PACKAGE, REPOSITORY

import isovist

RECIPE = """
name = "kitchen"
rows = 40
[[scenes]]
builtin = ["kitchen"]
[tasks]
only = ["absolute_distance", "object_size"]
"""
TRUTH = '{"kind": "count", "value": 3}'


@pytest.mark.parametrize("page", [REPOSITORY / "docs/python.md", REPOSITORY / "README.md", PACKAGE / "README.md"])
def test_the_code_of_a_page_runs(page: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "corpus.toml").write_text(RECIPE, "utf-8")
    monkeypatch.chdir(tmp_path)
    text = (REPOSITORY / str(page)).read_text("utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", text, flags=re.M | re.S)
    assert blocks, page
    names: dict[str, object] = {
        "isovist": isovist,
        "truth": TRUTH,
        "reply": "3",
        "truths": [TRUTH] * 4,
        "replies": ["3", "4", "3", None],
        "uids": ["a", "a", "b", "b"],
    }
    for block in blocks:
        exec(compile(block, str(page), "exec"), names)  # noqa: S102


def test_the_front_pages_of_the_package_are_true() -> None:
    for module in (isovist, isovist.corpus):
        results = doctest.testmod(module)
        assert results.attempted >= 5 and results.failed == 0


def test_the_guide_names_every_error_trainer_and_configuration() -> None:
    guide = (REPOSITORY / "docs/python.md").read_text("utf-8")
    for name in isovist.__all__:
        thing = getattr(isovist, name)
        if isinstance(thing, type) and issubclass(thing, isovist.Error):
            assert name in guide, name
    for folder in (PACKAGE / "configs").iterdir():
        assert f"`configs/{folder.name}`" in guide, folder.name
