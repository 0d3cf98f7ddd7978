"""Tasks as encoders take them from the database: each text is read and split into words once."""

import logging
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Any

import numpy as np
from django.db.models import Q

from models_app.encoded.array_files import DamagedFile
from models_app.encoded.dense_rows import dense_path, dense_rows
from models_app.encoded.encoding_files import AS_TEXT, ReadAs, has_grams
from models_app.encoded.meaning import Meaning
from models_app.encoded.media_rows import media_encoder_of
from models_app.encoded.task_texts import column_types, has_texts_beside, text_of
from models_app.encoders.counting import TokenCounter, TokenCounts
from models_app.encoders.record_tokens import record_tokens
from models_app.encoders.static_table import TableEncoder
from models_app.encoders.tokens import words_of
from models_app.meanings.semantic_tables import set_aside, table_of
from models_app.meanings.table_files import check_file
from models_app.models import EncodingShard
from models_app.versions import storage
from projects.models import Lane, Project, Task

logger = logging.getLogger(__name__)

_SHARD_TOKENS = 8_000_000
_READ_AT_ONCE = 2_000
# Characters. Below, runs of letters see through typing errors and are worth four times the tokens.
SHORT_TEXT = 30
# Tasks of these lanes measure models: nothing is predicted for them, and no strategy may ask for them.
RESERVED_LANES = frozenset({Lane.HOLDOUT, Lane.GOLD})


@dataclass(frozen=True)
class EncodedTexts:
    """Some tasks with the tokens of their texts, and what texts mean and files look like, if that is known."""

    task_ids: np.ndarray
    is_reserved: np.ndarray
    counts: TokenCounts
    meaning: np.ndarray | None
    content_sum: int


@dataclass(frozen=True)
class TaskReader:
    """Turns tasks into numbers through one job, in the way that is wanted; it remembers the words it has seen.

    Full sentences take a model and longer than one slice, so they are read afterwards.
    """

    counter: TokenCounter
    meaning: Meaning = Meaning()
    words_encoder: TableEncoder | None = None
    read_as: ReadAs = AS_TEXT

    def of_field(self, project: Project, field: str) -> "TaskReader":
        """The reader of one field: of a record by the types of its columns, of short texts with runs of letters, of
        files by how they look or sound, with the words that stand beside them (of full sentences only the words).

        Whether texts are short is decided once: as the first shard was read, all are.
        """
        media = media_encoder_of(project, field)
        if media is not None:
            is_told = has_texts_beside(project.schema) and not self.meaning.reads_sentences
            table, words_encoder = (self.meaning.table, self.words_encoder) if is_told else (None, None)
            return replace(self, meaning=Meaning(table, media), words_encoder=words_encoder)
        columns = column_types(project.schema, field)
        if columns is not None:
            return replace(self, read_as=ReadAs(columns))
        first = EncodingShard.objects.of_field(project.pk, field).first()
        try:
            grams = first is not None and has_grams(storage.path_of(project.pk, first.file_name))
        except (OSError, DamagedFile):
            first = None
        if first is None:
            grams = _are_short(project, field)
        shown = project.schema.fields_by_name.get(field)
        read_as = ReadAs(text_version=shown.text_version if shown else 1)
        return replace(self, read_as=read_as, counter=TokenCounter(grams=True) if grams else self.counter)

    def read_tasks(self, project: Project, field: str, which: Q, *, limit: int | None = None) -> Iterator[EncodedTexts]:
        """Tasks by ascending id, until ``limit`` tasks or as many tokens as a shard should hold."""
        after, n_tokens = 0, 0
        while limit is None or limit > 0:
            tasks = Task.objects.filter(which, project=project, pk__gt=after).order_by("pk")
            columns = tasks.values_list("pk", "lane", "content__data", "content__content_hash")
            rows = list(columns[: min(_READ_AT_ONCE, limit or _READ_AT_ONCE)])
            if not rows:
                return
            records = (
                None if self.read_as.columns is None else [(data or {}).get(field) or {} for _, _, data, _ in rows]
            )
            words = [words_of(text_of(data, field, project.schema)) for _, _, data, _ in rows]
            values = [(data or {}).get(field) for _, _, data, _ in rows]
            counts = self._count(words, records)
            yield EncodedTexts(
                np.array([row[0] for row in rows], dtype=np.int64),
                np.array([row[1] in RESERVED_LANES for row in rows], dtype=bool),
                counts,
                self.meaning.rows(self.words_encoder, words, project.pk, values) if self._means_at_once else None,
                sum(checksum(content_hash) for _, _, _, content_hash in rows),
            )
            after, n_tokens = rows[-1][0], n_tokens + len(counts.tokens)
            if limit is not None:
                limit = limit - len(rows) if n_tokens < _SHARD_TOKENS else 0

    def meaning_of(self, shard: EncodingShard) -> np.ndarray | None:
        """The dense rows of what has been encoded before."""
        return dense_rows(shard, self.meaning) if self._means_at_once else None

    def without_meaning(self, project: Project, field: str) -> list[EncodingShard]:
        """The shards that were encoded before this meaning was wanted."""
        return shards_without(self.meaning, project, field) if self._means_at_once else []

    @property
    def _means_at_once(self) -> bool:
        return bool(self.meaning) and not self.meaning.reads_sentences

    def _count(self, words: Sequence[Sequence[str]], records: Sequence[Mapping[str, Any]] | None) -> TokenCounts:
        others = None if records is None else [record_tokens(record, self.read_as.columns or {}) for record in records]
        return self.counter.count_words(words, others)


def shards_without(meaning: Meaning, project: Project, field: str) -> list[EncodingShard]:
    """The shards whose tasks have not all been read."""
    shards = EncodingShard.objects.of_field(project.pk, field).select_related("project__schema_version")
    return [shard for shard in shards if not dense_path(shard, meaning).exists()]


def reader_for(project: Project) -> TaskReader:
    """A reader by the table that the project wants; by words alone where that one cannot be read."""
    table = table_of(project.pk)
    if table is None:
        return TaskReader(TokenCounter())
    try:
        if table.reads_sentences:
            check_file(table)
        meaning = Meaning(table)
        return TaskReader(TokenCounter(), meaning, meaning.words_encoder())
    except DamagedFile as problem:
        logger.warning("Learning goes on without the semantic table: %s", problem)
        set_aside(table)
        return TaskReader(TokenCounter())


def _are_short(project: Project, field: str) -> bool:
    """Whether the middle one of the first texts is short; texts of nothing do not count."""
    tasks = Task.objects.filter(project=project).order_by("pk")
    data = tasks.values_list("content__data", flat=True)[:_READ_AT_ONCE]
    lengths = [len(text) for text in (text_of(one, field, project.schema).strip() for one in data) if text]
    return bool(lengths) and median(lengths) < SHORT_TEXT


def checksum(content_hash: str | None) -> int:
    """A number of a task's content that can be added up."""
    return zlib.crc32((content_hash or "").encode())
