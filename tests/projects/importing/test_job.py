import gzip
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, connections

from annotations.work.workbench import next_work
from labelplatform import uploads
from labelplatform.jobs.models import Job
from labelplatform.jobs.running import cancel_job, run_job
from labelplatform.search import TaskSearch, read_terms
from projects.importing import job as import_job
from projects.importing.preview import Wishes
from projects.importing.runs import import_file
from projects.models import Assignment, ImportRun, Membership, Project, Task, TaskContent
from projects.signals import tasks_imported
from tests.factories import make_member, make_project
from tests.projects.importing.importing import counts, finish, import_bytes

pytestmark = pytest.mark.django_db

TABLE = b"id,text,source\n1,first text,web\n2,second text,\n3,third text,mail\n"


def table(n_rows: int, *, start: int = 0) -> bytes:
    return b"id,text\n" + b"".join(b"%d,text number %d\n" % (n, n) for n in range(start, start + n_rows))


def _found(member, words):
    return TaskSearch(member.project_id, tuple(read_terms(words))).keep(
        list(Task.objects.filter(project=member.project).values_list("pk", flat=True))
    )


def test_rows_become_tasks_with_data_metadata_and_search(ada):
    run = import_bytes(ada, TABLE)
    assert (run.job.state, counts(run)) == ("done", (3, 0, 0, 0))
    task = Task.objects.select_related("content").get(external_id="1")
    assert (task.project, task.import_run, task.stage, task.open_slots) == (ada.project, run, "annotate", 1)
    assert (task.content.data, task.content.metadata) == ({"text": "first text"}, {"source": "web"})
    assert TaskContent.objects.get(task__external_id="2").metadata == {}
    hits = Task.objects.filter(pk__in=_found(ada, "second"))
    assert [hit.external_id for hit in hits] == ["2"]


NEEDS = {"id": "external_id", "text": "data.text", "skill": "skill", "overlap": "overlap"}


def test_columns_say_which_skill_a_task_needs_and_how_many_people_answer_it(ada, ben):
    content = b"id,text,skill,overlap\n1,one,Law+ German,3\n2,two,,\n3,three,german,0\n"
    run = import_bytes(ada, content, mapping=NEEDS)
    assert counts(run) == (3, 0, 0, 0)
    rows = Task.objects.order_by("external_id").values_list("external_id", "skill", "overlap", "open_slots")
    assert list(rows) == [("1", "german+law", 3, 3), ("2", "", 0, 1), ("3", "german", 0, 1)]
    assert [content.metadata for content in TaskContent.objects.all()] == [{}, {}, {}]
    project = Project.objects.get(pk=ada.project_id)
    assert project.skills_needed == ["german", "german+law"]
    assert next_work(Membership.objects.get(pk=ben.pk)).external_id == "2", "ben has neither skill"


def test_a_row_whose_skill_or_overlap_is_none_is_rejected_with_the_reason(ada):
    many = "+".join(f"skill{number}" for number in range(30))
    content = f"id,text,skill,overlap\n1,one,{'x' * 81},1\n2,two,,21\n3,three,,many\n4,four,{many},\n5,five,law,-1\n"
    run = import_bytes(ada, content.encode(), mapping=NEEDS)
    assert counts(run) == (0, 0, 0, 5)
    reasons = list(run.rejections.order_by("id").values_list("reason", flat=True))
    assert [reason.partition(":")[0] for reason in reasons] == ["skill", "overlap", "overlap", "skill", "overlap"]
    assert "a whole number up to 20 is needed" in reasons[1]
    assert Project.objects.get(pk=ada.project_id).skills_needed == []


def test_an_import_leaves_the_skill_and_overlap_of_tasks_that_are_there_as_they_were(ada):
    import_bytes(ada, b"id,text,skill,overlap\n1,one,law,2\n", mapping=NEEDS)
    again = b"id,text,skill,overlap\n1,other,german,5\n"
    assert counts(import_bytes(ada, again, mapping=NEEDS, on_conflict="update")) == (0, 1, 0, 0)
    task = Task.objects.get()
    assert (task.skill, task.overlap, task.open_slots) == ("law", 2, 2)


def test_the_same_file_again_changes_nothing(ada):
    import_bytes(ada, TABLE)
    before = list(Task.objects.order_by("id").values())
    assert counts(import_bytes(ada, TABLE)) == (0, 0, 3, 0)
    assert counts(import_bytes(ada, gzip.compress(TABLE), "tasks.csv.gz")) == (0, 0, 3, 0)
    assert list(Task.objects.order_by("id").values()) == before


def test_rows_without_id_are_recognised_by_their_content(ada):
    content = b"one line\nanother line\none line\n"
    assert counts(import_bytes(ada, content, "a.txt")) == (2, 0, 1, 0)
    assert counts(import_bytes(ada, content + b"a third\n", "a.txt")) == (1, 0, 3, 0)


