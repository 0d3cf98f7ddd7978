"""The audit log: who did what, found again among many, and as a file."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta

import pytest

from labelplatform.events.models import Event, record_event
from labelplatform.jobs.models import Job
from labelplatform.jobs.running import cancel_job, run_job
from projects.history import audit_log
from projects.history.audit_words import changes_of
from tests.factories import make_member, make_project, make_task, make_user

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def make_events(project, count, *, actor=None, at=START, **fields):
    rows = [
        Event(
            project_id=project.pk,
            actor=actor,
            at=at + timedelta(minutes=number),
            **{"verb": "changed", "object_type": "project", "object_id": project.pk, "object_name": "Topics", **fields},
        )
        for number in range(count)
    ]
    return Event.objects.bulk_create(rows)


def found(client, project, query="", pages=50):
    """The ids of all pages, following ``next``, and how many pages it took."""
    path, ids, n_pages = f"/api/v1/projects/{project.slug}/events/?page_size=20&{query}", [], 0
    while path and n_pages < pages:
        body = client.get(path).json()
        ids += [event["id"] for event in body["results"]]
        path, n_pages = body["next"], n_pages + 1
    return ids, n_pages


def newest_first(events):
    return [event.pk for event in sorted(events, key=lambda event: (event.at, event.pk), reverse=True)]


def test_all_pages_together_hold_every_event_once_newest_first(api, project, ada):
    events = make_events(project, 45) + make_events(project, 15, at=START)  # many at the same moments
    make_events(make_project("Other"), 5)
    ids, n_pages = found(api(ada.user), project)
    assert ids == newest_first(events)
    assert n_pages == 3


def test_the_way_back_leads_over_the_same_pages(api, project, ada):
    make_events(project, 50)
    client = api(ada.user)
    first = client.read(f"projects/{project.slug}/events/?page_size=20").json()
    second = client.get(first["next"]).json()
    assert first["previous"] is None
    assert client.get(second["previous"]).json()["results"] == first["results"]


def test_each_filter_finds_its_events_and_no_others(api, project, ada, ben):
    plain = make_events(project, 3, actor=ada.user)
    bens = make_events(project, 2, actor=ben.user, at=START + timedelta(days=1), object_name="Zoë's “café” 100%")
    tasks = make_events(project, 2, verb="removed", object_type="task", at=START + timedelta(days=2))
    client = api(ada.user)
    for query, expected in {
        f"person={ben.user.pk}": bens,
        "verb=removed": tasks,
        "object_type=task": tasks,
        "name=caf%C3%A9": bens,
        "name=100%25": bens,
        "since=2026-03-02": bens + tasks,
        "until=2026-03-01": plain,
        "since=2026-03-02&until=2026-03-02": bens,
        f"person={ada.user.pk}&verb=removed": [],
    }.items():
        assert found(client, project, query)[0] == newest_first(expected), query


def test_what_makes_no_sense_is_refused_by_name(api, project, ada):
    client = api(ada.user)
    for query, path in {
        "since=tomorrow": "since",
        "person=ada": "person",
        "since=2026-03-02&until=2026-03-01": "until",
        "wonder=1": "wonder",
        "name=%00": "name",
    }.items():
        refused = client.read(f"projects/{project.slug}/events/?{query}")
        assert (refused.status_code, refused.json()["errors"][0]["path"]) == (422, path), query
    for cursor in ("x", "before-", "before-1", "sideways-1-1", "before-9999999999999999999999-1", "before-²-1"):
        assert client.read(f"projects/{project.slug}/events/?cursor={cursor}").status_code == 400, cursor


def test_a_search_for_few_among_many_pauses_and_goes_on_behind(api, project, ada, monkeypatch):
    monkeypatch.setattr(audit_log, "LOOK", 30)
    rare = make_events(project, 1, verb="removed")
    make_events(project, 100, at=START + timedelta(days=1))
    rare += make_events(project, 1, verb="removed", at=START + timedelta(days=9))
    ids, n_pages = found(api(ada.user), project, "verb=removed")
    assert ids == newest_first(rare)
    assert n_pages == 4
    back = api(ada.user).read(f"projects/{project.slug}/events/?verb=removed&page_size=20").json()
    assert len(back["results"]) == 1
    assert back["next"]


def test_the_page_shows_before_and_after_with_a_way_to_the_object(client, project, ada, ben):
    task = make_task(project)
    record_event(actor=ada.user, verb="removed", object=task, before={"stage": "done"}, after={"stage": "excluded"})
    record_event(actor=None, verb="changed", object=project, project_id=project.pk, after={"name": "<b>"})
    client.force_login(ada.user)
    page = client.get(f"/projects/{project.slug}/audit-log/").content.decode()
    assert f'href="/projects/{project.slug}/data/{task.pk}/"' in page
    assert "&lt;b&gt;" in page
    assert "the site itself" in page
    narrowed = client.get(f"/projects/{project.slug}/audit-log/?person={ada.user.pk}&verb=removed&since=rubbish")
    assert narrowed.status_code == 200
    assert "the site itself" not in narrowed.content.decode()


def test_changes_are_told_value_by_value():
    changes = changes_of(
        {"a": 1, "text": "one\ntwo", "same": True}, {"text": "one\nthree", "same": True, "b": None, "c": ["x", "y"]}
    )
    assert [(change.name, change.before, change.after) for change in changes] == [
        ("a", "1", None),
        ("text", None, None),
        ("c", None, "x, y"),
    ]
    (emptied,) = changes_of({"skills": ["german"]}, {"skills": []})
    assert (emptied.before, emptied.after) == ("german", "nothing")
    assert [(line.kind, line.text) for line in changes[1].lines if line.kind != "same"] == [
        ("removed", "two"),
        ("added", "three"),
    ]


def finish(job_id):
    job = Job.objects.get(pk=job_id)
    while not job.is_over:
        run_job(job_id)
        job.refresh_from_db()
    assert job.state == "done", job.error
    return job


def exported(client, project, **body):
    started = client.send(f"projects/{project.slug}/events/exports/", body)
    assert started.status_code == 202, started.json()
    assert started.json()["file"] is None
    job = finish(started.json()["id"])
    file = client.read(f"projects/{project.slug}/events/exports/{job.pk}/file/")
    return file.getvalue().decode(), job


def test_a_csv_file_holds_the_log_with_formulas_made_harmless(api, project, ada):
    events = make_events(project, 3, actor=ada.user, object_name="=HYPERLINK(1)", before={"name": "a, b"})
    text, job = exported(api(ada.user), project, format="csv", filter={"verb": "changed"})
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [int(row["id"]) for row in rows] == newest_first(events)
    assert {row["object_name"] for row in rows} == {"'=HYPERLINK(1)"}
    assert json.loads(rows[0]["before"]) == {"name": "a, b"}
    assert (job.done, job.total) == (3, 3)


def test_json_lines_hold_everything_as_it_is_and_go_on_where_a_slice_ended(api, project, ada, monkeypatch):
    events = make_events(project, 25, object_name="=1+1", after={"emoji": "😢"})
    monkeypatch.setattr("projects.history.audit_export.EVENTS_IN_A_BATCH", 4)
    monkeypatch.setattr("labelplatform.jobs.running.JobRun.time_is_up", slices())
    text, _ = exported(api(ada.user), project, format="jsonl", filter={"until": "2026-03-01"})
    rows = [json.loads(line) for line in text.splitlines()]
    assert [row["id"] for row in rows] == newest_first(events)
    assert (rows[0]["object_name"], rows[0]["after"], rows[0]["person"]) == ("=1+1", {"emoji": "😢"}, None)


def slices():
    """Every third look at the clock ends the slice."""
    looks = iter(range(10_000))
    return lambda run: next(looks) % 3 == 2


def test_the_files_are_only_the_projects_own(api, project, ada, eve):
    _, job = exported(api(ada.user), project, format="csv")
    assert api(eve.user).read(f"projects/{eve.project.slug}/events/exports/{job.pk}/file/").status_code == 404


def test_cancelling_a_job_and_its_export_are_acts_themselves(api, project, ada):
    job = Job.objects.create(kind="restage_tasks", project_id=project.pk)
    cancel_job(job, actor=ada.user)
    cancel_job(job, actor=ada.user)
    exported(api(ada.user), project, format="csv")
    verbs = Event.objects.filter(project_id=project.pk).order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["cancelled", "exported the audit log"]


def test_managers_read_the_log_and_reviewers_do_not(client, project, rae):
    manager = make_member(project, "manager", make_user())
    client.force_login(manager.user)
    assert client.get(f"/projects/{project.slug}/audit-log/").status_code == 200
    client.force_login(rae.user)
    assert client.get(f"/projects/{project.slug}/audit-log/").status_code == 403
