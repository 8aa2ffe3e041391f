"""Time of 2,048 replies x 3 rewards from Python: three presets over a recorded mix of all kinds of answers.

Groups of eight replies share a ground truth, as in GRPO. Prints the median of 50 rounds after one that warms up.
"""

import json
import statistics
import time
from pathlib import Path

import isovist

REPLIES = 2048
GROUP = 8
ROUNDS = 50
PRESETS = ("isovist", "spatialevo-solver", "skill-3d")


def rows() -> tuple[list[str], list[str]]:
    """Ground truths and replies."""
    mix = Path(__file__).resolve().parents[3] / "crates/judge/data/mix.jsonl"
    found = [json.loads(line) for line in mix.read_text("utf-8").splitlines()]
    taken = [found[at // GROUP % len(found)] for at in range(REPLIES)]
    # A new string each, as a trainer's decoder makes them.
    return [json.dumps(row["truth"]) for row in taken], [f"{row['reply']}{' ' * (at % 3)}" for at, row in enumerate(taken)]


def median_ms(times_s: list[float]) -> str:
    """The median and the slowest, in words."""
    return f"median {statistics.median(times_s) * 1e3:.2f} ms, slowest {max(times_s) * 1e3:.2f} ms"


def main() -> None:
    """Measures and prints."""
    truths, replies = rows()
    judges = [isovist.Judge(preset) for preset in PRESETS]
    batches, singles = [], []
    for _ in range(ROUNDS + 1):
        start = time.perf_counter()
        for judge in judges:
            judge.batch(truths, replies)
        batches.append(time.perf_counter() - start)
        start = time.perf_counter()
        for truth, reply in zip(truths[::GROUP], replies[::GROUP], strict=True):
            judges[0].judge(truth, reply)
        singles.append((time.perf_counter() - start) / len(truths[::GROUP]))
    size = sum(len(reply) for reply in replies) // len(replies)
    print(f"{REPLIES} replies of {size} characters on the average x {len(PRESETS)} rewards, {ROUNDS} rounds")
    print(f"batch: {median_ms(batches[1:])}")
    print(f"one at a time: {statistics.median(singles[1:]) * 1e6:.2f} us a reply")


if __name__ == "__main__":
    main()
