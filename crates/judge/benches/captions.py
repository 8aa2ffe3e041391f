"""Caption scores beside their peers over texts of SQA3D, in one run.

    python -m venv venv && venv/bin/pip install pycocoevalcap nltk
    venv/bin/python crates/judge/benches/captions.py target/release/isovist \
        v1_balanced_questions_test_scannetv2.json

A hypothesis is a question's situation, its references are the two other wordings of it; every third hypothesis is
that of the next question, so that scores spread. Questions without other wordings are left out. Text is lower case, parted at blanks.

CIDEr, BLEU and ROUGE-L: pycocoevalcap (PyPI, 1.2), every item; where Java is there, once more over the texts as they were
written, which its tokeniser and ours split. SPICE needs a model and is left out.

METEOR, where Java is there: the program of version 1.5 that pycocoevalcap carries, with its modules `exact stem`, our list
of function words and a beam of 4,000 (40 do not find the fewest chunks in one item of a hundred). Where a stem that
stands in both texts stands twice in one of them and in different words, the program leaves out matches by stem that its
paper counts ("walk" matches neither of "walked walking"); such items are counted and left out.

METEOR of 2005: nltk (PyPI, 3.10) with a WordNet that knows no word and its Snowball stemmer. It matches words from the
end of a text, not in the fewest chunks, so that a word whose stem stood before in its text is struck from both sides'
texts; then there is one way to match them.

Exits with 1 where any score differs by more than 1e-9.
"""

import collections
import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

import pycocoevalcap
from nltk.stem.snowball import SnowballStemmer
from nltk.translate.meteor_score import meteor_score
from pycocoevalcap.bleu.bleu import Bleu
from pycocoevalcap.cider.cider import Cider
from pycocoevalcap.rouge.rouge import Rouge
from pycocoevalcap.tokenizer.ptbtokenizer import PTBTokenizer

TOLERANCE = 1e-9
STAGES = ["-m", "exact stem", "-w", "1.0 0.6"]
JAR = os.path.join(next(iter(pycocoevalcap.__path__)), "meteor", "meteor-1.5.jar")
FUNCTION_WORDS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data", "function-words.txt")


def corpus(path, as_written=False):
    def prepared(text):
        return " ".join((text if as_written else text.lower()).split())

    questions = json.load(open(path, encoding="utf-8"))["questions"]
    for at, question in enumerate(questions):
        said = questions[(at + 1) % len(questions)] if at % 3 == 0 else question
        references = [prepared(text) for text in question["alternative_situation"]]
        if not references:
            continue
        yield {"hypothesis": prepared(said["situation"]), "references": references}


def timed(scorer, references, hypotheses):
    start = time.process_time()
    corpus_score, item_scores = scorer.compute_score(references, hypotheses)
    return corpus_score, item_scores, time.process_time() - start


def program(items, options):
    """Corpus score, scores and seconds of METEOR 1.5; time from one answer to the last, its start apart."""
    command = ["java", "-Xmx2G", "-jar", JAR, "-", "-", "-stdio", "-l", "en", *options]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8") as meteor:

        def ask(line):
            meteor.stdin.write(line + "\n")
            meteor.stdin.flush()
            return meteor.stdout.readline().strip()

        ask("SCORE ||| a ||| a")
        start = time.perf_counter()
        counts = [ask(" ||| ".join(["SCORE", *item["references"], item["hypothesis"]])) for item in items]
        scores = [float(ask(" ||| ".join(["EVAL", *counts])))]
        scores += [float(meteor.stdout.readline()) for _ in items]
        seconds = time.perf_counter() - start
        meteor.stdin.close()
    return scores[-1], scores[:-1], seconds


class NoWordNet:
    """A WordNet that knows no word: what is left are equal words and equal stems."""

    def synsets(self, _word):
        return []


@functools.cache
def stem(word):
    return SnowballStemmer("english").stem(word)


def original(items):
    """Scores and seconds of nltk, which has no score of a corpus: the mean stands for it."""
    start = time.process_time()
    stemmer, wordnet = SnowballStemmer("english"), NoWordNet()
    scores = [
        meteor_score(
            [text.split() for text in item["references"]], item["hypothesis"].split(), stemmer=stemmer, wordnet=wordnet
        )
        for item in items
    ]
    return sum(scores) / len(scores), scores, time.process_time() - start


def without_repeats(text):
    """A text without the words whose stem stood before."""
    kept = {}
    for word in text.split():
        kept.setdefault(stem(word), word)
    return " ".join(kept.values())


