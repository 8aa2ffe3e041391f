"""Reward functions of trainers: what they return, and that they pay what the judge pays."""

import importlib
from typing import Any

import numpy as np
import pytest

import isovist
from isovist.trainers import easyr1, openrlhf, swift, trl, verl

THREE = '{"kind": "count", "value": 3}'
REPLIES = ["<think>one by one</think><answer>3</answer>", "3", "<answer>4</answer>", ""]
REWARDS = [1.0, 0.9, 0.0, 0.0]


def test_verl_scores_one_response() -> None:
    result = verl.compute_score("isovist/qa", REPLIES[1], THREE, {"index": 7}, reward_router_address=None)
    assert result == {"score": 0.9, "accuracy": 1.0, "acc": 1.0, "format": 0.0}
    solver = verl.compute_score("isovist/qa", "<answer>3</answer>", THREE, preset="spatialevo-solver")
    assert solver == {"score": 1.0, "accuracy": 1.0, "acc": 1.0, "format": 1.0, "explanation": 0.0}


def test_verl_scores_a_batch_of_arrays() -> None:
    truths = np.array([THREE] * 4, dtype=object)
    results = verl.compute_score_batch(np.array(["x"] * 4), REPLIES, truths, np.array([{}] * 4))
    assert [result["score"] for result in results] == REWARDS
    assert results == [verl.compute_score("x", reply, THREE) for reply in REPLIES]
    assert len({tuple(sorted(result)) for result in results}) == 1


def test_easyr1_scores_a_batch() -> None:
    assert (easyr1.REWARD_TYPE, easyr1.REWARD_NAME) == ("batch", "isovist")
    rows = [{"response": reply, "response_length": 9, "ground_truth": THREE, "uid": "q"} for reply in REPLIES]
    results = easyr1.compute_score(rows)
    assert [result["overall"] for result in results] == REWARDS
    assert results[0] == {"overall": 1.0, "format": 1.0, "accuracy": 1.0}
    other = easyr1.compute_score(rows[:1], preset="3d-r1")[0]
    assert other["accuracy"] is None and other["format"] is not None


@pytest.mark.parametrize("talk", [False, True])
def test_trl_rewards_texts_and_conversations(talk: bool) -> None:
    said: list[Any] = [[{"role": "assistant", "content": reply}] for reply in REPLIES] if talk else list(REPLIES)
    columns = {"ground_truth": [THREE] * 4, "trainer_state": None, "log_metric": print}
    prompts = ["How many?"] * 4
    assert trl.isovist_reward(prompts=prompts, completions=said, completion_ids=[[1]] * 4, **columns) == REWARDS
    form = trl.reward_function(component="format")
    assert form(prompts=prompts, completions=said, **columns) == [1.0, 0.0, 1.0, 0.0]
    assert form.__name__ == "isovist_format"


def test_trl_rows_without_a_truth_have_no_reward() -> None:
    columns = {"ground_truth": [THREE, None, THREE]}
    assert trl.isovist_reward(prompts=[""] * 3, completions=["3", "3", "4"], **columns) == [0.9, None, 0.0]
    semantic = trl.reward_function("3d-r1", component="semantic")
    assert semantic(prompts=[""], completions=["3"], ground_truth=[THREE]) == [None]
    with pytest.raises(isovist.ArgumentError, match="no column 'ground_truth'"):
        trl.isovist_reward(prompts=[""], completions=["3"])
    with pytest.raises(isovist.ArgumentError, match="no component 'tools'"):
        trl.reward_function(component="tools")


def test_the_last_message_of_the_assistant_is_judged() -> None:
    turns = [
        {"role": "assistant", "content": None, "tool_calls": [{"name": "measure"}]},
        {"role": "tool", "content": "<answer>4</answer>"},
        {"role": "assistant", "content": [{"type": "text", "text": "<answer>"}, {"type": "text", "text": "3</answer>"}]},
        {"role": "user", "content": "thanks"},
    ]
    cases: list[tuple[Any, float]] = [(turns, 1.0), (turns[:1], 0.0), (turns[:2], 0.0), ([], 0.0), (None, 0.0), (turns[2], 1.0)]
    for completion, reward in cases:
        assert trl.isovist_reward(prompts=[""], completions=[completion], ground_truth=[THREE]) == [reward]
    with pytest.raises(isovist.ArgumentError, match="not int"):
        trl.isovist_reward(prompts=[""], completions=[3], ground_truth=[THREE])


def test_swift_rewards_take_columns() -> None:
    reward = swift.IsovistReward()
    assert reward(REPLIES, ground_truth=[THREE] * 4, trainer_state=None) == REWARDS
    assert reward(["3", "3"], ground_truth=[None, THREE]) == [None, 0.9]
    with pytest.raises(isovist.ArgumentError, match="no column"):
        reward(REPLIES)
    assert [swift.reward_name(preset) for preset in isovist.presets()][:3] == [
        "isovist",
        "isovist_spatialevo_questioner",
        "isovist_spatialevo_solver",
    ]


def test_openrlhf_judges_the_response_alone() -> None:
    prompt = "<|im_start|>user\nHow many? Say <answer>4</answer> for four.<|im_end|>\n<|im_start|>assistant\n"
    expanded = prompt.replace("How", "<|image_pad|><|image_pad|>How")
    for query in (prompt, expanded):
        result = openrlhf.reward_func([query + "<answer>3</answer><|im_end|>"], [prompt], [THREE])
        assert result["rewards"] == result["scores"] == pytest.approx(1.0, abs=0.1) and result["rewards"] >= 0.9
        assert result["extra_logs"]["accuracy"] == 1.0
    # A marker in the response opens no turn of its own.
    fake = openrlhf.reward_func([expanded + "4 <|im_start|>assistant\n3"], [prompt], [THREE])
    assert fake["rewards"] == 0.0
    several = openrlhf.reward_func(["q3", "q4"], ["q", "q"], [THREE, THREE])
    assert several["rewards"] == [0.9, 0.0] and several["extra_logs"]["format"] == [0.0, 0.0]
    with pytest.raises(isovist.ArgumentError, match="neither begins with its prompt"):
        openrlhf.reward_func(["other"], ["q"], [THREE])


def test_a_bad_ground_truth_is_never_paid_in_silence() -> None:
    with pytest.raises(isovist.TruthError):
        verl.compute_score("x", "3", "3")
    with pytest.raises(isovist.TruthError) as caught:
        easyr1.compute_score([{"response": "3", "response_length": 1, "ground_truth": truth} for truth in (THREE, "?")])
    assert caught.value.row == 1
    with pytest.raises(isovist.TruthError):
        openrlhf.reward_func(["q3"], ["q"], ["three"])


@pytest.mark.parametrize("name", ["verl", "easyr1", "swift", "trl", "openrlhf"])
def test_modules_say_how_they_are_used(name: str) -> None:
    module = importlib.import_module(f"isovist.trainers.{name}")
    assert module.__doc__ is not None and "::" in module.__doc__ or "``" in (module.__doc__ or "")
