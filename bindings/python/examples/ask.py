"""Ask a scene, read the answer, have the proof checked by the independent checker."""

import isovist


def main() -> None:
    """Runs the example."""
    kitchen = isovist.open("kitchen")
    verdict = kitchen.ask("How far is the white vase from the fridge?")
    print(verdict.text)
    print(verdict.explain())
    answer, proof = verdict.answer, verdict.proof
    if answer is None or proof is None:
        raise SystemExit("expected a certain answer")
    print(f"between {answer.lo:.3f} and {answer.hi:.3f} {answer.unit}")
    print(isovist.check(kitchen, proof))

    # Not every question has one answer: that is a verdict too, with a code and a sentence.
    for question in ("How many chairs are there?", "How far is the vase from the fridge?"):
        other = kitchen.ask(question)
        print(f"{question} {other.kind}: {other.reason}")

    # A changed proof is rejected, and says where.
    proof["steps"][2]["value"] += 0.05
    try:
        isovist.check(kitchen, proof)
    except isovist.ProofRejected as rejected:
        print(f"rejected: {rejected}")


if __name__ == "__main__":
    main()
