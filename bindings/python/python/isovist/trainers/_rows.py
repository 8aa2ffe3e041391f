"""Rows of the exports as questions: what is asked, with its pictures, and what a reply is held against."""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from isovist import ArgumentError

#: Where a picture stands in a question of the exports.
PICTURE = "<image>"

Part = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """A question to a model."""

    id: str | None
    task: str | None
    #: Messages in OpenAI's form; pictures are data URLs.
    messages: list[dict[str, Any]]
    #: What :class:`isovist.Judge` compares a reply with, as JSON; ``None`` where no reply is read for the answer.
    ground_truth: str | None


def files(rows: str | Path, split: str = "") -> list[Path]:
    """The files that a path names: itself, those of a split in a folder (of all splits, if none is given), or those that a pattern
    fits; sorted. Raises :class:`isovist.ArgumentError` where there are none."""
    path = Path(rows).expanduser()
    if path.is_dir():
        known = [file for file in path.iterdir() if file.suffix in (".parquet", ".jsonl")]
        found = [file for file in known if not split or file.name.startswith(f"{split}-")]
        if known and not found:
            raise ArgumentError(f"{rows}: no rows of the split {split!r} (hint: files of the exports begin with it)")
    elif path.exists():
        found = [path]
    else:
        found = list(Path(path.anchor or ".").glob(str(path.relative_to(path.anchor))))
    if not found:
        raise ArgumentError(f"{rows}: no rows (hint: a .parquet or .jsonl file, a folder of them, or a pattern)")
    return sorted(found)


def read(rows: str | Path, split: str = "") -> Iterator[Asked]:
    """The questions of files, in their order, a part of a file at a time.

    Read are the export ``rl`` (with its pictures), the full rows of ``jsonl`` and of ``parquet``, and rows of one's own with ``prompt`` or
    ``problem`` (``<image>`` where a picture stands), ``images`` and ``ground_truth``. Raises :class:`isovist.ArgumentError` for others.
    """
    for file in files(rows, split):
        for number, row in enumerate(_rows(file)):
            try:
                yield asked(row, file.parent)
            except ArgumentError as fault:
                raise ArgumentError(f"{file}, row {number}: {fault}") from None


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    if file.suffix == ".jsonl":
        with file.open(encoding="utf-8") as lines:
            yield from (json.loads(line) for line in lines if line.strip())
        return
    if file.suffix != ".parquet":
        raise ArgumentError(f"{file}: neither .parquet nor .jsonl (hint: exports `rl`, `parquet` and `jsonl` are)")
    try:
        import pyarrow.parquet  # type: ignore[import-untyped]
    except ImportError as fault:
        raise ArgumentError(f"{file}: pyarrow is not installed (hint: pip install pyarrow)") from fault
    with pyarrow.parquet.ParquetFile(file) as table:
        for batch in table.iter_batches(batch_size=64):
            yield from batch.to_pylist()


def asked(row: Mapping[str, Any], folder: Path) -> Asked:
    """A row as a question; pictures that it names lie below ``folder`` or the folder above it."""
    pictures = [data_url(picture, folder) for picture in row.get("images") or []]
    own = row.get("extra_info") or {}
    return Asked(
        id=row.get("id") or own.get("id"),
        task=row.get("task") or row.get("ability"),
        messages=messages(_prompt(row), pictures),
        ground_truth=_ground_truth(row),
    )


