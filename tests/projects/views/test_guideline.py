import uuid
from html import unescape

import pytest

from projects.guideline.guideline_questions import ask_question
from projects.guideline.guidelines import publish_guideline
from projects.models import Guideline, GuidelineQuestion
from tests.factories import make_member, make_task

pytestmark = pytest.mark.django_db


def path(project, page=""):
    return f"/projects/{project.slug}/guideline/{page}"


def test_every_member_reads_it_and_only_some_may_edit(client, project, ben, eve):
    publish_guideline(project=project, author=None, text="# Topics\n## Sports\n- ✓ “a match”")
    client.force_login(ben.user)
    page = client.get(path(project)).content.decode()
    assert '<li class="example-right">“a match”</li>' in page
    assert path(project, "edit/") not in page
    assert client.get(path(project, "edit/")).status_code == 403
    client.force_login(eve.user)
    assert client.get(path(project)).status_code == 404


def test_without_a_guideline_the_page_teaches_what_one_is(client, project, ada, ben):
    client.force_login(ben.user)
    assert path(project, "edit/") not in client.get(path(project)).content.decode()
    client.force_login(ada.user)
    page = client.get(path(project)).content.decode()
    assert "No guideline yet" in page
    assert path(project, "edit/") in page


def test_publishing_asks_what_changed_and_makes_the_next_version(client, project, ada):
    publish_guideline(project=project, author=None, text="old")
    client.force_login(ada.user)
    answer = client.post(path(project, "edit/"), {"text": "new", "summary": ""})
    assert answer.status_code == 422
    assert Guideline.objects.count() == 1
    client.post(path(project, "edit/"), {"text": "new", "summary": "Clearer"})
    latest = Guideline.objects.first()
    assert latest is not None
    assert (latest.number, latest.text, latest.summary, latest.author) == (2, "new", "Clearer", ada.user)


def test_a_version_shows_what_it_changed_and_an_unknown_one_is_not_there(client, project, ben):
    publish_guideline(project=project, author=None, text="one\ntwo")
    publish_guideline(project=project, author=None, text="one\nthree")
    client.force_login(ben.user)
    page = client.get(path(project, "2/")).content.decode()
    assert "three</ins>" in page
    assert "two</del>" in page
    assert "older version" in client.get(path(project, "1/")).content.decode()
    assert client.get(path(project, "3/")).status_code == 404


def test_a_preview_writes_nothing(client, project, ada):
    client.force_login(ada.user)
    page = client.post(path(project, "edit/"), {"text": "## Sports", "summary": "", "preview": "1"})
    assert page.status_code == 200
    assert 'id="guide-sports"' in page.content.decode()
    fragment = client.post(path(project, "preview/"), {"text": "<script>x</script>"}).content.decode()
    assert "<script" not in fragment
    assert not Guideline.objects.exists()


def test_a_manager_may_publish(client, project):
    manager = make_member(project, "manager")
    client.force_login(manager.user)
    client.post(path(project, "edit/"), {"text": "new", "summary": "First"})
    assert Guideline.objects.get().author == manager.user


def test_what_changed_since_ben_last_read_is_marked_until_he_says_so(client, project, ben):
    publish_guideline(project=project, author=None, text="Say one.")
    publish_guideline(project=project, author=None, text="Say two.", summary="Now two")
    client.force_login(ben.user)
    page = client.get(path(project)).content.decode()
    assert "Changed since you last read it" in page
    assert "<del>one</del><ins>two</ins>" in page
    assert client.post(path(project, "2/read/")).status_code == 302
    page = client.get(path(project)).content.decode()
    assert "I have read it" not in page
    assert "<p>Say two.</p>" in page
    assert client.post(path(project, "3/read/")).status_code == 404


def test_reading_leads_back_only_within_the_site(client, project, ben):
    publish_guideline(project=project, author=None, text="one")
    client.force_login(ben.user)
    for here, url in (("//evil.example/", path(project)), ("https://evil.example/", path(project)), ("/", "/")):
        assert client.post(path(project, "1/read/"), {"here": here}).url == url


def test_any_two_versions_stand_side_by_side(client, project, ben):
    for text in ("Say one.", "Say two.", "Say three."):
        publish_guideline(project=project, author=None, text=text, summary=f"{text} now")
    client.force_login(ben.user)
    page = client.get(path(project, "compare/")).content.decode()
    assert "<del>two</del>" in page
    assert "<ins>three</ins>" in page
    page = client.get(path(project, "compare/?from=1&to=3")).content.decode()
    assert "<del>one</del>" in page
    assert "Say two. now" in page
    assert "Choose two different versions" in client.get(path(project, "compare/?from=2&to=2")).content.decode()
    assert client.get(path(project, "compare/?from=4")).status_code == 404
    assert client.get(path(project, "compare/?from=x&to=99999999999")).status_code == 200  # no numbers: as usual


def test_without_versions_there_is_nothing_to_compare(client, project, ben):
    client.force_login(ben.user)
    assert client.get(path(project, "compare/")).status_code == 404


