import pytest

from models_app.scoring.spans import score_spans, spans_of_tags

# What seqeval 1.2.2 says of these, in its default mode.
SEQEVAL = [
    # its own example
    (
        [["O", "O", "O", "B-MISC", "I-MISC", "I-MISC", "O"], ["B-PER", "I-PER", "O"]],
        [["O", "O", "B-MISC", "I-MISC", "I-MISC", "I-MISC", "O"], ["B-PER", "I-PER", "O"]],
        0.5,
    ),
    ([["I-A", "I-A", "O", "I-B"]], [["B-A", "I-A", "O", "B-B"]], 1.0),
    ([["B-A", "I-B", "I-B"]], [["B-A", "B-B", "I-B"]], 1.0),
    ([["B-A", "B-A", "I-A"]], [["B-A", "I-A", "I-A"]], 0.0),
    ([["O", "O"]], [["O", "B-A"]], 0.0),
    ([["B-A", "O", "B-B", "I-B"]], [["B-A", "O", "O", "B-B"]], 0.5),
]


@pytest.mark.parametrize(("truth", "predicted", "f1"), SEQEVAL)
def test_f1_is_what_seqeval_says(truth: list[list[str]], predicted: list[list[str]], f1: float) -> None:
    scores = score_spans(list(map(spans_of_tags, truth)), list(map(spans_of_tags, predicted)))
    assert scores.micro_f1().value == pytest.approx(f1)


def test_precision_and_recall_by_label_worked_by_hand() -> None:
    truth = [[(0, 1, "a"), (2, 3, "a")], [(0, 1, "b")]]
    predicted = [[(0, 1, "a"), (5, 6, "a"), (5, 6, "a")], [(0, 1, "c")]]
    a, b, c = score_spans(truth, predicted).by_label()
    assert (a["precision"], a["recall"], a["f1"], a["predicted"], a["true"]) == (0.5, 0.5, 0.5, 2, 2)
    assert (b["precision"], b["recall"], b["f1"]) == (None, 0.0, 0.0)
    assert (c["precision"], c["recall"]) == (0.0, None)
    assert score_spans(truth, predicted).macro_f1().value == pytest.approx(0.5 / 3)


def test_nested_spans_are_compared_one_by_one() -> None:
    truth = [[(0, 4, "a"), (2, 4, "b"), (2, 4, "a")]]
    assert score_spans(truth, truth).micro_f1().value == 1


def test_no_texts_and_texts_without_spans_are_no_error() -> None:
    assert score_spans([], []).micro_f1().n == 0
    assert score_spans([], []).macro_f1().n == 0
    assert score_spans([[]], [[]]).micro_f1().value == 0


def test_texts_must_match() -> None:
    with pytest.raises(ValueError, match="1 texts with true spans but 2"):
        score_spans([[]], [[], []])
