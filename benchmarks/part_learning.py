"""What is gained when a model of each turn also looks at who speaks and at what was said before.

    python -m benchmarks.part_learning FILE [--seeds 3]

FILE is a gzipped CSV with the columns ``text`` and ``domain``, such as the requests of CLINC. Dialogues are put
together from it: somebody asks for one to four things, and the replies say what is meant in half of the cases and "one
moment" in the others, so that only the turn before tells what they are about.
"""

import argparse
import csv
import gzip
import random
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from models_app.encoders.counting import TokenCounter
from models_app.encoders.pool import EncodedPool, PoolPart
from models_app.encoders.rows import Rows
from models_app.encoders.tfidf import Vocabulary, fit_vocabulary
from models_app.learning.choice import ChoiceModel
from models_app.learning.parts import PartEncoder, PartInputs, TaskParts, part_labels
from models_app.learning.question_model import Labels, LabelSet
from projects.schema import parse_schema
from projects.schema.fields.field import Field
from projects.schema.repeated import RepeatedQuestion

BUDGETS = (25, 50, 100, 200)  # labeled dialogues
_TEST = 300
_MOMENT = ("sure, one moment please", "let me look that up", "okay, here you go", "got it, thanks for waiting")


@dataclass(frozen=True)
class Dialogues:
    """Made-up tasks with what each turn is about; the inputs of a model of them."""

    field: Field
    question: RepeatedQuestion
    data: Sequence[Mapping[str, Any]]
    truth: Sequence[Mapping[str, str]]

    @cached_property
    def vocabulary(self) -> Vocabulary:
        counts = TokenCounter().count([self.field.search_text(one["talk"]) for one in self.data])
        fitted = fit_vocabulary([counts.document_frequencies()], len(counts))
        return fitted.with_topics(fitted.transform(counts))

    @property
    def pool(self) -> EncodedPool:
        return EncodedPool(
            [PoolPart(np.arange(0), np.zeros(0, dtype=bool), Rows(self.vocabulary.transform(TokenCounter().count([]))))]
        )

    def data_of(self, task_ids: np.ndarray) -> list[Mapping[str, Any]]:
        return [self.data[number] for number in task_ids.tolist()]

    def encode(self, texts: Sequence[str]) -> Rows:
        return Rows(self.vocabulary.transform(TokenCounter().count(texts)))

    def answers_of(self, question: str, task_ids: np.ndarray) -> list[Any]:
        return [None] * len(task_ids)


def read_dialogues(path: Path, n: int, seed: int) -> Dialogues:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    by_domain: dict[str, list[str]] = {}
    for row in rows:
        by_domain.setdefault(row["domain"], []).append(row["text"])
    domains = sorted(by_domain)
    question = {"name": "about", "kind": "choice", "on": "talk", "per": "turn", "options": domains}
    schema = parse_schema({"fields": [{"name": "talk", "kind": "dialogue"}], "questions": [question]})
    rng, data, truth = random.Random(seed), [], []
    for _ in range(n):
        turns: list[dict[str, str]] = []
        about: dict[str, str] = {}
        for domain in rng.choices(domains, k=rng.randint(1, 4)):
            reply = rng.choice(_MOMENT) if rng.random() < 0.5 else rng.choice(by_domain[domain])
            for speaker, text in (("customer", rng.choice(by_domain[domain])), ("agent", reply)):
                about[str(len(turns))] = domain
                turns.append({"speaker": speaker, "text": text})
        data.append({"talk": turns})
        truth.append(about)
    asked = schema.questions[0]
    assert isinstance(asked, RepeatedQuestion)
    return Dialogues(schema.fields_by_name["talk"], asked, data, truth)


def accuracy(dialogues: Dialogues, n_labels: int, *, reads_before: bool, knows_kin: bool, seed: int) -> float:
    """The share of turns of unseen dialogues that a model of so many labeled ones answers rightly."""
    task_ids = np.arange(n_labels)
    training = LabelSet(task_ids, task_ids, list(dialogues.truth[:n_labels]))
    parts = TaskParts.read(dialogues.question, dialogues, task_ids)
    usual = PartEncoder.of(parts)
    encoder = PartEncoder(usual.kins if knows_kin else (), reads_before)
    own = part_labels(parts, training, task_ids)
    labels = Labels(own, np.ones(len(own), dtype=bool), LabelSet(task_ids[:0], task_ids[:0], []), "")
    inputs = PartInputs.of(dialogues, encoder.rows(dialogues, parts))
    model = ChoiceModel.fit(dialogues.question.single, inputs, labels, random_state=seed).model
    test = np.arange(len(dialogues.data) - _TEST, len(dialogues.data))
    unseen = TaskParts.read(dialogues.question, dialogues, test)
    answers = model.answer(PartInputs.of(dialogues, encoder.rows(dialogues, unseen))).listed()
    places = zip(answers, unseen.parts, test[unseen.tasks].tolist(), strict=True)
    return float(np.mean([answer.value == dialogues.truth[task][part.id] for answer, part, task in places]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--seeds", type=int, default=3)
    asked = parser.parse_args()
    for name, options in {
        "its own words": {"reads_before": False, "knows_kin": False},
        "and who speaks": {"reads_before": False, "knows_kin": True},
        "and what was said before": {"reads_before": True, "knows_kin": True},
    }.items():
        for budget in BUDGETS:
            sets = [read_dialogues(asked.file, max(BUDGETS) + _TEST, seed) for seed in range(asked.seeds)]
            found = [accuracy(one, budget, seed=seed, **options) for seed, one in enumerate(sets)]
            sys.stdout.write(f"{name}, {budget} dialogues: {np.mean(found):.3f} (± {np.std(found):.3f})\n")


if __name__ == "__main__":
    main()
