"""One task's whole story over HTTP."""

import re
import uuid
from datetime import timedelta
from html import unescape

import pytest
from django.utils import timezone

from annotations.models import Comment
from annotations.story_page import StoryTeller
from annotations.talk.comments import add_comment
from annotations.work.late_answers import AnsweredAlready, keep_refused
from annotations.work.workbench import Submission, submit_annotation, undo_annotation
from projects.history.task_story import tell_story
from projects.models import Assignment, Project, Task, TaskContent
from tests.factories import make_guideline, make_task, make_tasks

pytestmark = pytest.mark.django_db

SUGGESTED = {"topic": {"value": "music", "confidence": 0.62, "source": "builtin/topic@6"}}


def url(task, query=""):
    return f"/projects/{task.project.slug}/data/{task.pk}/{query}"


def lease(member, task, **fields):
    fields.setdefault("lease_expires_at", timezone.now() + timedelta(minutes=5))
    return Assignment.objects.create(task=task, project=task.project, user=member.user, **fields)


def say(member, task, value, version=0):
    submission = Submission(
        key=uuid.uuid4(), answers={"topic": value}, version=version, guideline_number=1, active_seconds=3.2
    )
    return submit_annotation(member.user, task.pk, submission)[0]


def words(page) -> str:
    main = re.search(r"<main.*</main>", page.content.decode(), re.S)
    assert main
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main[0])))


def moments(task, member) -> list[tuple[str, str, str]]:
    teller = StoryTeller(member.project.schema, tell_story(Task.objects.get(pk=task.pk), member))
    return [(moment.who, moment.what, moment.detail) for moment in teller.timeline()]


def test_content_metadata_answer_suggestion_and_conclusion_stand_together(client, project, ada, ben):
    make_guideline(project)
    task = make_task(project, text="<i>the</i> cup final")
    TaskContent.objects.filter(task=task).update(metadata={"channel": "mail & phone"})
    lease(ben, task, suggestions=SUGGESTED)
    say(ben, task, "sports")
    client.force_login(ada.user)
    page = words(client.get(url(task)))
    assert "&lt;i&gt;the" not in page  # escaped once, not twice
    for expected in (
        "<i>the</i> cup final",
        "channel mail & phone",
        f"{ben.user.display_name} sports",
        "The model suggested music (62 %)",
        "3.2 s of work",
        "guideline 1",
        "One person was asked, and this is the answer.",
    ):
        assert expected in page


def test_the_timeline_tells_changes_late_answers_and_undone_ones_in_their_order(ada, ben, rae, project):
    task = make_task(project)
    lease(ben, task)
    say(ben, task, "sports")
    version = say(ben, task, "music", version=1).version
    with pytest.raises(AnsweredAlready) as late:
        say(ben, task, "politics", version=version - 1)
    keep_refused(late.value)
    annotation = ben.user.annotations.get()
    undo_annotation(ben.user, annotation.pk)
    say(ben, task, "politics")
    name = ben.user.display_name
    assert moments(task, ada) == [
        (name, "got the task", ""),
        (name, "changed the answer to", "music"),
        (name, "sent another answer, too late to count", "politics"),
        (name, "took the answer back", "music"),
        (name, "answered", "politics"),
        ("", "Concluded: politics", "One person was asked, and this is the answer."),
    ]


def test_answers_that_differ_from_the_conclusion_are_marked(client, ada, ben, rae, project):
    task = make_task(project)
    for member, value in ((ben, "sports"), (rae, "sports"), (ada, "music")):
        lease(member, task)
        say(member, task, value)
    client.force_login(ada.user)
    page = words(client.get(url(task)))
    assert "3 people, side by side" in page
    assert page.count("not the final label") == 1
    assert "More than half of the people agree on it. Share of the answers: 67 %." in page


def test_a_comment_is_answered_and_a_flag_resolved_on_the_page(client, project, rae, ben):
    task = make_task(project)
    lease(ben, task)
    flag, _ = add_comment(ben, task, key=uuid.uuid4(), kind="flag", text="Two topics?")
    client.force_login(rae.user)
    page = client.get(url(task)).content.decode()
    key = re.search(r'name="key" value="([^"]+)"', page)[1]
    said = {"key": key, "text": "The first one counts.", "here": url(task, "?open=flag")}
    for _ in range(2):  # a second press of the button is the same comment
        answer = client.post(f"{url(task)}comments/", said)
    assert answer["Location"] == url(task, "?open=flag") + "#comments"
    assert Comment.objects.filter(author=rae.user).count() == 1
    client.post(f"{url(task)}comments/{flag.pk}/", {"here": "//evil.example/"})
    flag.refresh_from_db()
    assert flag.resolved_by == rae.user
    assert "resolved" in words(client.get(url(task)))


