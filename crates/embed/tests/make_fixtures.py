"""Writes the fixtures of this folder anew: two tiny models with weights from a seed, and what transformers makes of some texts.

    pip install torch transformers tokenizers
    python crates/embed/tests/make_fixtures.py

Written with torch 2.15, transformers 5.23 and tokenizers 0.23.
"""

import json
import shutil
from pathlib import Path

import torch
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel, CLIPConfig, CLIPModel

HERE = Path(__file__).parent / "fixtures"
WORDS = ["the", "chair", "table", "lamp", "left", "right", "of", "is", "behind", "two", "red", "metre", "window", "and"]
TEXTS = [
    "",
    " ",
    "chair",
    "The chair is left of the table.",
    "the table is left of the chair",
    "THE  CHAIR\tis left\nof the table .",
    "two red lamps, 1.5 metres behind the window!",
    "naïve café – fenêtre à droite",
    "椅子在桌子的左边",
    "стул слева от стола 🪑",
    "it's the lamp's chair; they've 42 tables",
    "the chair and the table and the lamp and the window " * 12,
]
MOST_SENTENCE_TOKENS = 48


def drawn(model, seed):
    """A model with every weight drawn anew, wide enough that each of them matters."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, weight in sorted(model.named_parameters()):
            values = torch.randn(weight.shape, generator=generator)
            norm = "norm" in name.lower() and name.endswith("weight")
            weight.copy_(1 + 0.2 * values if norm else 0.25 * values)
            # What float16 keeps, so that a model stored in halves is the same model.
            weight.copy_(weight.half().float())
    return model.eval()


def word_pieces():
    letters = [chr(code) for code in range(33, 127) if not chr(code).isupper()] + list("椅子在桌的左边стулевао–")
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    pieces += letters + ["##" + letter for letter in letters if letter.isalnum()] + WORDS[:-1] + ["##s", "and"]
    vocabulary = {piece: at for at, piece in enumerate(dict.fromkeys(pieces))}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.add_special_tokens([AddedToken(piece, special=True) for piece in pieces[:5]])
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return tokenizer


def byte_pairs():
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = alphabet + [letter + "</w>" for letter in alphabet]
    merges = []
    for word in WORDS:
        pieces = [*word[:-1], word[-1] + "</w>"]
        while len(pieces) > 1:
            left, right, *rest = pieces
            if (left, right) not in merges:
                merges.append((left, right))
                vocabulary.append(left + right)
            pieces = [left + right, *rest]
    start, end = "<|startoftext|>", "<|endoftext|>"
    vocabulary = {piece: at for at, piece in enumerate(dict.fromkeys([*vocabulary, start, end]))}
    model = models.BPE(vocabulary, merges, unk_token=end, continuing_subword_prefix="", end_of_word_suffix="</w>")
    tokenizer = Tokenizer(model)
    tokenizer.add_special_tokens([AddedToken(start, special=True), AddedToken(end, special=True)])
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()]
    )
    words = Regex(r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+")
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(words, behavior="removed", invert=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    ids = [(token, vocabulary[token]) for token in (end, start)]
    tokenizer.post_processor = processors.RobertaProcessing(*ids, trim_offsets=False, add_prefix_space=False)
    return tokenizer


def batch(tokenizer, most, padding):
    tokenizer.enable_truncation(most)
    tokenizer.enable_padding(pad_id=padding)
    rows = tokenizer.encode_batch(TEXTS)
    ids, mask = (torch.tensor([getattr(row, field) for row in rows]) for field in ("ids", "attention_mask"))
    return ids, mask


def unit(vectors):
    return torch.nn.functional.normalize(vectors, dim=-1).tolist()


def compact(path):
    path.write_text(json.dumps(json.loads(path.read_text()), ensure_ascii=False, separators=(",", ":")) + "\n")


def sentence():
    folder = HERE / "sentence"
    tokenizer = word_pieces()
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size() + 3,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=48,
        max_position_embeddings=64,
    )
    model = drawn(BertModel(config, add_pooling_layer=False), 1)
    model.save_pretrained(folder)
    ids, mask = batch(tokenizer, MOST_SENTENCE_TOKENS, 0)
    with torch.inference_mode():
        hidden = model(input_ids=ids, attention_mask=mask).last_hidden_state
    shares = mask[..., None].float()
    mean = (hidden * shares).sum(1) / shares.sum(1)
    # As sentence-transformers writes them; other bounds than those that hold stand in the tokenizer's file.
    tokenizer.enable_truncation(8)
    tokenizer.enable_padding(length=8)
    tokenizer.save(str(folder / "tokenizer.json"))
    compact(folder / "tokenizer.json")
    (folder / "1_Pooling").mkdir()
    pooling = {"word_embedding_dimension": 32, "pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True}
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling) + "\n")
    bounds = {"max_seq_length": MOST_SENTENCE_TOKENS, "do_lower_case": False}
    (folder / "sentence_bert_config.json").write_text(json.dumps(bounds) + "\n")
    names = [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
    modules = [
        {"idx": at, "name": str(at), "path": path, "type": "sentence_transformers.models." + kind}
        for at, (path, kind) in enumerate(names)
    ]
    (folder / "modules.json").write_text(json.dumps(modules) + "\n")
    return {"sentence_mean": unit(mean), "sentence_first": unit(hidden[:, 0])}


def clip():
    folder = HERE / "clip"
    tokenizer = byte_pairs()
    end = tokenizer.token_to_id("<|endoftext|>")
    text = {
        "vocab_size": tokenizer.get_vocab_size(),
        "hidden_size": 32,
        "intermediate_size": 48,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "bos_token_id": end - 1,
        "eos_token_id": end,
        "pad_token_id": end,
    }
    vision = {
        "hidden_size": 8,
        "intermediate_size": 8,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "image_size": 8,
        "patch_size": 8,
    }
    model = drawn(CLIPModel(CLIPConfig(text_config=text, vision_config=vision, projection_dim=24)), 2)
    ids, mask = batch(tokenizer, 77, end)
    with torch.inference_mode():
        vectors = model.get_text_features(input_ids=ids, attention_mask=mask).pooler_output
    model.half().save_pretrained(folder)
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.save(str(folder / "tokenizer.json"))
    compact(folder / "tokenizer.json")
    return {"clip": unit(vectors)}


def main():
    shutil.rmtree(HERE, ignore_errors=True)
    for name in ("sentence", "clip"):
        (HERE / name).mkdir(parents=True)
    golden = {"texts": TEXTS, **sentence(), **clip()}
    lines = [f"{json.dumps(name)}: {json.dumps(values, ensure_ascii=False)}" for name, values in golden.items()]
    (HERE / "golden.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
