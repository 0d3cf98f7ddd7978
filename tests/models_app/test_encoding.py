import numpy as np
import pytest
from django.db.models import Q

from labelplatform.jobs.models import Job
from labelplatform.jobs.running import JobRun
from models_app.encoded import encoding, task_reading
from models_app.encoded.encoding import current_vocabulary, load_pool, load_vocabulary
from models_app.encoded.task_reading import reader_for
from models_app.encoders.counting import TokenCounter
from models_app.encoders.tokens import word_hash
from models_app.models import EncodingShard
from models_app.rounds.triggers import request_encoding
from models_app.versions import storage
from projects.models import ImportRun, Lane, Project, Task, TaskContent
from projects.schema.fields.rich_text import RichTextField
from tests.factories import make_project, make_task, make_tasks
from tests.models_app.learning import make_learning_project, run_jobs, texts
from tests.pdfs import PDF_SCHEMA, make_pdf_task

pytestmark = pytest.mark.django_db


def pool_as_dense(project: Project) -> tuple[list[int], np.ndarray]:
    vocabulary = current_vocabulary(project.pk, "text")
    assert vocabulary is not None
    pool = load_pool(project.pk, "text", vocabulary.file_name)
    return pool.task_ids.tolist(), pool.rows_at(np.arange(len(pool))).sparse.toarray()


def expected_rows(project: Project) -> np.ndarray:
    row = current_vocabulary(project.pk, "text")
    assert row is not None
    contents = TaskContent.objects.filter(project=project).order_by("task_id")
    counts = TokenCounter().count([content.data["text"] for content in contents])
    return load_vocabulary(project.pk, row.file_name).transform(counts).toarray()


def encode(project: Project) -> Job:
    request_encoding(project.pk)
    return run_jobs(kind="encode_tasks")[-1]


def test_every_task_becomes_a_row() -> None:
    project, tasks = make_learning_project(12)
    task_ids, rows = pool_as_dense(project)
    assert task_ids == [task.pk for task in tasks]
    np.testing.assert_allclose(rows, expected_rows(project))


def test_shards_together_are_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "SHARD_TASKS", 5)
    monkeypatch.setattr(task_reading, "_READ_AT_ONCE", 2)
    project, tasks = make_learning_project(13)
    assert [shard.n_tasks for shard in EncodingShard.objects.of_field(project.pk, "text")] == [5, 5, 3]
    task_ids, rows = pool_as_dense(project)
    assert task_ids == [task.pk for task in tasks]
    np.testing.assert_allclose(rows, expected_rows(project))


def test_later_tasks_join_without_touching_full_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "SHARD_TASKS", 5)
    project, _ = make_learning_project(7)
    before = list(EncodingShard.objects.of_field(project.pk, "text").values_list("file_name", flat=True))
    make_tasks(project, texts=texts(20)[15:18])
    job = encode(project)
    after = list(EncodingShard.objects.of_field(project.pk, "text").values_list("file_name", flat=True))
    assert (job.state, job.message) == ("done", "10 tasks are encoded.")
    assert after[0] == before[0]
    assert after[1] != before[1]
    np.testing.assert_allclose(pool_as_dense(project)[1], expected_rows(project))


def test_a_pool_that_has_grown_by_half_gets_a_new_vocabulary_and_a_smaller_gain_does_not() -> None:
    project, _ = make_learning_project(10)
    make_tasks(project, texts=["quite new words"])
    encode(project)
    first = current_vocabulary(project.pk, "text")
    assert first is not None
    assert first.number == 1
    make_tasks(project, texts=["quite new words"] * 4)
    encode(project)
    second = current_vocabulary(project.pk, "text")
    assert second is not None
    assert (second.number, second.n_documents) == (2, 15)


def test_a_project_without_tasks_has_nothing_to_encode() -> None:
    project = make_project()
    assert encode(project).state == "done"
    assert current_vocabulary(project.pk, "text") is None


def test_empty_texts_are_encoded_too() -> None:
    project = make_project()
    make_tasks(project, texts=["", " ", "one word"])
    assert encode(project).state == "done"
    assert [row.any() for row in pool_as_dense(project)[1]] == [False, False, True]


def test_a_task_changed_by_an_import_is_encoded_again() -> None:
    project, tasks = make_learning_project(6)
    TaskContent.objects.filter(task=tasks[2]).update(data={"text": "a different song"}, content_hash="changed")
    ImportRun.objects.create(project=project, stored_name="x", format="csv", updated_count=1)
    encode(project)
    np.testing.assert_allclose(pool_as_dense(project)[1], expected_rows(project))


def test_a_deleted_task_leaves_the_pool_and_a_late_one_joins_it() -> None:
    project, tasks = make_learning_project(6)
    Task.objects.filter(pk=tasks[3].pk).delete()
    other = make_project()
    late = make_task(other, "late and early")
    make_task(project, "goal")
    Task.objects.filter(pk=late.pk).update(project=project)  # its import committed after the newer one's
    TaskContent.objects.filter(pk=late.pk).update(project=project)
    encode(project)
    task_ids, rows = pool_as_dense(project)
    assert task_ids == list(Task.objects.filter(project=project).order_by("pk").values_list("pk", flat=True))
    np.testing.assert_allclose(rows, expected_rows(project))


