import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.special import erf

from models_app.encoders.sentence_model import read_sentence_model
from tests.models_app.tiny_model import N_HEADS, N_LAYERS, WIDTH, tensors, write_model, write_tensors


def reference(weights: dict[str, np.ndarray], tokens: list[int]) -> np.ndarray:
    """One sentence, token by token and head by head, in double precision: as slow as it is plain."""

    def weight(name: str) -> np.ndarray:
        return weights[name].astype(np.float64)

    def linear(x: np.ndarray, name: str) -> np.ndarray:
        return x @ weight(f"{name}.weight").T + weight(f"{name}.bias")

    def normed(x: np.ndarray, name: str) -> np.ndarray:
        rows = [(row - row.mean()) / np.sqrt(row.var() + 1e-12) for row in x]
        return np.array(rows) * weight(f"{name}.weight") + weight(f"{name}.bias")

    x = weight("embeddings.word_embeddings.weight")[tokens]
    x = x + weight("embeddings.position_embeddings.weight")[: len(tokens)]
    x = normed(x + weight("embeddings.token_type_embeddings.weight")[0], "embeddings.LayerNorm")
    for layer in range(N_LAYERS):
        name = f"encoder.layer.{layer}"
        query, key, value = (linear(x, f"{name}.attention.self.{part}") for part in ("query", "key", "value"))
        heads = []
        for head in range(N_HEADS):
            part = slice(head * WIDTH // N_HEADS, (head + 1) * WIDTH // N_HEADS)
            scores = np.exp(query[:, part] @ key[:, part].T / np.sqrt(WIDTH / N_HEADS))
            heads.append(scores / scores.sum(axis=1, keepdims=True) @ value[:, part])
        attended = linear(np.hstack(heads), f"{name}.attention.output.dense")
        x = normed(x + attended, f"{name}.attention.output.LayerNorm")
        inner = linear(x, f"{name}.intermediate.dense")
        inner = inner * 0.5 * (1 + erf(inner / np.sqrt(2)))
        x = normed(x + linear(inner, f"{name}.output.dense"), f"{name}.output.LayerNorm")
    return np.asarray(x.mean(axis=0))


def test_pieces_run_in_batches_agree_with_one_sentence_at_a_time(tmp_path: Path) -> None:
    model = read_sentence_model(write_model(tmp_path))
    found = model.vectors_of(np.arange(5, 12))
    weights = tensors(len(model.pieces))
    expected = [reference(weights, [2, number, 3]) for number in range(5, 12)]
    np.testing.assert_allclose(found, expected, atol=1e-5)


def test_weights_named_after_their_model_are_found_too(tmp_path: Path) -> None:
    plain = read_sentence_model(write_model(tmp_path / "plain"))
    folder = write_model(tmp_path / "named")
    named = {f"bert.{name}": tensor for name, tensor in tensors(len(plain.pieces)).items()}
    write_tensors(folder / "model.safetensors", named)
    pieces = np.arange(5, 8)
    np.testing.assert_array_equal(read_sentence_model(folder).vectors_of(pieces), plain.vectors_of(pieces))


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "config.json"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    (write_model(tmp_path) / name).unlink()
    with pytest.raises(ValueError, match=f"no {name}"):
        read_sentence_model(tmp_path)


@pytest.mark.parametrize(
    "config", [{}, [], {"num_attention_heads": 2, "hidden_act": "silu"}, {"num_attention_heads": "many"}]
)
def test_a_model_of_another_kind_is_refused(tmp_path: Path, config: Any) -> None:
    (write_model(tmp_path) / "config.json").write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(ValueError, match="BERT-like"):
        read_sentence_model(tmp_path)


@pytest.mark.parametrize("missing", ["embeddings.LayerNorm.bias", "encoder.layer.1.output.dense.weight"])
def test_weights_that_lack_a_part_are_refused(tmp_path: Path, missing: str) -> None:
    folder = write_model(tmp_path)
    weights = tensors(18)
    del weights[missing]
    write_tensors(folder / "model.safetensors", weights)
    with pytest.raises(ValueError, match=f"has no '{missing}'"):
        read_sentence_model(folder)


def test_weights_of_another_vocabulary_and_damaged_ones_are_refused(tmp_path: Path) -> None:
    folder = write_model(tmp_path)
    write_tensors(folder / "model.safetensors", tensors(99))
    with pytest.raises(ValueError, match="do not belong together"):
        read_sentence_model(folder)
    write_tensors(folder / "model.safetensors", {name: tensor * np.nan for name, tensor in tensors(18).items()})
    with pytest.raises(ValueError, match="no finite numbers"):
        read_sentence_model(folder)