def test_the_same_id_with_other_data_is_rejected_with_line_reason_and_row(ada):
    import_bytes(ada, TABLE)
    run = import_bytes(ada, b"id,text,source\n1,changed,web\n4,new,\n4,new too,\n")
    assert counts(run) == (1, 0, 0, 2)
    first, second = run.rejections.order_by("id")
    assert (first.line, first.row) == (2, "1,changed,web\n")
    assert "The id '1' belongs to a task with other data." in first.reason
    assert (second.line, "with other data in line 3" in second.reason) == (4, True)
    assert TaskContent.objects.get(task__external_id="1").data == {"text": "first text"}


def test_an_import_that_says_update_replaces_data_and_what_search_finds(ada):
    import_bytes(ada, TABLE)
    run = import_bytes(ada, b"id,text,source\n1,changed,web\n2,second text,\n1,again,web\n", on_conflict="update")
    assert counts(run) == (0, 2, 1, 0)
    content = TaskContent.objects.get(task__external_id="1")
    assert content.data == {"text": "again"}
    assert len(_found(ada, "again")) == 1
    assert not _found(ada, "first")


def test_data_that_people_have_answered_or_hold_is_not_replaced_but_its_metadata_is(api, ada, ben):
    import_bytes(ada, b"id,text\n1,answered\n2,held\n3,free\n")
    client = api(ben.user)
    answered = client.next_task(ada.project)["task"]
    client.answer(answered["id"], {"topic": "sports"})
    held = client.next_task(ada.project)["task"]
    assert Assignment.objects.count() == 2

    changed = b"id,text\n" + b"".join(b"%d,changed\n" % n for n in (1, 2, 3))
    run = import_bytes(ada, changed, on_conflict="update")
    assert counts(run) == (0, 1, 0, 2)
    assert all("is being labeled or has answers" in rejection.reason for rejection in run.rejections.all())
    in_use = {str(answered["external_id"]), str(held["external_id"])}
    assert {c.task.external_id for c in TaskContent.objects.exclude(data__text="changed")} == in_use

    with_metadata = f"id,text,x\n{answered['external_id']},{answered['data']['text']},new\n".encode()
    assert counts(import_bytes(ada, with_metadata, on_conflict="update")) == (0, 1, 0, 0)
    assert TaskContent.objects.get(task_id=answered["id"]).metadata == {"x": "new"}


def test_every_row_is_either_a_task_or_kept_with_its_reason(ada):
    content = (
        b"\xef\xbb\xbfid,text\r\n1,good \xf0\x9f\x98\x80 \xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d\r\n2,\r\n3,a,b\r\n"
        b'4,\xff\r\n5,nul\x00\r\n6,"open\r\n7,' + b"x" * 5_000_001 + b"\r\n" + b"y" * 201 + b",long id\r\n8,good\r\n"
    )
    run = import_bytes(ada, content)
    assert counts(run) == (2, 0, 0, 7)
    assert run.job.state == "done"
    assert [rejection.line for rejection in run.rejections.order_by("id")] == [3, 4, 5, 6, 7, 8, 9]
    nul = run.rejections.get(line=6)
    assert "NUL byte" in nul.reason
    assert nul.row == "5,nul\\x00\r\n"
    assert len(run.rejections.get(line=8).row) == 2_000


def test_elements_of_a_list_on_one_line_are_named_by_number(ada):
    run = import_bytes(ada, b'[{"text": "a"}, {"text": ""}, 5]', "a.json")
    assert [rejection.reason[:24] for rejection in run.rejections.order_by("id")] == [
        "Element 2: “text” is emp",
        "Element 3: The row is a ",
    ]


def test_two_projects_may_hold_the_same_ids(ada, eve):
    import_bytes(ada, TABLE)
    assert counts(import_bytes(eve, TABLE)) == (3, 0, 0, 0)


def test_lanes_and_ranks_are_fixed_by_the_projects_seed_or_order(ada):
    holdout = make_member(make_project(holdout_percent=20), "admin")
    import_bytes(holdout, table(500))
    lanes = Counter(Task.objects.filter(project=holdout.project).values_list("lane", flat=True))
    assert 60 < lanes["holdout"] < 140
    in_order = make_member(make_project(task_order="import", overlap=3), "admin")
    import_bytes(in_order, table(50))
    import_bytes(in_order, table(50, start=50))
    by_rank = Task.objects.filter(project=in_order.project).order_by("rank").values_list("external_id", "open_slots")
    assert list(by_rank) == [(str(n), 3) for n in range(100)]


def test_a_gzip_file_that_is_cut_off_keeps_its_rows_and_fails_with_what_to_do(ada):
    packed = gzip.compress(table(5_000))
    run = import_bytes(ada, packed[:-3000], "a.csv.gz")
    assert run.job.state == "failed"
    assert "cut off" in run.job.error
    assert "import the whole file again" in run.job.error
    n_before = run.created_count
    assert 0 < n_before < 5_000
    assert counts(import_bytes(ada, packed, "a.csv.gz")) == (5_000 - n_before, 0, n_before, 0)


def test_learning_hears_of_new_tasks_once_and_not_of_an_import_without_any(ada, django_capture_on_commit_callbacks):
    heard = []

    def hear(project_id, **rest):
        heard.append((project_id, Task.objects.filter(project_id=project_id).count()))

    tasks_imported.connect(hear)
    try:
        for _ in range(2):
            with django_capture_on_commit_callbacks(execute=True):
                import_bytes(ada, TABLE)
    finally:
        tasks_imported.disconnect(hear)
    assert heard == [(ada.project_id, 3)]