def _prompt(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    prompt = next((row[name] for name in ("prompt", "problem") if row.get(name)), None)
    if prompt is None and row.get("text"):
        # Full rows keep question and pictures apart; the exports put the pictures first, named where the question names them.
        before = [_before(picture, row["text"]) for picture in row.get("images") or []]
        prompt = "".join(before) + row["text"]
    if isinstance(prompt, str):
        return [{"role": "user", "content": prompt}]
    if isinstance(prompt, Sequence):
        return [dict(message) for message in prompt]
    if "messages" in row or "conversations" in row:
        raise ArgumentError("messages for fine-tuning have no ground truth (hint: take the export `rl`, which has the same rows)")
    raise ArgumentError("neither prompt nor problem nor text (hint: take the export `rl`)")


def _before(picture: Any, text: str) -> str:
    path = picture if isinstance(picture, str) else (picture or {}).get("path") or ""
    name = Path(path).stem
    return f"{name}: {PICTURE}\n" if name and name in text else f"{PICTURE}\n"


def _ground_truth(row: Mapping[str, Any]) -> str | None:
    truth = row.get("ground_truth") or (row.get("reward_model") or {}).get("ground_truth")
    if truth is None and isinstance(row.get("answer"), str) and "text" not in row:
        truth = row["answer"]
    if truth is None and row.get("answer") is not None:
        # A full row; in Parquet its answer and its question are JSON texts.
        own = {name: row[name] for name in ("options", "answer_text") if row.get(name) is not None}
        for name in ("answer", "question"):
            if row.get(name) is not None:
                own[name] = json.loads(row[name]) if isinstance(row[name], str) else row[name]
        # No reply is read for a pixel or a region in one's own words, so that the export `rl` has no such rows.
        in_words = not own.get("options") and own.get("answer_text") not in ("True", "False")
        if in_words and own["answer"].get("kind") in ("pixel", "region"):
            return None
        truth = own
    if truth is None:
        raise ArgumentError("no ground truth (hint: a column `ground_truth`, one JSON text a row)")
    text = truth if isinstance(truth, str) else as_json(truth)
    return None if text == "null" else text


def messages(prompt: Sequence[Mapping[str, Any]], pictures: Sequence[str]) -> list[dict[str, Any]]:
    """Messages in OpenAI's form with the pictures, URLs, in the places where ``<image>`` stands; contents without any stay texts. Raises
    :class:`isovist.ArgumentError` where there are more or fewer places than pictures."""
    left = list(pictures)
    placed = parts(prompt, len(pictures))
    for message in placed:
        content = message["content"]
        message["content"] = [
            {"type": "image_url", "image_url": {"url": left.pop(0)}} if part == {"type": "image"} else part for part in content
        ]
        if [part["type"] for part in content] == ["text"]:
            message["content"] = content[0]["text"]
    return placed


def parts(prompt: Sequence[Mapping[str, Any]], pictures: int) -> list[dict[str, Any]]:
    """Messages whose contents are lists of parts, one of the type ``image`` where ``<image>`` stood in what a user or the system says.
    Raises :class:`isovist.ArgumentError` where there are more or fewer places than pictures."""
    placed = [{**message, "content": _parts(message)} for message in prompt]
    places = sum(part["type"] == "image" for message in placed for part in message["content"])
    if places > pictures:
        raise ArgumentError(f"more {PICTURE} than pictures: {places}, not {pictures}")
    if places < pictures:
        raise ArgumentError(f"{pictures} pictures, of which {pictures - places} have no {PICTURE} in the question")
    return placed


def _parts(message: Mapping[str, Any]) -> list[Part]:
    content = message.get("content")
    if content is None:
        return []
    if not isinstance(content, str):
        return list(content)
    if message.get("role") not in ("user", "system"):
        return [{"type": "text", "text": content}]
    found: list[Part] = []
    for at, text in enumerate(content.split(PICTURE)):
        if at:
            found.append({"type": "image"})
        # The line break behind a picture parted it from the text; the parts are apart already.
        text = text.removeprefix("\n") if at else text
        if text or content == "":
            found.append({"type": "text", "text": text})
    return found


def data_url(picture: Any, folder: Path) -> str:
    """A picture as a data URL: bytes and perhaps a path as the exports have them, a path below a folder or the one above it, or a URL
    as it is."""
    if isinstance(picture, Mapping):
        picture = picture.get("bytes") or picture.get("path") or ""
    if isinstance(picture, str):
        if picture.startswith(("data:", "http://", "https://")):
            return picture
        found = next((path for base in (folder, folder.parent) if (path := base / picture).is_file()), None)
        if found is None:
            raise ArgumentError(f"no picture {picture!r} (hint: it is looked for in {folder} and above)")
        picture = found.read_bytes()
    return f"data:{_kind(picture)};base64,{base64.b64encode(picture).decode('ascii')}"


def _kind(picture: bytes) -> str:
    """The kind of a picture, by its first bytes."""
    kinds = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}
    found = next((kind for start, kind in kinds.items() if picture.startswith(start)), None)
    if found is None and picture[:4] == b"RIFF" and picture[8:12] == b"WEBP":
        found = "image/webp"
    if found is None:
        raise ArgumentError("a picture of no known kind (hint: PNG, JPEG, WebP or GIF)")
    return found


def as_json(value: Any) -> str:
    """JSON text, in few bytes."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