def contested(one, other):
    """Whether a stem that both texts have stands twice in one of them, and in different words."""
    words = [text.split() for text in (one, other)]
    stems = [collections.Counter(map(stem, text)) for text in words]
    forms = collections.defaultdict(set)
    for word in words[0] + words[1]:
        forms[stem(word)].add(word)
    return any(max(stems[0][it], stems[1][it]) > 1 and len(forms[it]) > 1 for it in stems[0].keys() & stems[1].keys())


def scored(isovist, items, *options):
    """Our scores by name."""
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(items, file)
        file.flush()
        output = subprocess.run([isovist, "bench", "captions", file.name, "--json", *options], check=True, capture_output=True)
    return {entry["name"]: entry for entry in json.loads(output.stdout)}


def compare(name, peer, theirs, mine):
    """Prints a line; whether the scores are the same."""
    score, each, seconds = theirs
    apart = abs(score - mine["corpus"])
    item_apart = max(abs(a - b) for a, b in zip(each, mine["items"], strict=True))
    print(
        f"{name:<11} {peer:<14} {len(each):>5} {score:>16.12f} {mine['corpus']:>16.12f} {apart:>8.1e} {item_apart:>10.1e}"
        f" {seconds:>7.3f} {mine['seconds']:>7.4f} {seconds / mine['seconds']:>5.0f}"
    )
    return apart <= TOLERANCE and item_apart <= TOLERANCE


def counted(references, hypotheses):
    """Scores by counted words of pycocoevalcap."""
    theirs = {"CIDEr-D": timed(Cider(), references, hypotheses)}
    scores, lists, seconds = timed(Bleu(4), references, hypotheses)
    theirs |= {f"BLEU-{n + 1}": (scores[n], lists[n], seconds) for n in range(4)}
    theirs["ROUGE-L"] = timed(Rouge(), references, hypotheses)
    return theirs


def as_written(isovist, path):
    """Whether scores are the same where texts are split from how they were written."""
    items = list(corpus(path, as_written=True))
    texts = {
        (at, which): [{"caption": text}]
        for at, item in enumerate(items)
        for which, text in enumerate([item["hypothesis"], *item["references"]])
    }
    start = time.perf_counter()
    split = {key: words for key, [words] in PTBTokenizer().tokenize(texts).items()}
    seconds = time.perf_counter() - start
    hypotheses = {at: [split[at, 0]] for at in range(len(items))}
    references = {at: [split[at, 1 + n] for n in range(len(item["references"]))] for at, item in enumerate(items)}
    ours = scored(isovist, items, "--treebank")
    print(f"as written: split in {seconds:.2f} s by the tokeniser, in {ours['words']['seconds']:.4f} s here")
    return [compare(name, "pycocoevalcap", peer, ours[name]) for name, peer in counted(references, hypotheses).items()]


def main(isovist, path):
    items = list(corpus(path))
    references = {at: item["references"] for at, item in enumerate(items)}
    hypotheses = {at: [item["hypothesis"]] for at, item in enumerate(items)}
    theirs = counted(references, hypotheses)
    ours = scored(isovist, items)
    print(
        f"{'score':<11} {'peer':<14} {'items':>5} {'peer':>16} {'isovist':>16} {'apart':>8} {'item apart':>10}"
        f" {'peer s':>7} {'s':>7} {'ratio':>5}"
    )
    same = [compare(name, "pycocoevalcap", scores, ours[name]) for name, scores in theirs.items()]
    if shutil.which("java"):
        plain = [item for item in items if not any(contested(item["hypothesis"], text) for text in item["references"])]
        words = open(FUNCTION_WORDS, encoding="utf-8").read().split()
        with tempfile.NamedTemporaryFile("w", suffix=".words", encoding="utf-8") as file:
            file.write("\n".join(words) + "\n")
            file.flush()
            peer = program(plain, [*STAGES, "-s", file.name, "-x", "4000"])
        same.append(compare("METEOR", "1.5 exact stem", peer, scored(isovist, plain)["METEOR"]))
    single = [
        {
            "hypothesis": without_repeats(item["hypothesis"]),
            "references": [without_repeats(text) for text in item["references"]],
        }
        for item in items
    ]
    mine = scored(isovist, single)["METEOR-2005"]
    mine["corpus"] = sum(mine["items"]) / len(single)
    same.append(compare("METEOR-2005", "nltk, mean", original(single), mine))
    if shutil.which("java"):
        same += as_written(isovist, path)
        print(f"METEOR of all {len(items)} items: {ours['METEOR']['corpus']:.6f}; the program as it is:")
        for what, options in [("exact stem", STAGES), ("synonyms and paraphrases too", [])]:
            print(f"  {what}: {program(items, options)[0]:.6f}")
    return 0 if all(same) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
