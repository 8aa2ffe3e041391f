"""Questions, verdicts, proofs."""

import copy
import json
from typing import Any

import pytest
from conftest import Cli

import isovist

DISTANCE = "How far is the white vase from the fridge?"

QUESTIONS = [
    DISTANCE,
    "How many chairs are there?",
    "How far is the vase from the fridge?",
    "In image rgb_0, which is closer to the camera, the mug or the white vase?",
    "Would the white vase fit on the kitchen island beside what stands there?",
    "How far is the white vase from the fridge?\nA. 0.5 m\nB. 1.9 m\nC. 4.0 m\nD. 7.5 m",
    '{"form": "count", "class": "chair"}',
    "How far is the vase #125 from #20?",
]


def test_a_distance_has_value_bounds_and_unit(kitchen: isovist.Scene) -> None:
    verdict = kitchen.ask(DISTANCE)
    assert (verdict.kind, verdict.reason, verdict.sentence, verdict.rivals) == ("certain", None, None, [])
    assert verdict.text == str(verdict) == "1.91 m ± 0.02 m"
    answer = verdict.answer
    assert answer is not None and (answer.kind, answer.unit) == ("quantity", "m")
    lo, value, hi = answer.lo, answer.value, answer.hi
    assert isinstance(lo, float) and isinstance(value, float) and isinstance(hi, float)
    assert lo < value < hi and abs(value - 1.91) < 0.005
    assert answer.to_dict() == {"kind": "quantity", "value": value, "lo": lo, "hi": hi, "unit": "m"}
    assert json.loads(answer.to_json()) == answer.to_dict()


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("profile", ["isovist", "vsi-bench"])
def test_a_verdict_is_the_commands(kitchen: isovist.Scene, cli: Cli, question: str, profile: str) -> None:
    verdict = kitchen.ask(question, profile=profile)
    told = cli("ask", "kitchen", question, "--profile", profile, "--json")
    assert verdict.to_dict() == json.loads(told.stdout) == json.loads(verdict.to_json()), told.stderr
    assert told.returncode == (0 if verdict.kind == "certain" else 1)
    text = cli("ask", "kitchen", question, "--profile", profile).stdout.splitlines()
    assert text[-1] == verdict.text


def test_an_explanation_is_the_commands(kitchen: isovist.Scene, cli: Cli) -> None:
    told = cli("ask", "kitchen", DISTANCE, "--why").stdout.splitlines()
    assert kitchen.ask(DISTANCE).explain().splitlines() == told[:-1]
    checked = isovist.check(kitchen, kitchen.ask(DISTANCE).proof_json or "")
    assert told[-1] == f"checked independently: {checked.steps} steps, {checked.facts} facts of the scene"


@pytest.mark.parametrize(
    ("question", "kind", "value"),
    [
        ("How many fridges are there?", "count", 1),
        ("Which is closest to the fridge: the white vase or the kitchen island?", "object", "kitchen island"),
        ("In image rgb_0, which is closer to the camera, the mug or the white vase?", "object", "white vase@rgb_0"),
        ("Would the white vase fit on the kitchen island beside what stands there?", "yes_no", True),
    ],
)
def test_values_are_pythons_own(kitchen: isovist.Scene, question: str, kind: str, value: Any) -> None:
    answer = kitchen.ask(question).answer
    assert answer is not None and answer.kind == kind
    assert answer.value == value and type(answer.value) is type(value)
    assert (answer.lo, answer.hi, answer.unit) == (None, None, None)


def test_the_right_options_are_lettered(kitchen: isovist.Scene) -> None:
    verdict = kitchen.ask(QUESTIONS[5])
    assert verdict.options == ["0.5 m", "1.9 m", "4.0 m", "7.5 m"] and verdict.right_options == ["B"]
    assert kitchen.ask(DISTANCE).right_options == []


def test_uncertain_questions_have_a_reason(kitchen: isovist.Scene) -> None:
    several = kitchen.ask("How many chairs are there?")
    assert (several.kind, several.reason, several.answer, several.proof) == ("ambiguous", "class_ambiguous", None, None)
    assert [answer.value for answer in several.rivals] == [1, 8]
    none = kitchen.ask("How far is the vase from the fridge?")
    assert (none.kind, none.reason, none.proof_json) == ("invalid", "not_unique", None)
    assert none.sentence is not None and "19 objects" in none.sentence
    assert none.explain().strip() == none.text and "not_unique" in none.text


