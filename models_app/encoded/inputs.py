"""What models look at: encoded rows of a project's tasks, and their data where rows do not say enough."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from annotations.models import FinalLabel
from labelplatform.bulk_rows import one_of
from models_app.encoded.array_files import DamagedFile
from models_app.encoded.encoding import load_pool, load_vocabulary, meaning_under
from models_app.encoded.meaning import Meaning
from models_app.encoded.region_rows import Regions, proposed_regions, region_rows
from models_app.encoders.counting import TokenCounter
from models_app.encoders.pool import EncodedPool
from models_app.encoders.rows import Rows
from models_app.encoders.tfidf import Vocabulary
from models_app.encoders.tokens import words_of
from models_app.models import ModelVersion
from models_app.versions import storage
from models_app.versions.predictions_file import open_predictions
from projects.models import TaskContent
from projects.schema.fields.field import Field

_READ_AT_ONCE = 2_000


@dataclass(frozen=True)
class TaskInputs:
    """One field of a project's tasks under one vocabulary; each part is read when it is first asked for."""

    project_id: int
    field: Field
    vocabulary_file: str

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return load_vocabulary(self.project_id, self.vocabulary_file)

    @cached_property
    def pool(self) -> EncodedPool:
        return load_pool(self.project_id, self.field.name, self.vocabulary_file)

    def data_of(self, task_ids: np.ndarray) -> list[Mapping[str, Any]]:
        """The data of some tasks, in that order; empty for one that is gone."""
        found: dict[int, Mapping[str, Any]] = {}
        for start in range(0, len(task_ids), _READ_AT_ONCE):
            ids = task_ids[start : start + _READ_AT_ONCE].tolist()
            contents = TaskContent.objects.filter(one_of("task_id", ids), project=self.project_id)
            found.update(contents.values_list("task_id", "data"))
        return [found.get(task_id, {}) for task_id in task_ids.tolist()]

    def encode(self, texts: Sequence[str]) -> Rows:
        """Rows of any texts, as the pool's are; of no file, where the pool's have one."""
        words = [words_of(text) for text in texts]
        sparse = self.vocabulary.transform(TokenCounter(grams=self.vocabulary.has_grams).count_words(words))
        meaning = self._meaning
        return Rows(sparse, meaning.of_texts(texts, self.project_id) if meaning else None)

    def answers_of(self, question: str, task_ids: np.ndarray) -> list[Any]:
        """What is known of another question: the final answers of some tasks, else what the model at work says."""
        ids = task_ids.tolist()
        labels = FinalLabel.objects.filter(one_of("task_id", ids), project=self.project_id, question=question)
        known = dict(labels.values_list("task_id", "value"))
        serving = ModelVersion.objects.serving().filter(project=self.project_id, question=question).first()
        if serving is None or not serving.predictions_file:
            return [known.get(task_id) for task_id in ids]
        try:
            file = open_predictions(storage.path_of(self.project_id, serving.predictions_file))
        except (OSError, DamagedFile):
            return [known.get(task_id) for task_id in ids]
        for task_id in ids:
            if task_id not in known and (said := file.get(task_id)) is not None:
                known[task_id] = said.value
        return [known.get(task_id) for task_id in ids]

    def region_rows(self, task_ids: np.ndarray, regions: Sequence[Regions]) -> Rows:
        """A row for each of the given regions of the file that a task shows, one task after the other."""
        values = [data.get(self.field.name) for data in self.data_of(task_ids)]
        return region_rows(self.project_id, self.field, values, regions)

    def proposed_regions(self, question: str, task_ids: np.ndarray) -> list[Regions | None]:
        """The regions that a source has proposed for each task; None where there are none."""
        found: list[Regions | None] = []
        for start in range(0, len(task_ids), _READ_AT_ONCE):
            found += proposed_regions(self.project_id, question, task_ids[start : start + _READ_AT_ONCE].tolist())
        return found

    @cached_property
    def _meaning(self) -> Meaning:
        return meaning_under(self.project_id, self.vocabulary_file)
