"""Caption scores beside pycocoevalcap (PyPI, 1.2) over texts of SQA3D, in one run.

    python -m venv venv && venv/bin/pip install pycocoevalcap
    venv/bin/python crates/judge/benches/captions.py target/release/isovist \
        v1_balanced_questions_test_scannetv2.json

A hypothesis is a question's situation, its references are the two other wordings of it; every third hypothesis is
that of the next question, so that scores spread. Questions without other wordings are left out. Text is lower case, parted at blanks; no tokeniser runs. METEOR and
SPICE need Java and are left out. Exits with 1 where any score differs by more than 1e-9.
"""

import json
import subprocess
import sys
import tempfile
import time

from pycocoevalcap.bleu.bleu import Bleu
from pycocoevalcap.cider.cider import Cider
from pycocoevalcap.rouge.rouge import Rouge

TOLERANCE = 1e-9


def corpus(path):
    questions = json.load(open(path, encoding="utf-8"))["questions"]
    for at, question in enumerate(questions):
        said = questions[(at + 1) % len(questions)] if at % 3 == 0 else question
        references = [" ".join(text.lower().split()) for text in question["alternative_situation"]]
        if not references:
            continue
        yield {"hypothesis": " ".join(said["situation"].lower().split()), "references": references}


def timed(scorer, references, hypotheses):
    start = time.process_time()
    corpus_score, item_scores = scorer.compute_score(references, hypotheses)
    return corpus_score, item_scores, time.process_time() - start


def main(isovist, path):
    items = list(corpus(path))
    references = {at: item["references"] for at, item in enumerate(items)}
    hypotheses = {at: [item["hypothesis"]] for at, item in enumerate(items)}
    theirs = {}
    score, each, seconds = timed(Cider(), references, hypotheses)
    theirs["CIDEr-D"] = (score, each, seconds)
    scores, lists, seconds = timed(Bleu(4), references, hypotheses)
    for n in range(4):
        theirs[f"BLEU-{n + 1}"] = (scores[n], lists[n], seconds)
    score, each, seconds = timed(Rouge(), references, hypotheses)
    theirs["ROUGE-L"] = (score, each, seconds)
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(items, file)
        file.flush()
        output = subprocess.run([isovist, "bench", "captions", file.name, "--json"], check=True, capture_output=True)
    ours = {entry["name"]: entry for entry in json.loads(output.stdout)}
    print(f"{len(items)} items")
    print(f"{'score':<8} {'pycocoevalcap':>18} {'isovist':>18} {'apart':>9} {'item apart':>10} {'s':>7} {'s':>7} {'ratio':>6}")
    far = False
    for name, (score, each, seconds) in theirs.items():
        mine = ours[name]
        apart = abs(score - mine["corpus"])
        item_apart = max(abs(a - b) for a, b in zip(each, mine["items"], strict=True))
        far |= apart > TOLERANCE or item_apart > TOLERANCE
        ratio = seconds / mine["seconds"]
        print(
            f"{name:<8} {score:>18.12f} {mine['corpus']:>18.12f} {apart:>9.1e} {item_apart:>10.1e}"
            f" {seconds:>7.3f} {mine['seconds']:>7.4f} {ratio:>6.0f}"
        )
    return 1 if far else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