def test_the_stored_file_is_gone_when_the_import_is_over(ada, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        run = import_bytes(ada, TABLE)
    with pytest.raises(FileNotFoundError):
        uploads.open_stored(run.stored_name)


def test_a_lost_file_fails_the_job_with_what_to_do(ada):
    run, _ = import_file(ada, stored=uploads.store_bytes(TABLE), name="a.csv", wishes=Wishes())
    uploads.delete_stored(run.stored_name)
    assert "upload it again" in finish(run).job.error


def test_cancelling_stops_between_batches_and_keeps_what_is_in(ada, monkeypatch):
    monkeypatch.setattr(import_job, "ROWS_IN_A_BATCH", 10)
    run, _ = import_file(ada, stored=uploads.store_bytes(table(100)), name="a.csv", wishes=Wishes())

    def cancel_after_two(job_run):
        if Task.objects.count() == 20:
            cancel_job(Job.objects.get(pk=run.job_id))
        return False

    monkeypatch.setattr("labelplatform.jobs.running.JobRun.time_is_up", cancel_after_two)
    run = finish(run)
    assert (run.job.state, run.created_count, Task.objects.count()) == ("cancelled", 20, 20)


def test_a_worker_that_dies_anywhere_neither_doubles_nor_loses_a_row(ada, monkeypatch):
    """Every second batch the worker dies: before the batch, or just before its commit."""
    monkeypatch.setattr(import_job, "ROWS_IN_A_BATCH", 7)
    written = import_job.write_batch
    content = table(60) + b"x,\n" + b"0,other\n" + table(60, start=60)[8:]
    run, _ = import_file(ada, stored=uploads.store_bytes(content), name="a.csv", wishes=Wishes())
    n_calls = 0

    class WorkerDied(BaseException):
        """Not even an error that the job could catch."""

    def die_now_and_then(*args):
        nonlocal n_calls
        n_calls += 1
        if n_calls % 3 == 1:
            raise WorkerDied
        result = written(*args)
        if n_calls % 3 == 2:
            raise WorkerDied
        return result

    monkeypatch.setattr(import_job, "write_batch", die_now_and_then)
    while not run.job.is_over:
        try:
            run_job(run.job_id)
        except WorkerDied:
            Job.objects.filter(pk=run.job_id).update(state="queued", run_token=None)
        run.job.refresh_from_db()
    run = ImportRun.objects.get(pk=run.pk)
    assert counts(run) == (120, 0, 0, 2)
    assert list(run.rejections.order_by("id").values_list("line", flat=True)) == [62, 63]
    assert {task.external_id for task in Task.objects.all()} == {str(n) for n in range(120)}


def test_a_slice_that_is_over_goes_on_in_the_next_one(ada, monkeypatch):
    monkeypatch.setattr(import_job, "ROWS_IN_A_BATCH", 10)
    monkeypatch.setattr("labelplatform.jobs.running.SLICE_SECONDS", 0.0)
    run, _ = import_file(ada, stored=uploads.store_bytes(gzip.compress(table(35))), name="a.gz", wishes=Wishes())
    seen = []
    while not run.job.is_over:
        run_job(run.job_id)
        run.job.refresh_from_db()
        seen.append((run.job.state, run.job.done))
    assert seen == [("queued", 10), ("queued", 20), ("queued", 30), ("done", 35)]
    assert run.job.total == 35


_KILLED_WORKER = """
import sys
import django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[2]
from labelplatform.jobs import running
from projects.importing import job
job.ROWS_IN_A_BATCH = 100
running.run_job(int(sys.argv[1]))
"""


@pytest.mark.django_db(transaction=True)
def test_an_import_whose_worker_is_killed_goes_on_in_another_one():
    member = make_member(make_project(), "admin")
    run, _ = import_file(member, stored=uploads.store_bytes(table(6_000)), name="a.csv", wishes=Wishes())
    worker = subprocess.Popen(
        [sys.executable, "-c", _KILLED_WORKER, str(run.job_id), str(connection.settings_dict["NAME"])],
        env={**os.environ, "DATA_DIR": str(settings.DATA_DIR), "DJANGO_SETTINGS_MODULE": "labelplatform.settings"},
        cwd=Path(__file__).parents[3],
    )
    while Job.objects.get(pk=run.job_id).done == 0:
        with pytest.raises(subprocess.TimeoutExpired):  # it must still be at work
            worker.wait(timeout=0.05)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    left_behind = Job.objects.get(pk=run.job_id)
    assert (left_behind.state, 0 < Task.objects.count() < 6_000) == ("running", True)

    Job.objects.filter(pk=run.job_id).update(state="queued", run_token=None)  # as the reaper does
    run.job.refresh_from_db()
    run = finish(run)
    assert (run.job.state, counts(run)) == ("done", (6_000, 0, 0, 0))
    assert Task.objects.count() == 6_000
    connections.close_all()
