"""Every export of ``isovist corpus`` is opened by the library it is for, at the versions pinned in ``pyproject.toml``.

``datasets`` 4.4.1 opens Parquet and JSON lines, ``pyarrow`` reads the columns, ``webdataset`` 1.0.2 reads the tars. The loaders of
ms-swift, TRL, EasyR1 and verl open such files with ``datasets``; what they expect of the columns is held here, their own code (which needs
torch) is not run.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from conftest import REPOSITORY, Cli
from PIL import Image

datasets = pytest.importorskip("datasets")
parquet = pytest.importorskip("pyarrow.parquet")
webdataset = pytest.importorskip("webdataset")

RECIPE = """
name = "readers"
rows = 240
rows_per_part = 100
reasoning = "think"
[[scenes]]
path = "flats"
[splits]
train = 0.5
test = 0.5
[tasks]
only = ["absolute_distance", "depth_order", "is_larger", "relative_direction"]
[output]
exports = ["parquet", "messages", "sharegpt", "rl", "vsi-bench", "webdataset", "hispatial", "traces", "traces-swift"]
images = "embed"
images_per_row = 2
[balance]
most_blind_points = 100
"""


@pytest.fixture(scope="module")
def corpus(cli: Cli, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus of filmed flats with its pictures."""
    folder = tmp_path_factory.mktemp("corpus")
    built = cli("rooms", "build", "--n", "4", "--seed", "3", "--size", "160x120", "-o", str(folder / "flats"))
    assert built.returncode == 0, built.stderr
    (folder / "corpus.toml").write_text(RECIPE, "utf-8")
    made = cli("corpus", "make", str(folder / "corpus.toml"), "-o", str(folder / "out"))
    assert made.returncode == 0, made.stderr
    return folder / "out"


def opened(corpus: Path, name: str, cache: Path) -> Any:
    """The training split of an export."""
    kind = "parquet" if name in ("parquet", "rl") else "json"
    files = sorted(str(file) for file in (corpus / name).glob("train-*"))
    assert files, name
    return datasets.load_dataset(kind, data_files={"train": files}, cache_dir=str(cache))["train"]


