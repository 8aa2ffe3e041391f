"""Corpora from Python: Arrow batches that are the Parquet export, the same bytes as the command's, errors."""

import json
import pickle
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import Cli, files_of

import isovist
from isovist.corpus import Batches, Plan

arrow = pytest.importorskip("pyarrow")
parquet = pytest.importorskip("pyarrow.parquet")

RECIPE = """
name = "batches"
rows = 500
rows_per_part = 180
reasoning = "think"
scenes = [{ path = "flats" }, { rooms = { n = 4, seed = 9 } }]
[splits]
train = 0.5
test = 0.5
[tasks]
only = ["absolute_distance", "depth_order", "is_larger", "relative_direction", "counting_within"]
[output]
exports = EXPORTS
proofs = true
images = "IMAGES"
images_per_row = 2
[balance]
most_blind_points = 100
"""


def rooms(rows: int, rows_per_part: int = 1000) -> str:
    """A recipe of flats in memory."""
    return (
        f'name = "rooms"\nrows = {rows}\nrows_per_part = {rows_per_part}\nscenes = [{{ rooms = {{ n = 8, seed = 2 }} }}]\n'
        '[tasks]\nonly = ["absolute_distance", "relative_direction", "object_size"]\n'
    )


@pytest.fixture(scope="module")
def flats(cli: Cli, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with filmed flats."""
    folder = tmp_path_factory.mktemp("scenes")
    built = cli("rooms", "build", "--n", "4", "--seed", "3", "--size", "160x120", "-o", str(folder / "flats"))
    assert built.returncode == 0, built.stderr
    return folder


Planned = Callable[..., Plan]


@pytest.fixture(scope="module")
def planned(flats: Path) -> Planned:
    """Plans the recipe with pictures in this mode."""

    def plan(images: str, exports: str = '["parquet", "messages"]') -> Plan:
        text = RECIPE.replace("IMAGES", images).replace("EXPORTS", exports)
        (flats / f"{images}.toml").write_text(text, "utf-8")
        return isovist.corpus.plan(flats / f"{images}.toml")

    return plan


@pytest.mark.parametrize("images", ["none", "path", "embed"])
def test_batches_are_the_parquet_export(planned: Planned, tmp_path: Path, images: str) -> None:
    """The same columns, types, metadata and values, made on the fly and read back."""
    plan = planned(images)
    made = plan.make(tmp_path / "out")
    assert (made.made, made.missing) == (len(plan.parts), 0) and made.audit is not None
    corpus = isovist.corpus.open(tmp_path / "out")
    assert sum(corpus.splits.values()) == made.rows > 400
    for split in ("train", "test"):
        parts = [part for part in plan.parts if part.split == split]
        tables = []
        for part in parts:
            written = parquet.read_table(tmp_path / f"out/parquet/{part.name}-of-{len(parts):05}.parquet")
            fresh = arrow.table(plan.batches(part, rows=50))
            assert fresh.schema.equals(written.schema, check_metadata=True), (fresh.schema, written.schema)
            fresh.validate(full=True)
            assert fresh.equals(written)
            tables.append(written)
        read = arrow.table(corpus.batches(split, rows=70))
        assert read.schema.equals(tables[0].schema, check_metadata=True)
        assert read.equals(arrow.concat_tables(tables))
    assert ("images" in read.column_names) == (images != "none")


def test_the_command_makes_the_same_bytes(cli: Cli, planned: Planned, flats: Path, tmp_path: Path) -> None:
    """By make, by shards, and part by part."""
    plan = planned("path", '["parquet", "jsonl-zst", "messages", "rl", "webdataset"]')
    made = cli("corpus", "make", str(flats / "path.toml"), "-o", str(tmp_path / "cli"))
    assert made.returncode == 0, made.stderr
    expected = files_of(tmp_path / "cli")
    assert {"manifest.json", "README.md", "audit.json"} <= set(expected)

    told: list[int] = []
    plan.make(tmp_path / "made", progress=told.append)
    assert sum(told) == sum(isovist.corpus.open(tmp_path / "made").splits.values()) and len(told) == len(plan.parts)
    first, second = (plan.make(tmp_path / "shards", shard=(shard, 2)) for shard in (1, 0))
    assert first.missing > 0 and first.audit is None and second.missing == 0
    for part in reversed(plan.parts):
        assert plan.make_part(tmp_path / "parts", part) == plan.make_part(tmp_path / "parts", part.index) <= part.rows
        assert part.name not in [missing.name for missing in plan.missing(tmp_path / "parts")]
    audit = plan.finish(tmp_path / "parts")
    assert audit == json.loads(expected["audit.json"]) == second.audit
    for folder in ("made", "shards", "parts"):
        assert files_of(tmp_path / folder) == expected, folder


def test_arrow_libraries_take_the_batches(planned: Planned) -> None:
    """Each by the call that the documentation names."""
    plan = planned("embed")
    batches = plan.batches(0, rows=64)
    table = arrow.table(batches)
    reader = arrow.RecordBatchReader.from_stream(batches)
    sizes = [batch.num_rows for batch in reader]
    assert sum(sizes) == table.num_rows and set(sizes[:-1]) == {64} and 0 < sizes[-1] <= 64
    assert arrow.schema(batches).equals(table.schema, check_metadata=True)

    polars = pytest.importorskip("polars")
    assert polars.DataFrame(batches)["id"].to_list() == table["id"].to_pylist()
    duckdb = pytest.importorskip("duckdb")
    with duckdb.connect() as connection:
        found = connection.from_arrow(batches).aggregate("task, count(*)", "task").fetchall()
    assert dict(found) == {task: count for task, count in _counted(table["task"].to_pylist()).items()}
    datasets = pytest.importorskip("datasets")
    rows = datasets.Dataset(table)
    pictured = next(row for row in rows if row["images"])
    assert pictured["images"][0].size == (160, 120)


def _counted(values: list[str]) -> dict[str, int]:
    return {value: values.count(value) for value in values}


def test_columns_are_not_copied() -> None:
    """A table of them takes no memory of the reader's own."""
    reader = arrow.RecordBatchReader.from_stream(Plan.from_text(rooms(2000), ".").batches(0))
    before = arrow.total_allocated_bytes()
    table = reader.read_all()
    assert table.nbytes > 200_000 and arrow.total_allocated_bytes() == before


def test_json_lines_give_the_same_rows(planned: Planned, tmp_path: Path) -> None:
    """But for the pictures, which they do not hold."""
    for export in ("jsonl", "jsonl-zst"):
        plan = planned("embed", f'["messages", "{export}"]')
        plan.make(tmp_path / export)
        read = arrow.table(isovist.corpus.open(tmp_path / export).batches("test", rows=30))
        made = arrow.concat_tables([arrow.table(plan.batches(part)) for part in plan.parts if part.split == "test"])
        assert read.equals(made.drop_columns(["images"]))
        assert max(chunk.num_rows for chunk in read.to_batches()) <= 30


def test_a_corpus_is_verified_and_audited(flats: Path, planned: Planned, tmp_path: Path) -> None:
    plan = planned("none")
    made = plan.make(tmp_path / "out")
    corpus = isovist.corpus.open(tmp_path / "out")
    assert corpus.manifest == json.loads((tmp_path / "out/manifest.json").read_text("utf-8"))
    assert (corpus.name, corpus.folder) == ("batches", tmp_path / "out")
    sound = corpus.verify(flats)
    assert sound.fault_count == 0 and sound.answered == sound.worded == sound.proofs == sound.rows
    assert sound.rows == sum(corpus.splits.values()) and sound.pairs == sound.unpaired == 0
    files = corpus.verify(tmp_path, files_only=True)
    assert files.fault_count == 0 and files.files == sound.files and files.rows == 0 and not files.not_at_hand
    assert corpus.audit() == made.audit
    away = corpus.verify(tmp_path)
    assert away.fault_count == 0 and sum(away.not_at_hand.values()) == away.rows
    with (tmp_path / "out/messages/train-00000-of-00002.jsonl").open("a", encoding="utf-8") as file:
        file.write("{}\n")
    broken = corpus.verify(flats)
    assert broken.fault_count == 1 and "messages/train-00000" in broken.faults[0]


def test_a_plan_says_what_will_be_made() -> None:
    plan = Plan.from_text(rooms(2500), ".")
    assert (plan.name, plan.rows, plan.without) == ("rooms", 2500, [])
    assert [(part.split, part.number, part.rows) for part in plan.parts] == [
        ("train", 0, 1000),
        ("train", 1, 1000),
        ("train", 2, 500),
    ]
    assert len(plan.parts[0].scenes) == 8 and [part.index for part in plan.parts] == [0, 1, 2]
    again = pickle.loads(pickle.dumps(plan))
    assert again.sha256 == plan.sha256 and len(plan.sha256) == 64 and again.folder == plan.folder == Path.cwd()
    assert arrow.table(again.batches(2)).equals(arrow.table(plan.batches(plan.parts[2])))


def test_a_stream_is_made_while_it_is_taken() -> None:
    """The first batch of many comes early, and who stops taking is not waited for."""
    batches = Plan.from_text(rooms(200_000, 200_000), ".").batches(0, rows=100)
    start = time.monotonic()
    reader = arrow.RecordBatchReader.from_stream(batches)
    assert reader.read_next_batch().num_rows == 100
    reader.close()
    del reader
    assert time.monotonic() - start < 20


MEMORY = """
import resource, sys, pyarrow
from isovist.corpus import Plan
plan = Plan.from_text(sys.argv[1], ".")
rows = sum(batch.num_rows for batch in pyarrow.RecordBatchReader.from_stream(plan.batches(0, rows=500)))
print(rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def test_memory_is_bounded() -> None:
    """Ten times the rows need hardly more of it."""

    def streamed(rows: int) -> tuple[int, int]:
        done = subprocess.run(
            [sys.executable, "-c", MEMORY, rooms(rows, rows)], capture_output=True, text=True, timeout=300, check=True
        )
        found, mib = done.stdout.split()
        return int(found), int(mib)

    (few, little), (many, much) = streamed(2_000), streamed(20_000)
    assert many > 5 * few and much - little < 24, (few, little, many, much)


def test_other_threads_run_meanwhile() -> None:
    plan, ticks, done = Plan.from_text(rooms(6000, 6000), "."), 0, threading.Event()

    def tick() -> None:
        nonlocal ticks
        while not done.wait(0.001):
            ticks += 1

    thread = threading.Thread(target=tick)
    thread.start()
    before, start = ticks, time.monotonic()
    arrow.table(plan.batches(0))
    seconds, during = time.monotonic() - start, ticks - before
    done.set()
    thread.join()
    assert during > 50 * seconds, (during, seconds)


INTERRUPTED = """
import sys
from isovist.corpus import Plan
plan = Plan.from_text(sys.argv[1], ".")
print("ready", flush=True)
plan.make(sys.argv[2])
"""


def test_making_can_be_interrupted_and_taken_up(tmp_path: Path) -> None:
    text = rooms(40_000, 500)
    process = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, text, str(tmp_path / "out")], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None and process.stdout.readline()
    while not list(tmp_path.glob("out/parts/*.json")):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert process.returncode != 0 and b"KeyboardInterrupt" in errors
    plan = Plan.from_text(text, ".")
    missing = plan.missing(tmp_path / "out")
    assert 0 < len(missing) < len(plan.parts)

    def stop(rows: int) -> None:
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        plan.make(tmp_path / "out", progress=stop)
    assert plan.missing(tmp_path / "out")


def test_what_is_wrong_is_named(planned: Planned, flats: Path, tmp_path: Path) -> None:
    plan = planned("none")
    other = Plan.from_text(rooms(100), ".")
    cases: list[tuple[type[Exception], str, Callable[[], Any]]] = [
        (isovist.CorpusError, "nowhere.toml", lambda: isovist.corpus.plan("nowhere.toml")),
        (isovist.CorpusError, "rows", lambda: Plan.from_text('name = "a"', ".")),
        (isovist.CorpusError, "nonsense", lambda: Plan.from_text(rooms(9).replace("object_size", "nonsense"), ".")),
        (isovist.CorpusError, "manifest.json", lambda: isovist.corpus.open(tmp_path / "nothing")),
        (isovist.CorpusError, "holds no corpus", lambda: plan.make(flats)),
        (isovist.CorpusError, "holds no corpus", lambda: plan.make_part(flats, 0)),
        (isovist.CorpusError, "train-00000.json: is not there yet", lambda: plan.finish(tmp_path / "nothing")),
        (isovist.ArgumentError, "part: 99", lambda: plan.batches(99)),
        (isovist.ArgumentError, "part: -1", lambda: plan.batches(-1)),
        (isovist.ArgumentError, "part: 'train'", lambda: plan.make_part(tmp_path, "train")),  # type: ignore[arg-type]
        (isovist.ArgumentError, "of another plan", lambda: plan.batches(other.parts[0])),
        (isovist.ArgumentError, "rows: 0", lambda: plan.batches(0, rows=0)),
        (isovist.ArgumentError, "shard", lambda: plan.make(tmp_path / "out", shard=(2, 2))),
    ]
    for error, says, call in cases:
        with pytest.raises(error, match=says):
            call()
    assert not (tmp_path / "nothing").exists()

    other.make(tmp_path / "rooms")
    with pytest.raises(isovist.CorpusError, match="another recipe"):
        Plan.from_text(rooms(101), ".").make(tmp_path / "rooms")
    corpus = isovist.corpus.open(tmp_path / "rooms")
    with pytest.raises(isovist.UnknownName) as unknown:
        corpus.batches("val")
    assert unknown.value.known == ["train"]
    Plan.from_text(rooms(100) + '[output]\nexports = ["messages"]\n', ".").make(tmp_path / "lines")
    with pytest.raises(isovist.CorpusError, match="full rows"):
        isovist.corpus.open(tmp_path / "lines").batches("train")
    file = next((tmp_path / "rooms/parquet").iterdir())
    file.write_bytes(b"PAR1" + file.read_bytes()[4:-4] + b"nope")
    with pytest.raises(isovist.CorpusError, match="train-00000"):
        corpus.batches("train")


def test_a_fault_in_the_midst_reaches_the_reader(flats: Path, tmp_path: Path) -> None:
    """A scene that is gone when its part is made, a file that is cut off."""
    shutil.copytree(flats, tmp_path / "scenes")
    text = RECIPE.replace("IMAGES", "none").replace("EXPORTS", '["jsonl"]')
    plan = Plan.from_text(text, tmp_path / "scenes")
    plan.make(tmp_path / "out")
    shutil.rmtree(tmp_path / "scenes/flats")
    with pytest.raises((arrow.ArrowException, OSError), match="flats/flat-3-"):
        for part in plan.parts:
            arrow.table(plan.batches(part))
    file = tmp_path / "out/jsonl/train-00000-of-00002.jsonl"
    file.write_bytes(file.read_bytes()[:-40])
    with pytest.raises((arrow.ArrowException, OSError), match="train-00000"):
        arrow.table(isovist.corpus.open(tmp_path / "out").batches("train"))


def test_streams_are_let_go() -> None:
    """A capsule that nobody took, a stream that was never begun."""
    batches = Plan.from_text(rooms(100), ".").batches(0)
    assert isinstance(batches, Batches) and repr(batches) == "<Batches of train-00000>"
    for _ in range(100):
        batches.__arrow_c_stream__()
        batches.__arrow_c_schema__()
        arrow.RecordBatchReader.from_stream(batches)


def test_the_wheel_is_built_of_the_same_libraries_as_the_command() -> None:
    """Other versions of what compresses and formats might write other bytes."""
    import tomllib

    from conftest import PACKAGE, REPOSITORY

    def locked(folder: Path) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for package in tomllib.loads((folder / "Cargo.lock").read_text("utf-8"))["package"]:
            found.setdefault(package["name"], set()).add(package["version"])
        return found

    ours, theirs = locked(PACKAGE), locked(REPOSITORY)
    assert len(set(ours) & set(theirs)) > 60
    different = {name: ours[name] for name in ours if name in theirs and not ours[name] <= theirs[name]}
    assert not different, f"{different} (hint: cargo update -p NAME --precise VERSION in bindings/python)"
