"""A small BERT-like sentence model in numpy: enough to run every word piece through it once, without torch."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.special import erf

from models_app.encoders.tensor_file import read_tensors
from models_app.encoders.word_pieces import WordPieces, read_word_pieces

WEIGHTS_FILE, PIECES_FILE, CONFIG_FILE = "model.safetensors", "tokenizer.json", "config.json"


@dataclass(frozen=True)
class SentenceModel:
    """The weights by their names, the pieces they belong to, and the two figures that the weights do not tell."""

    weights: Mapping[str, np.ndarray]
    pieces: WordPieces
    n_heads: int
    epsilon: float

    @property
    def width(self) -> int:
        return int(self.weights["embeddings.word_embeddings.weight"].shape[1])

    @property
    def n_layers(self) -> int:
        return sum(name.endswith("attention.self.query.weight") for name in self.weights)

    def vectors_of(self, numbers: np.ndarray) -> np.ndarray:
        """The sentence vector of each piece standing alone between the two marks of a sentence; float32."""
        begin, end = self.pieces.number_of("[CLS]"), self.pieces.number_of("[SEP]")
        tokens = np.stack([np.full_like(numbers, begin), numbers, np.full_like(numbers, end)], axis=1)
        words, positions, kinds = (
            self.weights[f"embeddings.{name}_embeddings.weight"] for name in ("word", "position", "token_type")
        )
        states = self._normed(words[tokens] + positions[: tokens.shape[1]] + kinds[0], "embeddings.LayerNorm")
        for layer in range(self.n_layers):
            states = self._layer(states, f"encoder.layer.{layer}")
        return np.asarray(states.mean(axis=1), dtype=np.float32)

    def _layer(self, states: np.ndarray, name: str) -> np.ndarray:
        attended = self._linear(self._attention(states, f"{name}.attention.self"), f"{name}.attention.output.dense")
        states = self._normed(states + attended, f"{name}.attention.output.LayerNorm")
        inner = self._linear(states, f"{name}.intermediate.dense")
        inner *= 0.5 * (1 + erf(inner * np.float32(1 / np.sqrt(2))))
        return self._normed(states + self._linear(inner, f"{name}.output.dense"), f"{name}.output.LayerNorm")

    def _attention(self, states: np.ndarray, name: str) -> np.ndarray:
        """With three tokens a sentence, products of all pairs at once are faster than many tiny matrices."""
        shape = (*states.shape[:2], self.n_heads, states.shape[2] // self.n_heads)
        query, key, value = (
            self._linear(states, f"{name}.{part}").reshape(shape) for part in ("query", "key", "value")
        )
        scores = np.einsum("bihd,bjhd->bijh", query, key) / np.float32(np.sqrt(shape[-1]))
        shares = np.exp(scores - scores.max(axis=2, keepdims=True))
        shares /= shares.sum(axis=2, keepdims=True)
        attended = np.einsum("bijh,bjhd->bihd", shares, value)
        return np.asarray(attended.reshape(states.shape))

    def _linear(self, states: np.ndarray, name: str) -> np.ndarray:
        flat = states.reshape(-1, states.shape[-1]) @ self.weights[f"{name}.weight"].T + self.weights[f"{name}.bias"]
        return np.asarray(flat.reshape(*states.shape[:-1], -1), dtype=np.float32)

    def _normed(self, states: np.ndarray, name: str) -> np.ndarray:
        centred = states - states.mean(axis=-1, keepdims=True)
        spread = np.sqrt(np.square(centred).mean(axis=-1, keepdims=True) + np.float32(self.epsilon))
        return np.asarray(centred / spread * self.weights[f"{name}.weight"] + self.weights[f"{name}.bias"])


def read_sentence_model(folder: Path) -> SentenceModel:
    """The model in ``folder``; ``ValueError`` when a file is missing or of another kind of model."""
    for name in (WEIGHTS_FILE, PIECES_FILE, CONFIG_FILE):
        if not (folder / name).is_file():
            raise ValueError(f"There is no {name} in the folder of the model.")
    try:
        config = json.loads((folder / CONFIG_FILE).read_text(encoding="utf-8"))
        n_heads, epsilon = int(config["num_attention_heads"]), float(config.get("layer_norm_eps", 1e-12))
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise ValueError(f"{CONFIG_FILE} does not describe a BERT-like model.") from problem
    if config.get("hidden_act", "gelu") != "gelu" or config.get("position_embedding_type", "absolute") != "absolute":
        raise ValueError("The model is of a kind that cannot be read: it must be BERT-like.")
    weights = {name.removeprefix("bert."): tensor for name, tensor in read_tensors(folder / WEIGHTS_FILE).items()}
    model = SentenceModel(weights, read_word_pieces(folder / PIECES_FILE), n_heads, epsilon)
    _try_out(model)
    return model


def _try_out(model: SentenceModel) -> None:
    """Run one piece through: what is missing or does not fit shows at once."""
    try:
        if len(model.pieces) != len(model.weights["embeddings.word_embeddings.weight"]) or not model.n_layers:
            raise ValueError("The model's weights and its vocabulary do not belong together.")
        vector = model.vectors_of(np.array([model.pieces.number_of("[CLS]")]))
    except (KeyError, IndexError) as missing:
        raise ValueError(f"The model is not BERT-like: it has no {missing}.") from missing
    if not np.isfinite(vector).all():
        raise ValueError("The model's weights are damaged: they give no finite numbers.")
