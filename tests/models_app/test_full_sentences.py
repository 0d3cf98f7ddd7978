"""Projects whose texts are read sentence by sentence by a model: rows come in slices, once per text."""

import numpy as np
import pytest
from django.conf import settings

from labelplatform.jobs.models import Job
from labelplatform.jobs.running import cancel_job, run_job
from models_app.encoded import encoding, sentence_reading, sentence_rows
from models_app.encoded.encoding import current_vocabulary, load_pool
from models_app.encoders.pictures import N_COLUMNS
from models_app.encoders.sentence_model import read_sentence_model
from models_app.encoders.sentences import SentenceEncoder
from models_app.meanings.semantic_tables import choose_encoder, set_aside, table_of
from models_app.meanings.table_files import load_sentences, save_sentences
from models_app.models import EncodingVocabulary, ModelVersion, SemanticTable
from models_app.rounds.triggers import consider_training, request_encoding
from models_app.versions import storage
from models_app.versions.promoting import promote_model
from models_app.versions.storage import tables_folder
from projects.models import ImportRun, Project, Task, TaskContent
from tests.factories import make_project, make_tasks
from tests.models_app.learning import WORDS, label, make_learning_project, run_jobs, texts, train
from tests.models_app.test_image_learning import make_image_tasks
from tests.models_app.test_meaning import encode, make_table, meaning_of, pool_of
from tests.models_app.tiny_model import write_model
from tests.pictures import IMAGE_SCHEMA, make_shape

pytestmark = pytest.mark.django_db


@pytest.fixture
def sentences(tmp_path, monkeypatch) -> SemanticTable:
    """A model of the words of our texts, which the site's projects read by."""
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path)
    words = [*(word for topic in WORDS.values() for word in topic), "and", "number", *"0123456789", "different"]
    model = read_sentence_model(write_model(tmp_path / "model", words=words))
    file_name, digest = save_sentences(model)
    return SemanticTable.objects.create(
        name="tiny",
        source="folder",
        fingerprint=f"{'sentences':0<64}",
        file_name=file_name,
        digest=digest,
        n_pieces=len(model.pieces),
        n_components=model.width,
        reads_sentences=True,
        is_automatic=True,
    )


@pytest.fixture
def read(monkeypatch) -> list[str]:
    """Every text that runs through the model."""
    seen: list[str] = []
    encode_texts = SentenceEncoder.encode

    def noting(self, some):
        seen.extend(some)
        return encode_texts(self, some)

    monkeypatch.setattr(SentenceEncoder, "encode", noting)
    return seen


def expected(project: Project, table: SemanticTable) -> np.ndarray:
    contents = TaskContent.objects.filter(project=project).order_by("task_id")
    return load_sentences(table).encode([content.data["text"] for content in contents])


def files(project: Project, ending: str) -> list[str]:
    return [path.name for path in storage.project_folder(project.pk).iterdir() if path.name.endswith(ending)]


def test_every_task_has_the_row_of_its_sentence_beside_its_words(monkeypatch, sentences):
    monkeypatch.setattr(encoding, "SHARD_TASKS", 5)
    project, _ = make_learning_project(13, n_holdout=3)
    np.testing.assert_array_equal(meaning_of(project), expected(project, sentences))
    assert EncodingVocabulary.objects.get().encoder == "tfidf+sentences:tiny"
    assert len(files(project, ".dense")) == 3
    assert not files(project, "-unfinished")


def test_only_new_and_changed_texts_run_through_the_model(monkeypatch, sentences, read):
    monkeypatch.setattr(encoding, "SHARD_TASKS", 6)
    project, tasks = make_learning_project(8)
    assert len(read) == 8
    read.clear()
    make_tasks(project, texts=texts(20)[15:18])
    encode(project)
    assert sorted(read) == sorted(texts(20)[15:18])
    read.clear()
    Task.objects.filter(pk=tasks[1].pk).delete()
    TaskContent.objects.filter(task=tasks[2]).update(data={"text": "a different song"}, content_hash="changed")
    ImportRun.objects.create(project=project, stored_name="x", format="csv", updated_count=1)
    encode(project)
    assert read == ["a different song"]
    assert len(meaning_of(project)) == 10
    np.testing.assert_array_equal(meaning_of(project), expected(project, sentences))


def test_it_gives_way_to_other_jobs_and_goes_on_where_it_was(monkeypatch, sentences, read):
    monkeypatch.setattr(sentence_rows, "_RUN_AT_ONCE", 3)
    monkeypatch.setattr(sentence_reading, "_GIVE_WAY_AFTER_SECONDS", -1.0)
    project = make_project()
    make_tasks(project, texts=texts(8))
    job = request_encoding(project.pk)
    Job.objects.create(kind="train_model", project_id=project.pk + 1)
    states = []
    while job.state != "done":
        run_job(job.pk)
        job.refresh_from_db()
        states.append((job.state, len(read)))
        assert len(states) < 9
    assert states[:3] == [("queued", 3), ("queued", 6), ("queued", 8)]
    assert sorted(read) == sorted(texts(8))  # none twice
    np.testing.assert_array_equal(meaning_of(project), expected(project, sentences))


