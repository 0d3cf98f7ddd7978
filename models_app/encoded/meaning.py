"""What the dense part of rows is made of: a semantic table for words, an encoder of what a field shows, or both."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from models_app.encoded.media_rows import MediaEncoder, media_encoder_named, media_rows
from models_app.encoders.static_table import TableEncoder
from models_app.encoders.tokens import words_of
from models_app.meanings.table_files import load_sentences, load_table
from models_app.models import EncodingVocabulary, SemanticTable


@dataclass(frozen=True)
class Meaning:
    """Falsy where rows have no dense part."""

    table: SemanticTable | None = None
    media: MediaEncoder | None = None

    @classmethod
    def of(cls, vocabulary: EncodingVocabulary) -> "Meaning":
        """What stands beside the words of a vocabulary. Raises ``LookupError`` where it cannot be made any more."""
        return cls(vocabulary.table, media_encoder_named(vocabulary.media))

    def __bool__(self) -> bool:
        return self.table is not None or self.media is not None

    @property
    def reads_sentences(self) -> bool:
        """Whether a model reads each text whole, in a job: then there are no rows at once."""
        return self.table is not None and self.table.reads_sentences

    @property
    def names(self) -> tuple[int | None, str]:
        """The table's id and the encoder's name: what a vocabulary keeps of it."""
        return self.table.pk if self.table else None, self.media.name if self.media else ""

    @property
    def fingerprint(self) -> str:
        """Names the files of such rows: another one, other rows."""
        if self.table is None or self.media is None:
            return self.table.fingerprint if self.table else self.media.name if self.media else ""
        return hashlib.sha256(f"{self.table.fingerprint} {self.media.name}".encode()).hexdigest()

    @property
    def n_columns(self) -> int:
        return (self.table.n_components if self.table else 0) + (self.media.n_columns if self.media else 0)

    def words_encoder(self) -> TableEncoder | None:
        """Keep it for many texts: it remembers words. Raises ``DamagedFile``."""
        return TableEncoder(load_table(self.table)) if self.table and not self.reads_sentences else None

    def of_texts(self, texts: Sequence[str], project_id: int) -> np.ndarray:
        """Rows of any texts, float16; of no file, where the pool's have one. A model is run where one reads them."""
        if self.table is not None and self.reads_sentences:
            return load_sentences(self.table).encode(texts)
        return self.rows(self.words_encoder(), [words_of(text) for text in texts], project_id, [None] * len(texts))

    def rows(
        self, words_encoder: TableEncoder | None, words: Sequence[Sequence[str]], project_id: int, values: Sequence[Any]
    ) -> np.ndarray:
        """Rows of length one, float16, of texts as words and of what the tasks' field holds."""
        parts = []
        if words_encoder is not None:
            parts.append(words_encoder.encode(words))
        if self.media is not None:
            parts.append(media_rows(self.media, project_id, values))
        if len(parts) == 1:
            return parts[0]
        joined = np.concatenate(parts, axis=1).astype(np.float32)
        lengths = np.linalg.norm(joined, axis=1, keepdims=True)
        return (joined / np.where(lengths > 0, lengths, 1)).astype(np.float16)
