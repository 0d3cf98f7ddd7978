"""Projects whose texts are encoded with a semantic table beside the words."""

import numpy as np
import pytest
from django.conf import settings

from annotations.models import FinalLabel
from models_app.encoded import encoding
from models_app.encoded.encoding import current_vocabulary, load_pool
from models_app.encoders.distilling import distil
from models_app.encoders.pool import EncodedPool
from models_app.encoders.static_table import StaticTable, TableEncoder
from models_app.encoders.tokens import words_of
from models_app.encoders.word_pieces import WordPieces
from models_app.meanings.semantic_tables import choose_encoder, encoder_of, table_of, use_automatically
from models_app.meanings.table_files import load_table, save_table
from models_app.models import EncodingVocabulary, ModelVersion, SemanticTable
from models_app.rounds.triggers import consider_training, request_encoding
from models_app.versions import storage
from models_app.versions.storage import tables_folder
from projects.models import ImportRun, Lane, Project, Task, TaskContent
from tests.factories import make_project, make_tasks
from tests.models_app.learning import WORDS, label, make_learning_project, run_jobs, texts, train

pytestmark = pytest.mark.django_db


def make_table(name: str = "tiny", *, seed: int = 0, is_automatic: bool = True) -> SemanticTable:
    """A table in which words of one topic mean alike."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(len(WORDS), 16))
    pieces = WordPieces([word for words in WORDS.values() for word in words])
    vectors = np.repeat(centres, 5, axis=0) + rng.normal(scale=0.1, size=(15, 16))
    return record(distil(vectors.astype(np.float32), pieces, n_components=8), name, is_automatic=is_automatic)


def record(table: StaticTable, name: str, *, is_automatic: bool) -> SemanticTable:
    file_name, digest = save_table(table)
    return SemanticTable.objects.create(
        name=name,
        source="folder",
        fingerprint=f"{name:0<64}",
        file_name=file_name,
        digest=digest,
        n_pieces=len(table.pieces),
        n_components=table.n_components,
        is_automatic=is_automatic,
    )


def pool_of(project: Project) -> EncodedPool:
    vocabulary = current_vocabulary(project.pk, "text")
    assert vocabulary is not None
    return load_pool(project.pk, "text", vocabulary.file_name)


def meaning_of(project: Project) -> np.ndarray:
    dense = pool_of(project).rows_at(np.arange(len(pool_of(project)))).dense
    assert dense is not None
    return dense


def expected_meaning(project: Project, table: SemanticTable) -> np.ndarray:
    contents = TaskContent.objects.filter(project=project).order_by("task_id")
    return TableEncoder(load_table(table)).encode([words_of(content.data["text"]) for content in contents])


def encode(project: Project) -> None:
    request_encoding(project.pk)
    assert run_jobs(kind="encode_tasks")[-1].state == "done"


def test_with_a_table_every_task_has_a_dense_row_beside_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "SHARD_TASKS", 5)
    table = make_table()
    project, tasks = make_learning_project(13, n_holdout=3)
    pool = pool_of(project)
    assert pool.task_ids.tolist() == [task.pk for task in tasks]
    assert pool.is_reserved.sum() == 3
    np.testing.assert_array_equal(meaning_of(project), expected_meaning(project, table))


def test_later_changed_and_deleted_tasks_keep_words_and_meaning_in_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "SHARD_TASKS", 6)
    table = make_table()
    project, tasks = make_learning_project(8)
    make_tasks(project, texts=texts(20)[15:18])
    encode(project)
    np.testing.assert_array_equal(meaning_of(project), expected_meaning(project, table))
    Task.objects.filter(pk=tasks[1].pk).delete()
    TaskContent.objects.filter(task=tasks[2]).update(data={"text": "a different song"}, content_hash="changed")
    ImportRun.objects.create(project=project, stored_name="x", format="csv", updated_count=1)
    encode(project)
    assert len(meaning_of(project)) == 10
    np.testing.assert_array_equal(meaning_of(project), expected_meaning(project, table))


def test_a_project_of_before_the_table_is_encoded_anew_by_itself_and_learns_from_it() -> None:
    project, tasks = make_learning_project(90)
    label(tasks[:30])
    train(project)
    before = ModelVersion.objects.get()
    assert before.encoder == "tfidf"
    assert pool_of(project).rows_at(np.arange(3)).dense is None
    table = make_table()
    for _ in range(2):  # first the encoding, then the training
        consider_training(project.pk)
        run_jobs()
    np.testing.assert_array_equal(meaning_of(project), expected_meaning(project, table))
    versions = ModelVersion.objects.of_question(project.pk, "topic")
    assert [version.encoder for version in versions] == ["tfidf+tiny", "tfidf"]  # trained once more, for the table
    assert [version.vocabulary.table for version in versions] == [table, None]
    assert consider_training(project.pk) is None


def test_a_model_keeps_the_encoding_it_was_made_with() -> None:
    table = make_table()
    project, tasks = make_learning_project(60)
    label(tasks[:30])
    train(project)
    choose_encoder(project, "words", actor=None)
    encode(project)
    assert pool_of(project).rows_at(np.arange(2)).dense is None
    active = ModelVersion.objects.get(state="active")
    assert active.vocabulary.table == table
    dense = load_pool(project.pk, "text", active.vocabulary.file_name).rows_at(np.arange(60)).dense
    np.testing.assert_array_equal(dense, expected_meaning(project, table))
    assert train(project, fit=False).state == "done"


def test_few_labels_are_enough_where_meaning_is_known() -> None:
    make_table()
    project = make_project()
    tasks = make_tasks(project, texts=[word for words in WORDS.values() for word in words] * 4, lane=Lane.BASE)
    encode(project)
    label([tasks[0], tasks[5], tasks[10]], value="")
    for task, topic in zip((tasks[0], tasks[5], tasks[10]), WORDS, strict=True):
        FinalLabel.objects.filter(task=task).update(value=topic, value_text=topic)
    pool = pool_of(project)
    products = pool.rows_at(np.arange(15)).dense
    assert products is not None
    alike = (products.astype(np.float32) @ products.astype(np.float32).T).reshape(3, 5, 3, 5).mean(axis=(1, 3))
    assert (alike.argmax(axis=1) == np.arange(3)).all()


def test_a_lost_file_of_meanings_is_worked_out_again() -> None:
    table = make_table()
    project, _ = make_learning_project(8)
    for path in storage.project_folder(project.pk).glob("*.dense"):
        path.unlink()
    np.testing.assert_array_equal(meaning_of(project), expected_meaning(project, table))


@pytest.mark.parametrize("is_gone", [True, False])
def test_a_table_that_is_gone_or_tampered_with_is_set_aside_and_learning_goes_on(is_gone: bool) -> None:
    table = make_table()
    path = tables_folder() / table.file_name
    if is_gone:
        path.unlink()
    else:
        content = bytearray(path.read_bytes())
        content[-1] ^= 1
        path.write_bytes(bytes(content))
    project, _ = make_learning_project(12)
    assert pool_of(project).rows_at(np.arange(3)).dense is None
    assert table_of(project.pk) is None
    assert consider_training(project.pk) is not None  # a first batch, and no encoding again and again


def test_files_of_meanings_go_with_their_shards_and_stay_while_a_model_needs_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(storage, "_BEING_WRITTEN_SECONDS", -1)
    monkeypatch.setattr(storage.delete_orphans, "__kwdefaults__", {"older_than_seconds": -1.0})
    make_table()
    project, tasks = make_learning_project(60)
    label(tasks[:30])
    train(project)
    make_tasks(project, texts=texts(70)[60:])
    encode(project)
    assert len(list(storage.project_folder(project.pk).glob("*.dense"))) == 1
    choose_encoder(project, "words", actor=None)
    encode(project)
    assert len(list(storage.project_folder(project.pk).glob("*.dense"))) == 1  # the active model's
    train(project)
    assert ModelVersion.objects.get(state="active").encoder == "tfidf"
    encode(project)
    assert not list(storage.project_folder(project.pk).glob("*.dense"))


def test_a_project_chooses_words_another_table_or_what_the_site_uses(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = make_table(), make_table("other", seed=3, is_automatic=False)
    project = make_project()
    assert (table_of(project.pk), encoder_of(project.pk)) == (first, "automatic")
    choose_encoder(project, str(second.pk), actor=None)
    assert (table_of(project.pk), encoder_of(project.pk)) == (second, str(second.pk))
    choose_encoder(project, "words", actor=None)
    assert (table_of(project.pk), encoder_of(project.pk)) == (None, "words")
    choose_encoder(project, "automatic", actor=None)
    use_automatically(str(second.pk), actor=None)
    assert table_of(project.pk) == second
    use_automatically("none", actor=None)
    assert table_of(project.pk) is None
    use_automatically(str(first.pk), actor=None)
    monkeypatch.setattr(settings, "SEMANTIC_TABLE", False)
    assert table_of(project.pk) is None


def test_another_table_is_another_encoding() -> None:
    make_table()
    project, _ = make_learning_project(12)
    second = make_table("other", seed=3, is_automatic=False)
    choose_encoder(project, str(second.pk), actor=None)
    consider_training(project.pk)
    run_jobs(kind="encode_tasks")
    np.testing.assert_array_equal(meaning_of(project), expected_meaning(project, second))
    assert EncodingVocabulary.objects.filter(project=project).count() == 2
