import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given
from hypothesis import strategies as st

from models_app.encoders.counting import TokenCounter
from models_app.encoders.tfidf import fit_vocabulary
from models_app.learners.text_memory import TextMemory

TEXTS = ["The invoice is due on Monday", "The invoice is due on Friday", "Please restart the server", "Thank you"]
ANSWERS = ["Rechnung Montag", "Rechnung Freitag", "Server neu starten", "Danke"]


def encode(*groups: list[str]) -> list[sp.csr_matrix]:
    counter = TokenCounter()
    counted = [counter.count(texts) for texts in groups]
    vocabulary = fit_vocabulary([counted[0].document_frequencies()] * 2, 2 * len(groups[0]))
    return [vocabulary.transform(counts) for counts in counted]


def test_the_answer_to_the_most_similar_text_is_suggested() -> None:
    asked = ["The invoice is due on Mondays", "please restart the servers", "Quantum chromodynamics"]
    X, Z = encode(TEXTS, asked)
    first, second, third = TextMemory().fit(X, TEXTS, ANSWERS).predict(Z, asked)
    assert first is not None
    assert second is not None
    assert (first.answer, second.answer, third) == ("Rechnung Montag", "Server neu starten", None)
    assert 0.9 < first.similarity < 1


def test_the_same_text_is_remembered_for_certain_unless_it_was_answered_in_several_ways() -> None:
    texts = [*TEXTS, "Thank you", "Thank you"]
    X, Z = encode(texts, ["Thank you", "Please restart the server"])
    memory = TextMemory().fit(X, texts, [*ANSWERS, "Vielen Dank", "Vielen Dank"])
    thanks, server = memory.predict(Z, ["Thank you", "Please restart the server"])
    assert thanks is not None
    assert server is not None
    assert (thanks.answer, round(thanks.similarity, 2), thanks.position) == ("Vielen Dank", 0.67, 5)
    assert (server.similarity, server.position) == (1.0, 2)


def test_a_memory_comes_back_from_its_state_unchanged() -> None:
    X, Z = encode(TEXTS, ["Thanks you \ud800", "invoice"])
    memory = TextMemory(0.2).fit((X, np.ones((4, 3))), TEXTS, [*ANSWERS[:3], "🙏 \udfff"])
    again = TextMemory.from_state(memory.state())
    rows = (Z, np.ones((2, 3)))
    assert again.predict(rows, ["Thanks you", "invoice"]) == memory.predict(rows, ["Thanks you", "invoice"])
    with pytest.raises(ValueError, match="do not fit the texts"):
        TextMemory.from_state({**memory.state(), "answers": TextMemory(0).fit(X[:1], [""], [""]).state()["answers"]})


@given(st.lists(st.text(max_size=20), min_size=1, max_size=5), st.text(max_size=20))
def test_any_texts_give_a_similarity_between_none_and_one(texts: list[str], asked: str) -> None:
    X = np.ones((len(texts), 2))
    (found,) = TextMemory(0.0).fit(X, texts, texts).predict(X[:1], [asked])
    assert found is not None
    assert 0 <= found.similarity <= 1
    assert texts[found.position] == found.answer


def test_texts_without_a_known_word_are_remembered_by_their_letters_alone() -> None:
    memory = TextMemory().fit(sp.csr_matrix((2, 3), dtype=np.float32), ["", "zzz"], ["nothing", "sleep"])
    found = memory.predict(sp.csr_matrix((3, 3), dtype=np.float32), ["", "zzz", "zz"])
    assert [one and one.answer for one in found] == ["nothing", "sleep", None]


def test_what_cannot_be_remembered_is_said() -> None:
    with pytest.raises(ValueError, match="At least one answer"):
        TextMemory().fit(np.zeros((0, 2)), [], [])
    with pytest.raises(ValueError, match="2 rows, 1 texts and 2 answers"):
        TextMemory().fit(np.zeros((2, 2)), ["a"], ["a", "b"])
    memory = TextMemory().fit(np.ones((1, 2)), ["a"], ["b"])
    with pytest.raises(ValueError, match="2 columns, the rows 3"):
        memory.predict(np.ones((1, 3)), ["a"])
    with pytest.raises(ValueError, match="1 rows but 2 texts"):
        memory.predict(np.ones((1, 2)), ["a", "b"])