def test_a_form_never_leads_elsewhere(client, project, ada):
    task = make_task(project)
    client.force_login(ada.user)
    answer = client.post(f"{url(task)}comments/", {"text": "hm", "here": "https://evil.example/"})
    assert answer["Location"] == f"{url(task)}#comments"
    assert not Comment.objects.exists()  # no key, no comment


def test_previous_and_next_stay_within_the_filtered_list(client, project, ada, ben):
    tasks = make_tasks(project, texts=["red", "green", "red", "red"])
    client.force_login(ada.user)
    page = client.get(url(tasks[2], "?search=red&order=last")).content.decode()
    links = dict(re.findall(r'rel="(prev|next)" href="([^"]*)"', page))
    assert {rel: unescape(link) for rel, link in links.items()} == {
        "prev": url(tasks[3], "?search=red&order=last"),
        "next": url(tasks[0], "?search=red&order=last"),
    }
    assert f'href="/projects/{project.slug}/data/?search=red&amp;order=last"' in page


def test_a_task_of_another_project_is_not_there_and_an_annotator_may_not_browse(client, project, ben, ada, eve):
    ours, hers = make_task(project), make_task(eve.project)
    client.force_login(ada.user)
    assert client.get(url(hers)).status_code == 404
    assert client.get(f"/projects/{project.slug}/data/{hers.pk}/").status_code == 404
    comment, _ = add_comment(eve, hers, key=uuid.uuid4(), kind="comment", text="hers")
    assert client.post(f"{url(ours)}comments/{comment.pk}/resolve/").status_code == 404
    client.force_login(ben.user)
    assert client.get(url(ours)).status_code == 404
    lease(ben, ours)
    assert client.get(url(ours)).status_code == 403


def test_a_manager_reopens_finished_work_with_a_reason_and_an_annotator_or_eve_does_not(
    client, project, ada, ben, rae, eve
):
    task, other = make_task(project), make_task(project)
    lease(ben, task)
    say(ben, task, "sports")
    client.force_login(rae.user)
    assert "Reopen this task" not in words(client.get(url(task)))
    assert client.post(f"{url(task)}reopen/", {"reason": "x"}).status_code == 403
    client.force_login(eve.user)
    assert client.post(f"{url(task)}reopen/", {"reason": "x"}).status_code == 404
    client.force_login(ada.user)
    assert "Reopen this task" in words(client.get(url(task)))
    assert "Reopen this task" not in words(client.get(url(other)))
    page = client.post(f"{url(task)}reopen/", {"reason": "", "here": url(task)}, follow=True)
    assert "Say why" in words(page)
    assert Task.objects.get(pk=task.pk).stage == "done"
    page = words(client.post(f"{url(task)}reopen/", {"reason": "The rule has changed"}, follow=True))
    assert Task.objects.get(pk=task.pk).stage == "review"
    assert "reopened the task The rule has changed" in page
    page = client.post(f"{url(other)}reopen/", {"reason": "Too early"}, follow=True)
    assert "Only a task that is done" in words(page)


def test_what_people_read_is_covered_in_projects_that_are_hard_to_look_at(client, project, ada, ben):
    task = make_task(project, "an insult")
    lease(ben, task)
    client.force_login(ben.user)
    talk = f"{url(task)}talk/"
    assert "content-cover" not in client.get(talk).content.decode()
    Project.objects.filter(pk=project.pk).update(is_sensitive=True)
    pages = [client.get(talk)]
    client.force_login(ada.user)
    pages += [client.get(url(task)), client.get(f"/projects/{project.slug}/data/")]
    for page in pages:
        cover = re.search(r"<content-cover(.*)</content-cover>", page.content.decode(), re.S)[1]
        assert re.search(r"data-content[^>]*>an insult<", cover)
        assert 'data-key="v"' in cover
        assert "an insult" not in page.content.decode().replace(cover, "")
