"""The exports, opened by the trainers' own loaders: TRL with its trainers, ms-swift with its preprocessors and templates.

These need torch, so that they run in environments of their own, one for each, since their demands on other packages exclude each other::

    pip install torch==2.15.0 torchvision==0.29.2 trl==1.16.0 datasets==5.2.0 transformers==5.23.0 pillow
    pip install torch==2.15.0 ms-swift==4.6.0

with isovist and pytest. Where neither is whole, all is skipped. Models are tiny and random, tokenizers made here; nothing is
fetched.
"""

import importlib.metadata
import importlib.util
import json
import os
from pathlib import Path
from typing import Any

import pytest
from conftest import Cli

import isovist
from isovist.trainers import _rows
from isovist.trainers.swift import IsovistReward
from isovist.trainers.trl import isovist_reward, placed

PINNED = {"trl": "1.16.0", "ms-swift": "4.6.0"}
RECIPE = """
name = "rooms"
seed = 3
rows = 60
reasoning = "think"
[[scenes]]
{scenes}
[output]
exports = ["parquet", "jsonl", "messages", "sharegpt", "rl", "traces", "traces-swift"]
images = "{images}"
images_per_row = 2
"""
TEMPLATE = (
    "{% if tools %}<|tools|>{{ tools | tojson }}\n{% endif %}"
    "{% for message in messages %}<|{{ message.role }}|>"
    "{% if message.content is string %}{{ message.content }}{% else %}{% for part in message.content %}"
    "{% if part.type == 'image' %}<image>{% else %}{{ part.text }}{% endif %}{% endfor %}{% endif %}"
    "{% for call in message.tool_calls or [] %}<|call|>{{ call.function | tojson }}{% endfor %}\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)


def need(package: str) -> None:
    """Skips where a package is not there with torch; where it is, it is the pinned one."""
    try:
        version = importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        pytest.skip(f"{package} is not installed (the head of this file has the environment for it)")
    if importlib.util.find_spec("torch") is None:
        pytest.skip(f"{package} is installed without torch")
    if package == "trl" and version != PINNED["trl"] and importlib.util.find_spec("swift") is not None:
        pytest.skip("ms-swift asks for an earlier trl")
    assert version == PINNED[package]


@pytest.fixture(scope="module")
def corpora(cli: Cli, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A corpus with pictures and one without, with every export concerned."""
    folder = tmp_path_factory.mktemp("corpora")
    done = cli("rooms", "build", "--n", "2", "--size", "160x120", "-o", str(folder / "rooms"))
    assert done.returncode == 0, done.stderr
    made = {}
    for name, scenes, images in (("seen", 'path = "rooms"', "embed"), ("told", 'builtin = ["kitchen"]', "none")):
        (folder / f"{name}.toml").write_text(RECIPE.format(scenes=scenes, images=images), "utf-8")
        done = cli("corpus", "make", str(folder / f"{name}.toml"), "-o", str(folder / name))
        assert (folder / name / "manifest.json").is_file(), done.stderr
        made[name] = folder / name
    return made


@pytest.fixture
def hf(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """The `datasets` library, with a cache of the test's own and nothing to fetch from."""
    for name in ("HF_HUB_OFFLINE", "HF_DATASETS_OFFLINE", "TRANSFORMERS_OFFLINE"):
        monkeypatch.setenv(name, "1")
    datasets = pytest.importorskip("datasets")

    def load(corpus: Path, export: str) -> Any:
        kind = "parquet" if export in ("rl", "parquet") else "json"
        files = str(corpus / export / f"train-*.{'parquet' if kind == 'parquet' else 'jsonl'}")
        return datasets.load_dataset(kind, data_files=files, split="train", cache_dir=str(tmp_path / "cache"))

    return load


def tokenizer() -> Any:
    """A tokenizer of bytes, with a template of chats."""
    import tokenizers
    import transformers

    letters = sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet())
    special = ["<pad>", "<eos>", "<image>"]
    words = {word: number for number, word in enumerate(special + letters)}
    made = tokenizers.Tokenizer(tokenizers.models.BPE(vocab=words, merges=[]))
    made.pre_tokenizer = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = tokenizers.decoders.ByteLevel()
    fast = transformers.PreTrainedTokenizerFast(
        tokenizer_object=made, pad_token="<pad>", eos_token="<eos>", additional_special_tokens=["<image>"]
    )
    fast.chat_template = TEMPLATE
    return fast


def language_model(words: int) -> Any:
    import torch
    import transformers

    torch.manual_seed(0)
    config = transformers.LlamaConfig(
        vocab_size=words, hidden_size=16, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2,
        num_key_value_heads=2, max_position_embeddings=8192, pad_token_id=0, eos_token_id=1, bos_token_id=1,
    )
    return transformers.LlamaForCausalLM(config)


@pytest.mark.parametrize("export", ["messages", "rl", "traces"])
def test_trl_reads_pictures_where_they_stand(export: str, corpora: dict[str, Path], hf: Any) -> None:
    need("trl")
    from trl.data_utils import is_conversational, prepare_multimodal_messages

    corpus = corpora["seen"]
    rows = hf(corpus, export).map(placed, fn_kwargs={"folder": str(corpus)})
    assert len(rows) > 30
    for row in rows:
        assert is_conversational(row)
        said = row["prompt" if export == "rl" else "messages"]
        filled = prepare_multimodal_messages(said, row["images"])
        parts = [part for message in filled for part in message["content"]]
        assert [part["image"] for part in parts if part["type"] == "image"] == row["images"]
        assert not any("<image>" in (part.get("text") or "") for part in parts)
        if export != "rl":
            assert all(Path(image).is_file() for image in row["images"])
    if export == "traces":
        (first, *_) = rows
        assert [tool["function"]["name"] for tool in json.loads(first["tools"])][0] == "find_objects"
        assert any(message.get("tool_calls") for message in first["messages"])


def test_without_placing_trl_leaves_the_marks_in_the_words(corpora: dict[str, Path], hf: Any) -> None:
    """Why `placed` is there: once this fails, TRL has learnt to read the marks."""
    need("trl")
    from trl.data_utils import prepare_multimodal_messages

    row = hf(corpora["seen"], "rl")[0]
    (message,) = prepare_multimodal_messages(row["prompt"], row["images"])
    assert [part["type"] for part in message["content"]] == ["image", "image", "text"]
    assert "<image>" in message["content"][-1]["text"]


def test_trl_applies_a_chat_template_to_messages_and_tools(corpora: dict[str, Path], hf: Any) -> None:
    need("trl")
    from trl.data_utils import maybe_apply_chat_template

    for export in ("messages", "traces"):
        for row in hf(corpora["told"], export):
            tools = json.loads(row["tools"]) if "tools" in row else None
            text = maybe_apply_chat_template({"messages": row["messages"]}, tokenizer(), tools=tools)["text"]
            assert text.startswith("<|tools|>" if tools else "<|user|>")
            assert text.count("<|call|>") == sum(len(message.get("tool_calls") or []) for message in row["messages"])
            assert row["messages"][-1]["content"] in text


@pytest.mark.parametrize("export", ["messages", "traces"])
def test_trl_fine_tunes_a_step(export: str, corpora: dict[str, Path], hf: Any, tmp_path: Path) -> None:
    need("trl")
    import trl

    words = tokenizer()
    arguments = trl.SFTConfig(
        output_dir=str(tmp_path / "run"), max_steps=1, per_device_train_batch_size=2, use_cpu=True, bf16=False,
        report_to="none", max_length=None, save_strategy="no",
    )
    rows = hf(corpora["told"], export)
    trainer = trl.SFTTrainer(language_model(len(words)), args=arguments, train_dataset=rows, processing_class=words)
    decoded = words.decode(trainer.train_dataset[0]["input_ids"])
    assert rows[0]["messages"][-1]["content"] in decoded
    assert trainer.train().training_loss > 0


def test_trl_rewards_a_step(corpora: dict[str, Path], hf: Any, tmp_path: Path) -> None:
    """`GRPOTrainer` on the export `rl` as it stands: the ground truth arrives in `reward_model`."""
    need("trl")
    import trl

    words = tokenizer()
    paid: list[float | None] = []
    asked: list[Any] = []

    def watched(prompts: list[Any], completions: list[Any], **columns: Any) -> list[float | None]:
        told = ["<answer>yes</answer>"] * len(completions)
        found = isovist_reward(prompts=prompts, completions=completions, **columns)
        paid.extend(isovist_reward(prompts=prompts, completions=told, **columns))
        asked.extend(prompts)
        return found

    arguments = trl.GRPOConfig(
        output_dir=str(tmp_path / "run"), max_steps=4, per_device_train_batch_size=8, num_generations=2, max_completion_length=4,
        use_cpu=True, bf16=False, report_to="none", save_strategy="no", remove_unused_columns=False,
    )
    rows = hf(corpora["told"], "rl")
    trainer = trl.GRPOTrainer(
        language_model(len(words)), reward_funcs=[watched], args=arguments, train_dataset=rows, processing_class=words
    )
    trainer.train()
    assert len(paid) == 32 and all(reward is not None for reward in paid) and len(set(paid)) > 1
    assert all(prompt[0]["role"] == "user" for prompt in asked)


def seeing_model() -> tuple[Any, Any]:
    """A tiny model that takes pictures, and its processor: each picture is nine tokens."""
    pytest.importorskip("torchvision", reason="processors of pictures need torchvision")
    import torch
    import transformers

    torch.manual_seed(0)
    words = tokenizer()
    pictures = transformers.CLIPImageProcessor(size={"shortest_edge": 30}, crop_size={"height": 30, "width": 30})
    processor = transformers.LlavaProcessor(
        image_processor=pictures, tokenizer=words, patch_size=10, vision_feature_select_strategy="default", image_token="<image>",
        num_additional_image_tokens=1, chat_template=TEMPLATE,
    )
    seeing = transformers.CLIPVisionConfig(
        hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2, image_size=30, patch_size=10
    )
    config = transformers.LlavaConfig(
        vision_config=seeing, text_config=language_model(len(words)).config, image_token_index=words.convert_tokens_to_ids("<image>"),
        vision_feature_select_strategy="default", vision_feature_layer=-1,
    )
    return transformers.LlavaForConditionalGeneration(config), processor


@pytest.mark.parametrize("export", ["messages", "rl"])
def test_trl_trains_on_pictures(export: str, corpora: dict[str, Path], hf: Any, tmp_path: Path) -> None:
    """Steps of `SFTTrainer` on `messages` and of `GRPOTrainer` on `rl`: the pictures reach the model, each where it stood."""
    need("trl")
    import datasets
    import trl

    model, processor = seeing_model()
    corpus = corpora["seen"]
    rows = hf(corpus, export).map(placed, fn_kwargs={"folder": str(corpus)})
    rows = rows.cast_column("images", datasets.List(datasets.Image()))
    common = dict(output_dir=str(tmp_path / "run"), use_cpu=True, bf16=False, report_to="none", save_strategy="no")
    seen: list[tuple[int, int]] = []

    def watch(_: Any, __: Any, named: dict[str, Any]) -> None:
        if named.get("pixel_values") is not None:
            seen.append((len(named["pixel_values"]), int((named["input_ids"] == model.config.image_token_id).sum())))

    model.register_forward_pre_hook(watch, with_kwargs=True)
    if export == "messages":
        arguments = trl.SFTConfig(max_steps=1, per_device_train_batch_size=2, max_length=None, **common)
        trainer = trl.SFTTrainer(model, args=arguments, train_dataset=rows, processing_class=processor)
    else:
        arguments = trl.GRPOConfig(
            max_steps=1, per_device_train_batch_size=4, num_generations=2, max_completion_length=4, remove_unused_columns=False, **common
        )
        trainer = trl.GRPOTrainer(
            model, reward_funcs=[isovist_reward], args=arguments, train_dataset=rows, processing_class=processor
        )
    trainer.train()
    assert seen and all(places == 9 * pictures for pictures, places in seen), seen


SWIFT_RL = {"prompt": "messages", "answer": "ground_truth"}


@pytest.fixture
def swift(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """ms-swift's loader of data sets, with a cache of the test's own."""
    need("ms-swift")
    monkeypatch.setenv("MODELSCOPE_CACHE", str(tmp_path / "modelscope"))
    monkeypatch.setenv("HF_DATASETS_CACHE", str(tmp_path / "hf"))
    from swift.dataset import load_dataset

    def load(path: Path, **settings: Any) -> Any:
        rows, _ = load_dataset([str(path)], strict=True, load_from_cache_file=False, remove_unused_columns=False, **settings)
        return rows

    return load


def first(corpus: Path, export: str) -> Path:
    (found,) = _rows.files(corpus / export, "train")
    return found


@pytest.mark.parametrize("export", ["messages", "sharegpt", "traces-swift", "traces"])
def test_swift_keeps_messages_tools_and_pictures(export: str, corpora: dict[str, Path], swift: Any) -> None:
    corpus = corpora["seen"]
    rows = swift(first(corpus, export))
    lines = [json.loads(line) for line in first(corpus, export).read_text("utf-8").splitlines()]
    assert len(rows) == len(lines) > 30
    for row, line in zip(rows, lines, strict=True):
        said = line.get("messages") or [
            {"role": {"human": "user", "gpt": "assistant"}[one["from"]], "content": one["value"]} for one in line["conversations"]
        ]
        if export == "traces":
            # Calls become messages of their own, as the other export has them.
            assert sum(len(one.get("tool_calls") or []) for one in said) == sum(one["role"] == "tool_call" for one in row["messages"])
            assert row["messages"][-1]["content"] == said[-1]["content"]
        else:
            assert [(one["role"], one["content"]) for one in row["messages"]] == [(one["role"], one["content"]) for one in said]
        assert [image["path"] for image in row["images"]] == line["images"]
        if "tools" in line:
            assert _named(row["tools"]) == _named(line["tools"])


def _named(tools: Any) -> list[str]:
    listed = json.loads(tools) if isinstance(tools, str) else tools
    return [(json.loads(tool) if isinstance(tool, str) else tool)["function"]["name"] for tool in listed]


def test_swift_reads_rows_for_reinforcement_learning(corpora: dict[str, Path], swift: Any) -> None:
    """With the columns of our configuration; the pictures come along as bytes."""
    yaml = pytest.importorskip("yaml")
    config = yaml.safe_load((Path(__file__).parents[1] / "configs/ms_swift/isovist.yaml").read_text("utf-8"))
    assert json.loads(config["columns"]) == SWIFT_RL
    rows = swift(first(corpora["seen"], "rl"), columns=dict(SWIFT_RL))
    judge, reward = isovist.Judge(), IsovistReward()
    for row, asked in zip(rows, _rows.read(first(corpora["seen"], "rl")), strict=True):
        (message,) = row["messages"]
        assert message["role"] == "user" and message["content"].count("<image>") == len(row["images"])
        assert all(image["bytes"].startswith(b"\x89PNG") for image in row["images"])
        columns = {name: [value] for name, value in row.items()}
        for reply in ("<answer>yes</answer>", "<answer>B</answer>"):
            assert reward([reply], **columns) == [judge.judge(asked.ground_truth or "", reply).reward]


def test_without_the_columns_swift_takes_the_truth_for_the_reply(corpora: dict[str, Path], swift: Any) -> None:
    """Why the configuration has `columns`: once this fails, ms-swift reads `prompt` by itself."""
    (message,) = swift(first(corpora["seen"], "rl"))[0]["messages"]
    assert message["role"] == "assistant" and isovist.Judge().judge(message["content"], "") is not None


def test_swift_opens_the_pictures_and_formats_the_calls(corpora: dict[str, Path], swift: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """ms-swift's own reader of pictures, below `ROOT_IMAGE_DIR`, and its templates of agents."""
    from swift.agent_template import agent_template_map
    from swift.template.vision_utils import load_image

    corpus = corpora["seen"]
    monkeypatch.setenv("ROOT_IMAGE_DIR", str(corpus))
    rows = swift(first(corpus, "traces-swift"))
    for image in rows[0]["images"]:
        assert load_image(image["path"]).size == (160, 120)
    template = agent_template_map["hermes"]()
    tools = rows[0]["tools"]
    tools = json.loads(tools) if isinstance(tools, str) else tools
    said = template._format_tools([json.loads(tool) if isinstance(tool, str) else tool for tool in tools], "", None)
    assert "find_objects" in said and "check_claim" in said


def test_the_environment_is_named() -> None:
    """Whoever asks for the contracts gets told what is not run here."""
    if os.environ.get("ISOVIST_CONTRACTS") == "1":
        head = (Path(__file__)).read_text("utf-8").split('"""')[1]
        for package, version in PINNED.items():
            assert f"{package}=={version}" in head
