"""Time of F1@0.25 of boxes in replies, beside the same steps in Python.

    python bindings/python/benches/box_scores.py target/release/isovist

The steps in Python are those that evaluation scripts of grounding take: a regular expression, NumPy for overlaps, SciPy's
assignment, F1 over the pairs that overlap enough. Reading is measured beside the steps of GS-Reasoner's script, too: groups
of a word, a number and boxes, each split at its commas. Scores must agree. One run prints the times and their ratios: of
reading and of F1 by itself, both on one thread; of reading on all cores, which Python's steps do not use; and of the way from
the text to the score in a batch of the wheel, which uses all cores, too.
"""

import json
import random
import re
import subprocess
import sys
import tempfile
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped,import-not-found,unused-ignore]

import isovist

REPLIES = 2000
ROUNDS = 20
LEAST_IOU = 0.25
GROUP = re.compile(r"(\w+)\s+(\d+)\s+((?:<bbox>\(.*?\)</bbox>)+)")
ANY_BOX = re.compile(r"<bbox>\((.*?)\)</bbox>")
BOX = re.compile(r"<bbox>\(\s*(-?[\d.]+(?:\s*,\s*-?[\d.]+){5})\s*\)</bbox>")

Boxes = NDArray[np.float64]


def rows(draw: random.Random) -> tuple[list[list[list[float]]], list[str]]:
    """True boxes, one to six of them, and replies that have most of them moved a little, and some others."""
    truths, replies = [], []
    for _ in range(REPLIES):
        boxes = []
        for _ in range(draw.randint(1, 6)):
            low = [draw.uniform(-4, 4), draw.uniform(-4, 4), draw.uniform(0, 1.5)]
            boxes.append([round(value, 4) for value in [*low, *(value + draw.uniform(0.3, 2) for value in low)]])
        said = [[value + draw.gauss(0, 0.05) for value in box] for box in boxes if draw.random() < 0.8]
        if draw.random() < 0.3:
            said.append([5.0, 5.0, 0.0, 6.0, 6.0, 1.0])
        text = ", ".join(f"thing 1 <bbox>({', '.join(f'{value:.4f}' for value in box)})</bbox>" for box in said)
        truths.append(boxes)
        replies.append(f"<think>I look for it.</think><answer>{text}</answer>")
    return truths, replies


def parsed(reply: str) -> Boxes:
    """The boxes in the answer of a reply."""
    answer = reply.rsplit("<answer>", 1)[-1].split("</answer>", 1)[0]
    return np.array([[float(number) for number in found.split(",")] for found in BOX.findall(answer)]).reshape(-1, 6)


def grouped(reply: str) -> dict[str, list[list[float]]]:
    """The boxes of a reply by the word before them, as GS-Reasoner's script reads them."""
    found: dict[str, list[list[float]]] = {}
    for name, _, boxes in GROUP.findall(reply):
        numbers = ([float(number) for number in box.split(",")] for box in ANY_BOX.findall(boxes))
        found.setdefault(name, []).extend(numbers)
    return found


def overlap(one: Boxes, other: Boxes) -> float:
    """Intersection over union of two boxes."""
    sides = np.minimum(one[3:], other[3:]) - np.maximum(one[:3], other[:3])
    common = float(np.prod(np.maximum(sides, 0)))
    both = float(np.prod(one[3:] - one[:3]) + np.prod(other[3:] - other[:3]))
    return common / (both - common)


def f1(truth: Boxes, said: Boxes) -> float:
    """F1 of the pairs that overlap enough, matched so that the sum of overlaps is greatest."""
    size = max(len(truth), len(said))
    if len(said) == 0:
        return float(len(truth) == 0)
    overlaps = np.zeros((size, size))
    for row, one in enumerate(said):
        for column, other in enumerate(truth):
            overlaps[row, column] = overlap(one, other)
    matched = linear_sum_assignment(-overlaps)
    hits = int(np.sum(overlaps[matched] >= LEAST_IOU))
    return 2 * hits / (len(truth) + len(said))


def alone(isovist_binary: str, truths: list[list[list[float]]], replies: list[str]) -> dict[str, Any]:
    """Times of reading and of F1 without Python, on one thread, and the scores."""
    entries = [{"reply": reply, "boxes": boxes} for reply, boxes in zip(replies, truths, strict=True)]
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(entries, file)
        file.flush()
        command = [isovist_binary, "bench", "boxes", file.name, "--at", str(LEAST_IOU), "--rounds", str(ROUNDS), "--json"]
        output = subprocess.run(command, check=True, capture_output=True).stdout
    report: dict[str, Any] = json.loads(output)
    return report


def main() -> None:
    """Measures, compares and prints."""
    if len(sys.argv) != 2:
        raise SystemExit("usage: box_scores.py PATH_OF_ISOVIST (hint: cargo build --release makes target/release/isovist)")
    truths, replies = rows(random.Random(7))
    texts = [json.dumps({"kind": "boxes", "boxes": boxes, "form": "corners"}) for boxes in truths]
    arrays = [np.array(boxes) for boxes in truths]
    judge = isovist.Judge("isovist")
    batch = reading = grouping = matching = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter()
        judged = judge.batch(texts, replies)
        batch = min(batch, time.perf_counter() - start)
        start = time.perf_counter()
        groups = [grouped(reply) for reply in replies]
        grouping = min(grouping, time.perf_counter() - start)
        start = time.perf_counter()
        said = [parsed(reply) for reply in replies]
        read = time.perf_counter()
        scores = [f1(truth, boxes) for truth, boxes in zip(arrays, said, strict=True)]
        end = time.perf_counter()
        reading, matching = min(reading, read - start), min(matching, end - read)
    ours = alone(sys.argv[1], truths, replies)
    per = 1e6 / REPLIES
    print(f"{REPLIES} replies, best of {ROUNDS}, microseconds a reply")
    print(f"{'':<24} {'Python':>8} {'Isovist':>8} {'ratio':>6}")
    lines = [
        ("reading, one thread", reading, ours["reading_s"]),
        ("reading by groups", grouping, ours["reading_s"]),
        (f"the same, {ours['threads']} threads", grouping, ours["reading_on_all_threads_s"]),
        ("F1, one thread", matching, ours["f1_s"]),
        ("text to score, batch", reading + matching, batch),
    ]
    for name, theirs, own in lines:
        print(f"{name:<24} {theirs * per:>8.2f} {own * per:>8.3f} {theirs / own:>6.0f}")
    if [sum(map(len, group.values())) for group in groups] != [len(boxes) for boxes in said]:
        raise SystemExit("the boxes differ")
    apart = max(
        float(np.max(np.abs(judged.components["accuracy"] - np.array(scores)))),
        float(np.max(np.abs(np.array(ours["f1"]) - np.array(scores)))),
    )
    print(f"scores at most {apart:.1e} apart")
    if apart > 1e-9:
        raise SystemExit("the scores differ")


if __name__ == "__main__":
    main()
