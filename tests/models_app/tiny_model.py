"""A sentence model of a few hundred numbers, in the file formats of the large ones, for tests that build a table."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

MARKS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
WORDS = ["goal", "match", "team", "vote", "senate", "law", "song", "guitar", "album", "and", "number", "##s", "!"]
WIDTH, INNER, N_LAYERS, N_HEADS = 8, 16, 2, 2


def write_model(folder: Path, *, words: Sequence[str] = WORDS, seed: int = 0) -> Path:
    """Write ``model.safetensors``, ``tokenizer.json`` and ``config.json`` of a BERT-like model."""
    folder.mkdir(parents=True, exist_ok=True)
    pieces = [*MARKS, *words]
    write_tensors(folder / "model.safetensors", tensors(len(pieces), seed=seed))
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    tokenizer = {"model": {"type": "WordPiece", "continuing_subword_prefix": "##", "vocab": vocabulary}}
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer), encoding="utf-8")
    config = {"num_attention_heads": N_HEADS, "layer_norm_eps": 1e-12, "hidden_act": "gelu"}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    return folder


def tensors(n_pieces: int, *, seed: int = 0) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)

    def drawn(*shape: int) -> np.ndarray:
        return rng.normal(scale=0.5, size=shape).astype(np.float32)

    found = {
        "embeddings.word_embeddings.weight": drawn(n_pieces, WIDTH),
        "embeddings.position_embeddings.weight": drawn(16, WIDTH),
        "embeddings.token_type_embeddings.weight": drawn(2, WIDTH),
        "embeddings.LayerNorm.weight": drawn(WIDTH),
        "embeddings.LayerNorm.bias": drawn(WIDTH),
    }
    for layer in range(N_LAYERS):
        sides = {
            **{f"attention.self.{part}": (WIDTH, WIDTH) for part in ("query", "key", "value")},
            "attention.output.dense": (WIDTH, WIDTH),
            "intermediate.dense": (INNER, WIDTH),
            "output.dense": (WIDTH, INNER),
        }
        for name, shape in sides.items():
            found[f"encoder.layer.{layer}.{name}.weight"] = drawn(*shape)
            found[f"encoder.layer.{layer}.{name}.bias"] = drawn(shape[0])
        for name in ("attention.output.LayerNorm", "output.LayerNorm"):
            found[f"encoder.layer.{layer}.{name}.weight"] = drawn(WIDTH)
            found[f"encoder.layer.{layer}.{name}.bias"] = drawn(WIDTH)
    return found


def write_tensors(path: Path, arrays: Mapping[str, np.ndarray], *, padding: int = 0) -> None:
    """The safetensors format; ``padding`` puts the numbers off their alignment."""
    entries, content = {}, b""
    for name, array in arrays.items():
        begin = len(content)
        content += array.tobytes()
        dtype = {"float32": "F32", "float16": "F16", "int64": "I64"}[str(array.dtype)]
        entries[name] = {"dtype": dtype, "shape": list(array.shape), "data_offsets": [begin, len(content)]}
    header = json.dumps({"__metadata__": {"format": "pt"}, **entries}).encode()
    header += b" " * (-len(header) % 8 + padding)
    path.write_bytes(len(header).to_bytes(8, "little") + header + content)
