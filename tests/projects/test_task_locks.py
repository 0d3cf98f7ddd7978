"""The one statement in which work on a task begins."""

import pytest
from django.db import connection, transaction
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from projects.queueing.task_locks import lock_task
from tests.factories import make_member, make_project, make_task, make_user

pytestmark = pytest.mark.django_db


def test_the_task_comes_with_content_project_and_membership_in_one_query(ben):
    task = make_task(ben.project, "the text")
    ben.project.schema_version.schema  # noqa: B018 - each process parses a version once, this is that once
    with transaction.atomic(), CaptureQueriesContext(connection) as captured:
        locked, member = lock_task(ben.user, task.pk)
        assert (locked, locked.content.data) == (task, {"text": "the text"})
        assert (member.pk, member.role, member.project, member.user) == (ben.pk, "annotator", ben.project, ben.user)
        assert locked.project.schema == ben.project.schema
        assert member.project.schema_version.number == 1
    assert len(captured) == 1


def test_what_is_not_read_at_once_is_there_when_asked_for(ben):
    task = make_task(ben.project)
    with transaction.atomic():
        locked, member = lock_task(ben.user, task.pk)
    assert locked.project.created_at == ben.project.created_at
    assert member.joined_at == ben.joined_at


def test_suspended_strange_and_inactive_people_find_no_task(ben, eve):
    task = make_task(ben.project)
    suspended = make_member(ben.project, "manager", suspended=True)
    inactive = make_member(ben.project, "manager", make_user(is_active=False))
    for user in (suspended.user, inactive.user, eve.user):
        with pytest.raises(Http404), transaction.atomic():
            lock_task(user, task.pk)
    with pytest.raises(Http404), transaction.atomic():
        lock_task(ben.user, 0)


def test_a_site_admin_acts_as_admin_member_or_not(ben):
    task = make_task(ben.project)
    sam = make_user("sam", is_superuser=True)
    with transaction.atomic():
        assert lock_task(sam, task.pk)[1].role == "admin"
    make_member(ben.project, "viewer", sam, suspended=True)
    with transaction.atomic():
        assert lock_task(sam, task.pk)[1].role == "admin"


def test_a_new_schema_version_is_in_force_at_once(ben):
    project = make_project()
    task = make_task(project)
    member = make_member(project, "annotator")
    with transaction.atomic():
        lock_task(member.user, task.pk)
    schema = {**project.schema_version.definition, "fields": [{"name": "body", "kind": "text"}]}
    schema["questions"] = [{**schema["questions"][0], "on": "body"}]
    project.schema_version = project.schema_versions.create(number=2, definition=schema)
    project.save()
    with transaction.atomic():
        locked, _ = lock_task(member.user, task.pk)
    assert [field.name for field in locked.project.schema.fields] == ["body"]