def test_holdout_tasks_are_marked() -> None:
    project, tasks = make_learning_project(10, n_holdout=4)
    vocabulary = current_vocabulary(project.pk, "text")
    assert vocabulary is not None
    pool = load_pool(project.pk, "text", vocabulary.file_name)
    held = [task.pk for task in tasks if task.lane == Lane.HOLDOUT]
    assert pool.task_ids[pool.is_reserved].tolist() == held


def test_a_job_out_of_time_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "SHARD_TASKS", 3)
    monkeypatch.setattr(JobRun, "time_is_up", lambda run: True)
    project = make_project()
    make_tasks(project, texts=texts(10))
    request_encoding(project.pk)
    jobs = run_jobs(kind="encode_tasks")
    assert len(jobs) == 5  # four slices with a shard each, and one that finds nothing left
    assert jobs[-1].state == "done"
    np.testing.assert_allclose(pool_as_dense(project)[1], expected_rows(project))


def test_a_lost_matrix_file_is_worked_out_again() -> None:
    project, _ = make_learning_project(8)
    for path in storage.project_folder(project.pk).glob("*.matrix"):
        path.unlink()
    np.testing.assert_allclose(pool_as_dense(project)[1], expected_rows(project))


def test_of_a_pdf_the_text_is_learned_from():
    schema = {**PDF_SCHEMA, "questions": [{"name": "topic", "kind": "choice", "options": ["contract", "letter"]}]}
    written, printed = make_project(), make_project(schema=schema)
    make_task(written, "Acme hired Bob in Rome.")
    make_pdf_task(printed, "Acme hired Bob in Rome.")
    (one,), (other,) = (
        list(reader_for(project).read_tasks(project, field, Q()))
        for project, field in ((written, "text"), (printed, "document"))
    )
    assert list(one.counts.tokens) == list(other.counts.tokens)


def test_of_rich_text_the_words_are_learned_from_and_not_its_tags():
    schema = {
        "fields": [{"name": "page", "kind": "rich_text"}],
        "questions": [{"name": "topic", "kind": "choice", "options": ["contract", "letter"]}],
    }
    written, formatted = make_project(), make_project(schema=schema)
    make_task(written, "Acme hired Bob in Rome.")
    html = "<table class=div><script>x</script><td>Acme <b>hired</b> Bob&#32;in Rome.</table>"
    make_tasks(formatted, data=[{"page": html}])
    (one,), (other,) = (
        list(reader_for(project).read_tasks(project, field, Q()))
        for project, field in ((written, "text"), (formatted, "page"))
    )
    assert list(one.counts.tokens) == list(other.counts.tokens)


def test_rich_text_that_was_read_with_its_tags_once_is_read_anew_and_only_that(monkeypatch: pytest.MonkeyPatch) -> None:
    schema = {
        "fields": [{"name": "page", "kind": "rich_text"}],
        "questions": [{"name": "topic", "kind": "choice", "options": ["contract", "letter"]}],
    }
    project, other = make_project(schema=schema), make_project()
    make_tasks(project, data=[{"page": f"<table class=div><td>my <b>balance</b> {number}"} for number in range(3)])
    make_tasks(other, texts=["my balance", "block my card now"])
    with monkeypatch.context() as before:
        before.setattr(RichTextField, "text", lambda self, value: value)
        before.setattr(RichTextField, "text_version", 1)
        encode(project)
    encode(other)
    with_tags = EncodingShard.objects.get(project=project)
    kept = EncodingShard.objects.get(project=other).file_name
    encode(project)
    encode(other)
    assert EncodingShard.objects.get(project=other).file_name == kept
    shard = EncodingShard.objects.get(project=project)
    assert shard.file_name != with_tags.file_name
    vocabulary = encoding.current_vocabulary(project.pk, "page")
    assert vocabulary is not None
    assert vocabulary.number == 2
    known = encoding.load_vocabulary(project.pk, vocabulary.file_name).tokens
    assert word_hash("balance") in known
    assert word_hash("table") not in known
    encode(project)
    assert EncodingShard.objects.get(project=project).file_name == shard.file_name


def test_a_shard_whose_file_is_gone_is_encoded_anew() -> None:
    project = make_project()
    make_tasks(project, texts=["my balance", "block my card now"])
    encode(project)
    for path in storage.project_folder(project.pk).iterdir():
        path.unlink()
    encode(project)
    vocabulary = encoding.current_vocabulary(project.pk, "text")
    assert vocabulary is not None
    assert vocabulary.number == 2
    assert len(encoding.load_pool(project.pk, "text", vocabulary.file_name)) == 2