def test_the_editor_asks_for_touched_options_and_whether_it_must_be_read(client, project, ada, ben):
    publish_guideline(project=project, author=None, text="one")
    client.force_login(ada.user)
    page = client.get(path(project, "edit/")).content.decode()
    assert 'value="topic:sports"' in page
    values = {"text": "two", "summary": "Two", "based_on": "1", "touched": ["topic:music"]}
    assert client.post(path(project, "edit/"), {**values, "touched": "topic:art"}).status_code == 422
    client.post(path(project, "edit/"), {**values, "needs_acknowledgement": "on"})
    latest = Guideline.objects.first()
    assert latest is not None
    assert (latest.options_touched, latest.needs_acknowledgement) == ({"topic": ["music"]}, True)
    ben.refresh_from_db()
    assert ben.acknowledged_number < 2


def test_the_second_of_two_editors_keeps_the_text_and_sees_what_the_first_changed(client, project, ada, rae):
    publish_guideline(project=project, author=None, text="Say one.")
    publish_guideline(project=project, author=rae.user, text="Say two.", summary="Theirs")
    client.force_login(ada.user)
    values = {"text": "Say <mine>.", "summary": "Mine", "based_on": "1"}
    answer = client.post(path(project, "edit/"), values)
    page = answer.content.decode()
    assert answer.status_code == 409
    for expected in ("Version 2 was published meanwhile by rae", "Theirs", "<ins>two</ins>", "Say &lt;mine&gt;."):
        assert expected in page
    assert 'name="based_on" value="2"' in page
    assert client.post(path(project, "edit/"), {**values, "based_on": "2"}).status_code == 302
    assert Guideline.objects.first().text == "Say <mine>."


def test_a_task_becomes_an_example_in_its_options_section(client, project, ada):
    publish_guideline(project=project, author=None, text="## music\n\n- ✓ “a song”\n\n## sports\n")
    task = make_task(project, text="the [cup] final")
    client.force_login(ada.user)
    query = f"edit/?example={task.pk}&option=topic:music&good=0&right=sports"
    page = unescape(client.get(path(project, query)).content.decode())
    assert f"- ✓ “a song”\n- ✗ [“the \\[cup\\] final”](task:{task.external_id}) → sports\n\n## sports" in page
    assert 'value="topic:music" checked' in page
    assert Guideline.objects.count() == 1
    page = client.get(path(project, f"edit/?example={task.pk}&option=topic:art")).content.decode()
    assert "Choose one of the options" in page


def test_a_task_of_another_project_becomes_no_example(client, project, ada, eve):
    task = make_task(eve.project)
    client.force_login(ada.user)
    assert client.get(path(project, f"edit/?example={task.pk}&option=topic:music")).status_code == 404


def test_ben_asks_ada_answers_and_the_answer_becomes_part_of_a_version(client, project, ada, ben):
    publish_guideline(project=project, author=None, text="# Rules")
    client.force_login(ben.user)
    key = str(uuid.uuid4())
    for _ in range(2):
        client.post(path(project, "questions/"), {"key": key, "text": "Is chess a sport?"})
    question = GuidelineQuestion.objects.get()
    client.force_login(ada.user)
    overview = client.get(f"/projects/{project.slug}/").content.decode()
    assert "1 question on the guideline waits for an answer" in overview
    client.post(path(project, f"questions/{question.pk}/"), {"answer": "It *is*."})
    page = client.get(path(project)).content.decode()
    assert "It <em>is</em>." in page
    editor = client.get(path(project, f"edit/?question={question.pk}")).content.decode()
    assert "### Is chess a sport?\n\nIt *is*." in editor
    assert f'name="answers" value="{question.pk}"' in editor
    values = {"text": "# Rules\n### Chess", "summary": "Chess", "based_on": "1", "answers": str(question.pk)}
    client.post(path(project, "edit/"), values)
    client.force_login(ben.user)
    assert "in version 2" in client.get(path(project)).content.decode()
    mine = client.get("/").content.decode()
    assert "Your question was answered" in mine
    assert "The guideline has changed since you read it" in mine


def test_an_empty_question_and_an_empty_answer_are_refused_in_words(client, project, ada):
    client.force_login(ada.user)
    for text, said in (("", "It is empty."), ("x", "The page was too old")):
        key = "no uuid" if text else str(uuid.uuid4())
        page = client.post(path(project, "questions/"), {"key": key, "text": text}, follow=True)
        assert said in page.content.decode()
    question, _ = ask_question(ada, text="Hm?", key=uuid.uuid4())
    page = client.post(path(project, f"questions/{question.pk}/"), {"answer": " "}, follow=True)
    assert "It is empty." in page.content.decode()


def test_managers_see_who_has_not_read_it_yet_and_others_do_not(client, project, ada, ben):
    publish_guideline(project=project, author=None, text="one")
    publish_guideline(project=project, author=ada.user, text="two")
    client.force_login(ada.user)
    page = client.get(path(project)).content.decode()
    assert "Who has read version 2" in page
    assert "1 of 2 people who label" in page
    client.force_login(ben.user)
    assert "Who has read" not in client.get(path(project)).content.decode()