def test_json_dicts_and_words_ask_the_same(kitchen: isovist.Scene) -> None:
    words = kitchen.ask(DISTANCE)
    as_dict, as_text = kitchen.ask(words.question), kitchen.ask(json.dumps(words.question))
    assert words.to_dict() == as_dict.to_dict() == as_text.to_dict()
    assert words.proof == as_dict.proof
    parsed = isovist.parse(kitchen, DISTANCE)
    assert (parsed.task, parsed.format, parsed.question) == ("absolute_distance", "free_form", words.question)
    assert set(parsed.fillings) == {"a", "b"} and parsed.options == []
    lettered = isovist.parse(kitchen, QUESTIONS[5])
    assert lettered.format == "multiple_choice" and len(lettered.options) == 4


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("Sing a song about the fridge.", "unknown_wording"),
        ("How far is the flurble from the fridge?", "unknown_label"),
        ("", "empty"),
        ("{", "malformed"),
        ('{"form": "value", "of": {"measure": "distance", "from": 3, "to": "sofa"}}', "malformed"),
        ("chair " * 500, "too_long"),
        ("{" + " " * (1 << 20), "too_long"),
        ("\ud800\udfff", None),
        ("\x00" * 50, None),
    ],
)
def test_what_is_no_question_is_refused_with_a_code(kitchen: isovist.Scene, question: str, code: str | None) -> None:
    with pytest.raises(isovist.QuestionError) as caught:
        kitchen.ask(question)
    assert code is None or caught.value.code == code, caught.value
    assert isinstance(caught.value, isovist.Error) and isinstance(caught.value, ValueError)
    assert caught.value.code in str(caught.value)


def test_deep_json_is_refused(kitchen: isovist.Scene) -> None:
    deep = '{"form":"test","that":' + '{"test":"not","of":' * 20_000
    with pytest.raises(isovist.QuestionError):
        kitchen.ask(deep)


def test_an_unknown_profile_is_told_with_those_known(kitchen: isovist.Scene) -> None:
    with pytest.raises(isovist.UnknownName, match="no profile") as caught:
        kitchen.ask(DISTANCE, profile="vsibench")
    assert "vsi-bench" in caught.value.known


def test_proofs_are_checked_and_changed_ones_rejected(kitchen: isovist.Scene) -> None:
    proof = kitchen.ask(DISTANCE).proof
    assert proof is not None
    assert isovist.check(kitchen, proof).steps == len(proof["steps"]) == 4
    for change in ("value", "scene", "step"):
        other = copy.deepcopy(proof)
        if change == "value":
            other["steps"][2]["value"] += 0.01
        elif change == "scene":
            other["scene_sha256"] = "0" * 64
        else:
            del other["steps"][1]
        with pytest.raises(isovist.ProofRejected):
            isovist.check(kitchen, other)
    with pytest.raises(isovist.ProofRejected, match="scene"):
        isovist.check(isovist.open("41069025"), proof)


@pytest.mark.parametrize("proof", ["", "{", "null", "[]", "[" * 100_000, {}, {"steps": None}, "\ud800"])
def test_what_is_no_proof_is_rejected(kitchen: isovist.Scene, proof: Any) -> None:
    with pytest.raises(isovist.ProofRejected):
        isovist.check(kitchen, proof)
    with pytest.raises(isovist.ArgumentError, match="neither a text nor JSON"):
        isovist.check(kitchen, {"steps": object()})


def test_the_catalogue_is_the_commands(cli: Cli) -> None:
    catalogue = isovist.catalogue()
    assert catalogue == json.loads(cli("catalogue", "--json").stdout)
    assert "absolute_distance" in {task["name"] for task in catalogue["tasks"]}


def test_answers_are_equal_by_value(kitchen: isovist.Scene) -> None:
    one, two = kitchen.ask(DISTANCE).answer, kitchen.ask(DISTANCE).answer
    assert one == two and one is not two and one != kitchen.ask("How many fridges are there?").answer
    assert "quantity" in repr(one) and "1.91" in repr(one)