def test_cancelled_in_between_what_was_read_stays_and_tasks_not_read_count_by_their_words(monkeypatch, sentences, read):
    project, _ = make_learning_project(6)
    make_tasks(project, texts=texts(12)[6:])
    monkeypatch.setattr(sentence_rows, "_RUN_AT_ONCE", 4)
    monkeypatch.setattr(sentence_reading, "_GIVE_WAY_AFTER_SECONDS", -1.0)
    other = Job.objects.create(kind="train_model", project_id=project.pk + 1)
    job = request_encoding(project.pk)
    run_job(job.pk)
    cancel_job(job)
    rows = meaning_of(project)
    assert rows.any(axis=1).tolist() == [True] * 10 + [False] * 2
    other.delete()
    read.clear()
    encode(project)
    assert len(read) == 2
    np.testing.assert_array_equal(meaning_of(project), expected(project, sentences))


def test_what_was_judged_by_words_alone_is_judged_anew_once_it_is_read(sentences, django_capture_on_commit_callbacks):
    project, tasks = make_learning_project(60)
    label(tasks[:30])
    train(project)
    make_tasks(project, texts=texts(64)[60:])
    with django_capture_on_commit_callbacks(execute=True):
        encode(project)
    assert Job.objects.filter(kind="train_model", state="queued", params__fit=False).exists()


def test_a_project_goes_over_to_sentences_and_back_and_each_model_keeps_its_own(monkeypatch, sentences, read):
    table = make_table(is_automatic=False)
    project = make_project()
    choose_encoder(project, str(table.pk), actor=None)
    tasks = make_tasks(project, texts=texts(60), lane="base")
    encode(project)
    label(tasks[:30])
    train(project)
    assert not read
    choose_encoder(project, str(sentences.pk), actor=None)
    for _ in range(2):  # first the encoding, then the training
        consider_training(project.pk)
        run_jobs()
    versions = ModelVersion.objects.of_question(project.pk, "topic")
    assert [version.encoder for version in versions] == ["tfidf+sentences:tiny", "tfidf+tiny"]
    n_dense = [version.vocabulary.table.n_components for version in versions]
    assert pool_of(project).rows_at(np.arange(2)).n_dense == n_dense[0]
    choose_encoder(project, "words", actor=None)
    make_tasks(project, texts=texts(62)[60:])
    read.clear()
    encode(project)  # the model at work still reads sentences: its new tasks are read for it
    assert sorted(read) == sorted(texts(62)[60:])
    promote_model(versions[1], None)
    make_tasks(project, texts=texts(64)[62:])
    read.clear()
    encode(project)
    assert not read
    promote_model(versions[0], None)
    run_jobs()
    assert read  # what came meanwhile is read before it counts again


@pytest.mark.parametrize("is_gone", [True, False])
def test_a_model_that_is_gone_or_tampered_with_is_set_aside_and_learning_goes_on(sentences, is_gone):
    path = tables_folder() / sentences.file_name
    if is_gone:
        path.unlink()
    else:
        content = bytearray(path.read_bytes())
        content[-100] ^= 1
        path.write_bytes(bytes(content))
    project, _ = make_learning_project(12)
    assert pool_of(project).rows_at(np.arange(3)).dense is None
    assert table_of(project.pk) is None


def test_rows_are_deleted_with_their_tasks_and_when_nothing_uses_them(monkeypatch, sentences):
    monkeypatch.setattr(storage.delete_orphans, "__kwdefaults__", {"older_than_seconds": -1.0})
    project, tasks = make_learning_project(8)
    before = files(project, ".dense")
    Task.objects.filter(pk=tasks[1].pk).delete()
    encode(project)
    assert len(files(project, ".dense")) == 1
    assert files(project, ".dense") != before
    set_aside(sentences)
    encode(project)
    assert not files(project, ".dense")


def test_an_unfinished_file_that_is_damaged_is_begun_anew(monkeypatch, sentences):
    project, _ = make_learning_project(6)
    [name] = files(project, ".dense")
    path = storage.path_of(project.pk, name)
    path.rename(path.with_name(storage.unfinished_name(name)))  # of another format: not what it says
    encode(project)
    np.testing.assert_array_equal(meaning_of(project), expected(project, sentences))


def test_texts_beside_an_image_count_by_their_words_and_the_model_is_left_alone(sentences, read):
    fields = [{"name": "photo", "kind": "image"}, {"name": "caption", "kind": "text"}]
    project = make_project(schema={**IMAGE_SCHEMA, "fields": fields})
    make_image_tasks(project, [make_shape("disc", 1), make_shape("square", 2)], caption=["a disc", "a square"])
    encode(project)
    vocabulary = current_vocabulary(project.pk, "photo")
    assert vocabulary is not None
    assert (vocabulary.table, vocabulary.media) == (None, "picture-1")
    assert load_pool(project.pk, "photo", vocabulary.file_name).n_columns > N_COLUMNS, "the words count"
    assert read == []