def test_rows_are_shown_as_a_picture(corpus: Path, tmp_path: Path) -> None:
    """``examples/show_rows.py``: three rows of three scenes or fewer, one above the other."""
    script = Path(__file__).parent.parent / "examples" / "show_rows.py"
    command = [sys.executable, str(script), str(corpus), str(tmp_path / "rows.png"), "--rows", "2"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    shown = Image.open(tmp_path / "rows.png").convert("L")
    assert "2 rows in" in done.stdout
    # Pictures on the left of each, words on the right.
    for panel in range(2):
        for left, right in ((0, shown.width // 4), (shown.width // 2, shown.width)):
            area = shown.crop((left, panel * shown.height // 2, right, (panel + 1) * shown.height // 2))
            assert area.getextrema()[0] < 128


def test_full_rows_open_with_pictures(corpus: Path, tmp_path: Path) -> None:
    """``datasets`` decodes the pictures; answers and questions are JSON."""
    rows = opened(corpus, "parquet", tmp_path)
    assert len(rows) > 90
    for row in rows:
        assert 1 <= len(row["images"]) <= 2
        assert all(image.size == (160, 120) for image in row["images"])
        assert json.loads(row["answer"])["kind"]
        assert row["reasoning"].endswith(f"<answer>{row['answer_text']}</answer>")
        if row["format"] == "multiple_choice":
            assert row["options"]["ABCD".index(row["answer_text"])]
    columns = parquet.read_table(sorted((corpus / "parquet").glob("train-*"))[0])
    assert columns.column_names[:3] == ["id", "scene", "edit"]


def test_the_card_names_configurations_that_open(corpus: Path, tmp_path: Path) -> None:
    """A corpus uploaded as it is opens by the names of its card."""
    splits = datasets.load_dataset(str(corpus), "parquet", cache_dir=str(tmp_path))
    assert set(splits) == {"train", "test"}
    scenes = {split: set(splits[split]["scene"]) for split in splits}
    assert not scenes["train"] & scenes["test"]


def test_rows_for_reinforcement_learning_have_the_columns_of_easyr1_and_verl(corpus: Path, tmp_path: Path) -> None:
    """EasyR1: ``problem``, ``answer``, ``images``; verl: ``data_source``, ``prompt``, ``reward_model``, ``extra_info``."""
    import isovist

    judge = isovist.Judge()
    for row in opened(corpus, "rl", tmp_path):
        assert row["problem"].count("<image>") == len(row["images"])
        assert row["prompt"] == [{"role": "user", "content": row["problem"]}]
        assert row["reward_model"]["ground_truth"] == row["answer"]
        truth = json.loads(row["answer"])
        assert truth is not None
        assert judge.judge(row["answer"], "<answer>bananas</answer>").reward < 0.5
        assert row["extra_info"]["split"] == "train"


def test_conversations_alternate_and_end_in_the_answer(corpus: Path, tmp_path: Path) -> None:
    """ms-swift's and LLaVA's forms."""
    for row in opened(corpus, "messages", tmp_path):
        assert [message["role"] for message in row["messages"]] == ["user", "assistant"]
        assert row["messages"][0]["content"].count("<image>") == len(row["images"])
        assert "<answer>" in row["messages"][1]["content"]
    for row in opened(corpus, "sharegpt", tmp_path):
        assert [turn["from"] for turn in row["conversations"]] == ["human", "gpt"]


def test_vsi_bench_columns(corpus: Path, tmp_path: Path) -> None:
    """A letter where there are options, a number or words elsewhere."""
    rows = opened(corpus, "vsi-bench", tmp_path)
    names = {row["question_type"] for row in rows}
    assert "object_abs_distance" in names
    for row in rows:
        if row["options"]:
            assert row["options"]["ABCD".index(row["ground_truth"])].startswith(f"{row['ground_truth']}. ")


def test_webdataset_reads_samples_with_pictures(corpus: Path) -> None:
    """One sample a row, its pictures decoded."""
    files = sorted(str(file) for file in (corpus / "webdataset").glob("train-*.tar"))
    samples = list(webdataset.WebDataset(files, shardshuffle=False).decode("pil"))
    assert len(samples) > 90
    for sample in samples:
        assert sample["json"]["id"] == sample["__key__"]
        assert sample["0.png"].size == (160, 120)


def test_the_loader_of_the_guide_reads_hispatial_shards(corpus: Path) -> None:
    """What ``docs/corpus.md`` shows gives the members and the questions of the original's samples."""
    text = (REPOSITORY / "docs/corpus.md").read_text("utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```", text, flags=re.M | re.S)
    names: dict[str, Any] = {"shards": sorted(str(file) for file in (corpus / "hispatial").glob("*.tar"))}
    assert names["shards"] and len(blocks) == 1
    exec(compile(blocks[0], "docs/corpus.md", "exec"), names)  # noqa: S102
    samples = list(names["samples"])
    assert len(samples) > 5
    for sample in samples:
        assert {"jpg", "png", "intrinsics.pt", "pt"} < set(sample)
        assert sample["jpg"][:2] == b"\xff\xd8" and sample["png"][:4] == b"\x89PNG"
        assert [len(row) for row in sample["intrinsics.pt"]] == [3, 3, 3]
        items = [item for name, items in sample["pt"].items() if "metadata" not in name for item in items]
        assert items
        for item in items:
            for pair in item["qa_pairs"]:
                assert pair["format"] in ("text", "mcq", "true_false")
                assert pair["format"] != "mcq" or pair["answer"] in pair["options"]


def test_traces_open_with_calls_and_results(corpus: Path, tmp_path: Path) -> None:
    """TRL's and ms-swift's columns; ``datasets`` leaves the tools and the arguments as they are."""
    for row in opened(corpus, "traces", tmp_path):
        tools = {tool["function"]["name"]: tool["function"]["parameters"] for tool in json.loads(row["tools"])}
        called = answered = 0
        for message in row["messages"]:
            for call in message["tool_calls"] or []:
                arguments = json.loads(call["function"]["arguments"])
                assert set(arguments) <= set(tools[call["function"]["name"]]["properties"])
                called += 1
            answered += message["role"] == "tool"
        assert called == answered > 0
        assert row["messages"][0]["content"].count("<image>") == len(row["images"])
    for row in opened(corpus, "traces-swift", tmp_path):
        roles = {message["role"] for message in row["messages"]}
        assert roles == {"user", "tool_call", "tool_response", "assistant"}
        for message in row["messages"]:
            assert message["role"] not in ("tool_call", "tool_response") or json.loads(message["content"])
