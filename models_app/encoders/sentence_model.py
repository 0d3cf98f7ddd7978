"""A small BERT-like sentence model in numpy: no torch is needed to run word pieces or whole texts through it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.special import erf

from models_app.encoders.tensor_file import read_tensors
from models_app.encoders.word_pieces import WordPieces, read_word_pieces

WEIGHTS_FILE, PIECES_FILE, CONFIG_FILE = "model.safetensors", "tokenizer.json", "config.json"
# Where it is missing the vector of a text is the mean over its pieces.
POOLING_FILE = "1_Pooling/config.json"
WORD_VECTORS = "embeddings.word_embeddings.weight"
_FEW_PIECES = 4


@dataclass(frozen=True)
class SentenceModel:
    """The weights by their names, the pieces they belong to, and what the weights do not tell.

    ``takes_first`` says that a text's vector is that of its first mark, not the mean over all its pieces.
    """

    weights: Mapping[str, np.ndarray]
    pieces: WordPieces
    n_heads: int
    epsilon: float
    takes_first: bool = False

    @property
    def width(self) -> int:
        return int(self.weights[WORD_VECTORS].shape[1])

    @property
    def n_layers(self) -> int:
        return sum(name.endswith("attention.self.query.weight") for name in self.weights)

    @property
    def n_positions(self) -> int:
        """As many pieces a text may have at most, its two marks among them."""
        return len(self.weights["embeddings.position_embeddings.weight"])

    def vectors_of(self, numbers: np.ndarray) -> np.ndarray:
        """The sentence vector of each piece standing alone between the two marks of a sentence; float32."""
        begin, end = self.pieces.number_of("[CLS]"), self.pieces.number_of("[SEP]")
        tokens = np.stack([np.full_like(numbers, begin), numbers, np.full_like(numbers, end)], axis=1)
        return np.asarray(self._states(tokens, None).mean(axis=1), dtype=np.float32)

    def pooled(self, tokens: np.ndarray, lengths: np.ndarray) -> np.ndarray:
        """The vector of each text of ``tokens`` (texts x pieces), whose first ``lengths`` pieces count; float32."""
        is_piece = np.arange(tokens.shape[1]) < lengths[:, None]
        states = self._states(tokens, None if is_piece.all() else is_piece)
        if self.takes_first:
            return np.asarray(states[:, 0], dtype=np.float32)
        return np.asarray(np.einsum("bid,bi->bd", states, is_piece.astype(np.float32)) / lengths[:, None], np.float32)

    def _states(self, tokens: np.ndarray, is_piece: np.ndarray | None) -> np.ndarray:
        """The last hidden state of each piece; what is no piece of its text is not attended to."""
        words, positions, kinds = (
            self.weights[f"embeddings.{name}_embeddings.weight"] for name in ("word", "position", "token_type")
        )
        found = words[tokens].astype(np.float32, copy=False)
        states = self._normed(found + positions[: tokens.shape[1]] + kinds[0], "embeddings.LayerNorm")
        for layer in range(self.n_layers):
            states = self._layer(states, is_piece, f"encoder.layer.{layer}")
        return states

    def _layer(self, states: np.ndarray, is_piece: np.ndarray | None, name: str) -> np.ndarray:
        attended = self._attention(states, is_piece, f"{name}.attention.self")
        attended = self._linear(attended, f"{name}.attention.output.dense")
        states = self._normed(states + attended, f"{name}.attention.output.LayerNorm")
        inner = self._linear(states, f"{name}.intermediate.dense")
        inner *= 0.5 * (1 + erf(inner * np.float32(1 / np.sqrt(2))))
        return self._normed(states + self._linear(inner, f"{name}.output.dense"), f"{name}.output.LayerNorm")

    def _attention(self, states: np.ndarray, is_piece: np.ndarray | None, name: str) -> np.ndarray:
        shape = (*states.shape[:2], self.n_heads, states.shape[2] // self.n_heads)
        query, key, value = (
            self._linear(states, f"{name}.{part}").reshape(shape) for part in ("query", "key", "value")
        )
        if shape[1] <= _FEW_PIECES:  # products of all pairs at once are faster than many tiny matrices
            scores = np.einsum("bihd,bjhd->bhij", query, key)
        else:
            scores = query.transpose(0, 2, 1, 3) @ key.transpose(0, 2, 3, 1)
        scores /= np.float32(np.sqrt(shape[-1]))
        if is_piece is not None:
            scores += np.where(is_piece, np.float32(0), np.float32(-1e9))[:, None, None, :]
        shares = np.exp(scores - scores.max(axis=3, keepdims=True))
        shares /= shares.sum(axis=3, keepdims=True)
        if shape[1] <= _FEW_PIECES:
            attended = np.einsum("bhij,bjhd->bihd", shares, value)
        else:
            attended = (shares @ value.transpose(0, 2, 1, 3)).transpose(0, 2, 1, 3)
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
    pieces = read_word_pieces(folder / PIECES_FILE)
    model = SentenceModel(weights, pieces, n_heads, epsilon, _takes_first(folder / POOLING_FILE))
    _try_out(model)
    return model


def _takes_first(path: Path) -> bool:
    """How the vectors of a text's pieces become one; ``ValueError`` for another way than the two that are known."""
    if not path.is_file():
        return False
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
        ways = {name for name, is_used in config.items() if name.startswith("pooling_mode_") and is_used is True}
    except (TypeError, ValueError, AttributeError) as problem:
        raise ValueError(f"{POOLING_FILE} cannot be read.") from problem
    if ways not in ({"pooling_mode_mean_tokens"}, {"pooling_mode_cls_token"}):
        raise ValueError(f"{POOLING_FILE} makes one vector of many in a way that is not known here.")
    return ways == {"pooling_mode_cls_token"}


def _try_out(model: SentenceModel) -> None:
    """Run one piece through: what is missing or does not fit shows at once."""
    try:
        if len(model.pieces) != len(model.weights[WORD_VECTORS]) or not model.n_layers:
            raise ValueError("The model's weights and its vocabulary do not belong together.")
        vector = model.vectors_of(np.array([model.pieces.number_of("[CLS]")]))
    except (KeyError, IndexError) as missing:
        raise ValueError(f"The model is not BERT-like: it has no {missing}.") from missing
    if not np.isfinite(vector).all():
        raise ValueError("The model's weights are damaged: they give no finite numbers.")
