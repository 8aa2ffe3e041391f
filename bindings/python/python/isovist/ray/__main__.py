"""``python -m isovist.ray``: see :mod:`isovist.ray`."""

import argparse
import sys

import isovist
import isovist.corpus
import isovist.ray


def main() -> int:
    """Run the command; 0 done, 1 refused or failed, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m isovist.ray", description="Work on a Ray cluster.")
    commands = parser.add_subparsers(dest="command", required=True)
    make = commands.add_parser(
        "make",
        help="make the files of a recipe; what is there already is kept",
        description="Make the files of a recipe, the same bytes as `isovist corpus make`; what is there already is kept.",
    )
    make.add_argument("recipe", help="the recipe, corpus.toml")
    make.add_argument("-o", "--output", required=True, metavar="DIR", help="folder to write into, seen by every node")
    make.add_argument("--address", help="the cluster; left out, $RAY_ADDRESS, or one is started on this machine")
    make.add_argument("--workers", type=int, metavar="N", help="most tasks at once; left out, one a core")
    given = parser.parse_args()
    try:
        return run(given.recipe, given.output, given.address, given.workers)
    except (isovist.Error, ImportError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted: what is made is kept", file=sys.stderr)
        return 130


def run(recipe: str, out: str, address: str | None, workers: int | None) -> int:
    """Make a corpus; 1 where a guesser scores too much."""
    plan = isovist.corpus.plan(recipe)
    parts, missing = len(plan.parts), len(plan.missing(out))
    done, rows = parts - missing, 0
    print(f"{parts} parts, {done} are there", file=sys.stderr)

    def progress(of_part: int) -> None:
        nonlocal done, rows
        done, rows = done + 1, rows + of_part
        print(f"{done} of {parts} parts, {rows} rows made", file=sys.stderr)

    audit = isovist.ray.make(plan, out, address=address, workers=workers, progress=progress)
    written = isovist.corpus.open(out).splits
    print(f"{sum(written.values())} rows; {out}")
    if audit and audit["above"]:
        above = ", ".join(audit["above"])
        print(
            f"error: refused: a guesser without the scene is more than {audit['limit_points']} points above chance, by more "
            f"than two standard deviations, in: {above} (hint: more rows and scenes, or leave these tasks out)",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
