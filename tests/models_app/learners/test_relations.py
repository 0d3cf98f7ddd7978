import time

import numpy as np
import pytest

from models_app.learners.relations import Relation, RelationLearner, Span

PEOPLE, FIRMS = ["Ada", "Ben", "Rae", "Eve"], ["Acme", "Umbra", "Initech"]
VERBS = {"works for": "employed", "founded": "founder", "dislikes": None}


def sentences(n: int, *, seed: int = 0) -> tuple[list[str], list[list[Span]], list[list[Relation]]]:
    rng = np.random.default_rng(seed)
    texts: list[str] = []
    spans: list[list[Span]] = []
    relations: list[list[Relation]] = []
    for _ in range(n):
        who, verb, firm = rng.choice(PEOPLE), str(rng.choice(list(VERBS))), rng.choice(FIRMS)
        text = f"👍 {who} {verb} {firm}."
        begin = len(text) - len(firm) - 1
        texts.append(text)
        spans.append([(2, 2 + len(who), "person"), (begin, begin + len(firm), "firm")])
        label = VERBS[verb]
        relations.append([(0, 1, label)] if label else [])
    return texts, spans, relations


def test_relations_are_told_apart_by_the_words_between() -> None:
    learner = RelationLearner().fit(*sentences(60))
    texts, spans, relations = sentences(40, seed=1)
    assert learner.predict(texts, spans) == relations
    assert all(relation.confidence > 0.7 for related in learner.relate(texts, spans) for relation in related)


def test_direction_is_learned_where_it_matters() -> None:
    texts = ["A beats B", "A loses to B"] * 10
    spans: list[list[Span]] = [[(0, 1, "team"), (8, 9, "team")], [(0, 1, "team"), (11, 12, "team")]] * 10
    relations: list[list[Relation]] = [[(0, 1, "won")], [(1, 0, "won")]] * 10
    directed = RelationLearner().fit(texts, spans, relations)
    assert directed.predict(texts[:2], spans[:2]) == relations[:2]


def test_without_direction_the_first_span_is_the_source_however_it_was_marked() -> None:
    texts, spans, relations = sentences(60)
    turned: list[list[Relation]] = [[(1, 0, label) for _, _, label in related] for related in relations]
    learner = RelationLearner(is_directed=False).fit(texts, spans, turned)
    assert learner.predict(texts, spans) == relations


def test_a_learner_comes_back_from_its_state_unchanged() -> None:
    texts, spans, relations = sentences(40)
    learner = RelationLearner().fit(texts, spans, relations)
    again = RelationLearner.from_state(learner.state())
    assert again.relate(texts, spans) == learner.relate(texts, spans)
    assert again.labels_ == ["employed", "founder"]


@pytest.mark.parametrize(
    ("spans", "relations", "why"),
    [
        ([[]], [[]], "At least one relation"),
        ([[(0, 1, "a"), (2, 3, "b")]], [[(0, 1, "x")]], "nothing to tell apart"),
        ([[(0, 1, "a")]], [[(0, 1, "x")]], "names span 1 of 1"),
        ([[]], [], "1 texts, 1 lists of spans, 0 of relations"),
    ],
)
def test_what_cannot_be_learned_is_said(spans: list[list[Span]], relations: list[list[Relation]], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        RelationLearner().fit(["a b"], spans, relations)


def test_texts_without_spans_and_labels_never_related_have_no_relations() -> None:
    learner = RelationLearner().fit(*sentences(40))
    assert learner.predict(["", "Ada Ben"], [[], [(0, 3, "person"), (4, 7, "person")]]) == [[], []]
    assert learner.predict([], []) == []


def test_thousands_of_spans_in_one_text_are_no_burden() -> None:
    learner = RelationLearner().fit(*sentences(40))
    sentence = "Ada works for Acme, as all who were there know. "  # the nearest pairs are those of one sentence
    text = sentence * 5000
    spans: list[Span] = []
    for start in range(0, len(text), len(sentence)):
        spans += [(start, start + 3, "person"), (start + 14, start + 18, "firm")]
    start_time = time.process_time()
    assert len(learner.relate([text], [spans])[0]) > 1000
    assert time.process_time() - start_time < 20
