"""Reward a group of replies to one question: totals, components, why, and advantages for GRPO."""

import isovist
from isovist.trainers import easyr1


def main() -> None:
    """Runs the example."""
    kitchen = isovist.open("kitchen")
    answer = kitchen.ask("How far is the white vase from the fridge?").answer
    if answer is None:
        raise SystemExit("expected a certain answer")
    truth = answer.to_json()
    replies = [
        "<think>The vase stands on the island.</think><answer>1.91 m</answer>",
        "<answer>190 cm</answer>",
        "about 2.3 metres",
        "<answer>1.91 m</answer> or rather <answer>2.5 m</answer>",
    ]
    judged = isovist.Judge().batch([truth] * len(replies), replies, groups=["q1"] * len(replies))
    advantages = judged.advantages
    if advantages is None:
        raise SystemExit("expected advantages")
    for at, reply in enumerate(replies):
        reason = judged.reasons("accuracy")[at]
        print(f"{judged.rewards[at]:.2f}  {advantages[at]:+.2f}  {reason}: {reply}")

    # The same through the function that EasyR1 loads.
    rows = [{"response": reply, "response_length": len(reply), "ground_truth": truth} for reply in replies]
    print([round(float(result["overall"] or 0.0), 2) for result in easyr1.compute_score(rows)])


if __name__ == "__main__":
    main()
