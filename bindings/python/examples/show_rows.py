"""Show rows of a corpus as a picture: what the row shows, what is asked, the answer and the reasoning.

    python examples/show_rows.py out/ rows.png --rows 3
"""

import argparse
import io
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow  # type: ignore[import-untyped]
from PIL import Image, ImageDraw, ImageFont

import isovist.corpus

WIDTH, HEIGHT, MARGIN, COLUMNS = 1500, 420, 16, 88


def pictured(folder: Path, split: str) -> Iterator[tuple[dict[str, Any], list[Image.Image]]]:
    """The rows that have pictures, with them."""
    batches = isovist.corpus.open(folder).batches(split, rows=256)
    for batch in pyarrow.RecordBatchReader.from_stream(batches):
        for row in batch.to_pylist():
            images: list[Image.Image] = [
                Image.open(io.BytesIO(image["bytes"]) if image["bytes"] else folder / image["path"])
                for image in row.get("images") or []
            ]
            if images:
                yield row, images


def panel(row: dict[str, Any], images: list[Image.Image]) -> Image.Image:
    """One row: its pictures on the left, its words on the right."""
    sheet = Image.new("RGB", (WIDTH, HEIGHT), "white")
    left = MARGIN
    for image in images[:2]:
        shown = image.convert("RGB")
        shown.thumbnail((WIDTH // 4 - 2 * MARGIN, HEIGHT - 2 * MARGIN))
        sheet.paste(shown, (left, MARGIN))
        left += shown.width + MARGIN
    said = [f"{row['task']} (level {row['level']}, {row['format']}), scene {row['scene']}", "", *row["text"].split("\n")]
    said += ["", f"Answer: {row['answer_text']}", "", *(row["reasoning"] or "").split("\n")]
    lines = [line for text in said for line in textwrap.wrap(text, COLUMNS) or [""]]
    ImageDraw.Draw(sheet).multiline_text((WIDTH // 2, MARGIN), "\n".join(lines), "black", ImageFont.load_default(14))
    return sheet


def main() -> None:
    """Runs the example."""
    parser = argparse.ArgumentParser(description="Show rows of a corpus as a picture.")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("picture", type=Path)
    parser.add_argument("--split", default="train")
    parser.add_argument("--scenes", nargs="*", help="one row of each; left out, rows of different scenes and tasks")
    parser.add_argument("--rows", type=int, default=3)
    args = parser.parse_args()
    panels: dict[str, Image.Image] = {}
    for row, images in pictured(args.corpus, args.split):
        # One row a scene and task tells more than the first ones.
        known = [key.split("/") for key in panels]
        is_wanted = args.scenes is None or row["scene"] in args.scenes
        if not is_wanted or row["scene"] in (scene for scene, _ in known) or row["task"] in (task for _, task in known):
            continue
        panels[f"{row['scene']}/{row['task']}"] = panel(row, images)
        if len(panels) == args.rows:
            break
    if not panels:
        raise SystemExit(f"{args.corpus}: no row of split {args.split!r} has a picture")
    sheet = Image.new("RGB", (WIDTH, HEIGHT * len(panels)), "white")
    for at, shown in enumerate(panels.values()):
        sheet.paste(shown, (0, at * HEIGHT))
    sheet.save(args.picture)
    print(f"{len(panels)} rows in {args.picture}")


if __name__ == "__main__":
    main()
