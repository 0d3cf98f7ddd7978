"""The sentence model in torch, for sites that have it installed; only ``sentences`` imports this, in a worker."""

import numpy as np
import torch
from torch.nn import functional

from models_app.encoders.sentence_model import WORD_VECTORS, SentenceModel


class TorchModel:
    """The same sums as ``SentenceModel.pooled``, by kernels made for them; on one processor as all jobs here."""

    def __init__(self, model: SentenceModel) -> None:
        self._model = model
        torch.set_num_threads(1)
        self._weights = {
            name: torch.from_numpy(np.array(tensor, dtype=np.float16 if name == WORD_VECTORS else np.float32))
            for name, tensor in model.weights.items()
            if tensor.dtype.kind == "f"
        }

    def pooled(self, tokens: np.ndarray, lengths: np.ndarray) -> np.ndarray:
        """The vector of each text of ``tokens`` (texts x pieces), whose first ``lengths`` pieces count; float32."""
        with torch.inference_mode():
            counts = torch.from_numpy(lengths)
            is_piece = torch.arange(tokens.shape[1]) < counts[:, None]
            states = self._states(torch.from_numpy(tokens), is_piece)
            if self._model.takes_first:
                return np.asarray(states[:, 0].numpy())
            return np.asarray(((states * is_piece[:, :, None]).sum(dim=1) / counts[:, None]).numpy())

    def _states(self, tokens: torch.Tensor, is_piece: torch.Tensor) -> torch.Tensor:
        words, positions, kinds = (
            self._weights[f"embeddings.{name}_embeddings.weight"] for name in ("word", "position", "token_type")
        )
        found = functional.embedding(tokens, words).float() + positions[: tokens.shape[1]] + kinds[0]
        states = self._normed(found, "embeddings.LayerNorm")
        for layer in range(self._model.n_layers):
            name = f"encoder.layer.{layer}"
            attended = self._linear(
                self._attention(states, is_piece, f"{name}.attention.self"), f"{name}.attention.output.dense"
            )
            states = self._normed(states + attended, f"{name}.attention.output.LayerNorm")
            inner = functional.gelu(self._linear(states, f"{name}.intermediate.dense"))
            states = self._normed(states + self._linear(inner, f"{name}.output.dense"), f"{name}.output.LayerNorm")
        return states

    def _attention(self, states: torch.Tensor, is_piece: torch.Tensor, name: str) -> torch.Tensor:
        query, key, value = (
            self._linear(states, f"{name}.{part}").unflatten(2, (self._model.n_heads, -1)).transpose(1, 2)
            for part in ("query", "key", "value")
        )
        mask = is_piece[:, None, None, :]
        attended = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        return attended.transpose(1, 2).flatten(2)

    def _linear(self, states: torch.Tensor, name: str) -> torch.Tensor:
        return functional.linear(states, self._weights[f"{name}.weight"], self._weights[f"{name}.bias"])

    def _normed(self, states: torch.Tensor, name: str) -> torch.Tensor:
        weight, bias = self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]
        return functional.layer_norm(states, weight.shape, weight, bias, self._model.epsilon)
