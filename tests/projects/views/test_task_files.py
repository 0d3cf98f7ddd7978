"""Pages of PDFs as they are served: to who is shown the task and the field, to nobody else."""

import io
from copy import deepcopy

import pytest
from PIL import Image

from annotations.models import Quiz, QuizAttempt
from annotations.work.workbench import next_work
from labelplatform import media_pages, uploads
from labelplatform.media_reading import MediaRefused
from projects.models import Assignment, AssignmentStatus, Membership, Project, SchemaVersion
from projects.shown_data import shown_data
from tests.factories import make_guideline, make_member, make_project, make_user
from tests.pdfs import PDF_SCHEMA, make_pdf_task
from tests.pictures import IMAGE_SCHEMA, make_image_task, make_picture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_assets")]


@pytest.fixture
def project():
    return make_project(schema=PDF_SCHEMA)


@pytest.fixture
def task(project):
    return make_pdf_task(project, "Acme hired Bob in Rome.", "Page two")


def address(task, number=1, ending="webp", content_hash=None):
    content_hash = content_hash or task.content.data["document"]["asset"]
    return f"/projects/{task.project.slug}/tasks/{task.pk}/files/{content_hash}/{number}.{ending}"


def status(client, path):
    """The status of an answer, whose file is read to its end, as a browser does."""
    answer = client.get(path)
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer.status_code


def statuses(client, member, task):
    client.force_login(member.user)
    return [status(client, address(task, 2, ending)) for ending in ("webp", "json")]


def hide(project, shown):
    definition = deepcopy(PDF_SCHEMA)
    definition["fields"][0]["shown"] = shown
    definition["fields"].append({"name": "note", "kind": "text", "required": False})
    version = SchemaVersion.objects.create(project=project, number=2, definition=definition)
    Project.objects.filter(pk=project.pk).update(schema_version=version)


def test_who_holds_the_task_gets_its_pages_and_where_their_words_stand(client, task, ben):
    next_work(ben)
    client.force_login(ben.user)
    answer = client.get(address(task))
    with Image.open(io.BytesIO(b"".join(answer.streaming_content))) as picture:
        assert picture.format == "WEBP"
    assert answer["Content-Type"] == "image/webp"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
    words = b"".join(client.get(address(task, ending="json")).streaming_content)
    assert words.startswith(b'{"words":[[0,4,')
    again = client.get(address(task), headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_address_that_the_labeling_page_is_told_is_the_one_that_is_served(client, task, ben):
    next_work(ben)
    shown = shown_data(ben, task.content.data, task_id=task.pk)["document"]
    assert f"{shown['address']}1.webp" == address(task)


def test_who_is_not_shown_the_task_gets_nothing(client, task, ben, rae, eve):
    assert statuses(client, ben, task) == [404, 404], "not his yet"
    next_work(ben)
    other = make_member(task.project, "annotator", make_user("bob"))
    assert statuses(client, ben, task) == [200, 200]
    assert statuses(client, other, task) == [404, 404]
    assert statuses(client, rae, task) == [200, 200], "who reviews browses the data"
    assert statuses(client, eve, task) == [404, 404]
    Assignment.objects.update(status=AssignmentStatus.EXPIRED)
    assert statuses(client, ben, task) == [404, 404], "his lease is over"
    client.logout()
    assert status(client, address(task)) == 302


def test_the_same_file_by_another_task_or_project_is_404(client, task, ben, eve):
    next_work(ben)
    theirs = make_project(schema=PDF_SCHEMA)
    Membership.objects.filter(pk=eve.pk).update(project=theirs)
    other = make_pdf_task(theirs, "Their secret")
    client.force_login(ben.user)
    foreign = other.content.data["document"]["asset"]
    assert status(client, address(task, content_hash=foreign)) == 404
    assert status(client, address(other)) == 404
    client.force_login(eve.user)
    assert status(client, address(other)) == 200
    mine = task.content.data["document"]["asset"]
    assert status(client, address(other, content_hash=mine)) == 404


@pytest.mark.parametrize(("shown", "of_ben", "of_rae"), [("reviewers", 404, 200), ("nobody", 404, 404)])
def test_a_field_that_is_hidden_hides_its_files(client, project, task, ben, rae, ada, shown, of_ben, of_rae):
    next_work(ben)
    hide(project, shown)
    assert statuses(client, ben, task) == [of_ben] * 2
    assert statuses(client, rae, task) == [of_rae] * 2
    assert "document" not in shown_data(Membership.objects.get(pk=ben.pk), task.content.data, task_id=task.pk)


def test_the_pdf_itself_is_for_those_who_bring_files_and_is_never_opened_in_the_page(client, task, ada, ben, rae):
    next_work(ben)
    path = f"/projects/{task.project.slug}/assets/{task.content.data['document']['asset']}"
    for member in (ben, rae):
        client.force_login(member.user)
        assert client.get(path).status_code == 404
    client.force_login(ada.user)
    answer = client.get(path)
    assert answer["Content-Disposition"].startswith("attachment")
    assert b"".join(answer.streaming_content).startswith(b"%PDF-1.4")


def test_who_takes_a_quiz_sees_the_pages_of_its_tasks(client, task, ben):
    quiz = Quiz.objects.create(project=task.project, guideline=make_guideline(task.project))
    assert statuses(client, ben, task) == [404, 404]
    QuizAttempt.objects.create(quiz=quiz, user=ben.user, number=1, drawn=[task.pk])
    assert statuses(client, ben, task) == [200, 200]


@pytest.mark.parametrize("number", [0, 3, 10**18, 10**30])
def test_a_page_that_is_not_there_is_404(client, task, ada, number):
    client.force_login(ada.user)
    assert status(client, address(task, number)) == 404
    assert status(client, address(task, number, "json")) == 404


@pytest.mark.parametrize("content_hash", ["0" * 64, "%00", "A" * 64, "..%2f..", "a" * 3_000])
def test_what_is_no_file_of_the_task_is_404(client, task, ada, content_hash):
    client.force_login(ada.user)
    assert status(client, address(task, content_hash=content_hash)) == 404


def test_a_page_that_cannot_be_drawn_is_said_so_and_its_words_are_there(client, task, ada, monkeypatch):
    def fail(*arguments):
        raise MediaRefused("no")

    monkeypatch.setattr(media_pages, "draw_page", fail)
    client.force_login(ada.user)
    assert status(client, address(task)) == 422
    assert status(client, address(task, ending="json")) == 200


def test_nobody_waits_for_ever_while_others_draw(client, task, ada, monkeypatch):
    monkeypatch.setattr(media_pages, "_PATIENCE_SECONDS", 0.01)
    client.force_login(ada.user)
    with media_pages._drawing, media_pages._drawing:
        assert status(client, address(task)) == 503
    assert status(client, address(task)) == 200


def test_a_file_that_is_lost_is_404(client, task, ada):
    client.force_login(ada.user)
    uploads.delete_media(f"{task.project_id}/{task.content.data['document']['asset']}")
    assert status(client, address(task)) == 404


@pytest.fixture
def pictured():
    return make_image_task(make_project(slug="photos", schema=IMAGE_SCHEMA), make_picture(size=(900, 600)))


def image_address(task, part="whole"):
    return f"/projects/{task.project.slug}/tasks/{task.pk}/files/{task.content.data['photo']['asset']}/{part}"


def test_a_picture_is_served_whole_and_small_to_who_is_shown_it_and_kept_by_the_browser(client, pictured):
    ben = make_member(pictured.project, "annotator", make_user("ben two"))
    client.force_login(ben.user)
    assert [status(client, image_address(pictured, part)) for part in ("whole", "small.webp")] == [404, 404]
    next_work(ben)
    sizes = {}
    for part in ("whole", "small.webp"):
        answer = client.get(image_address(pictured, part))
        with Image.open(io.BytesIO(b"".join(answer.streaming_content))) as picture:
            sizes[part] = (picture.format, picture.size)
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
        again = client.get(image_address(pictured, part), headers={"If-None-Match": answer["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
    assert sizes == {"whole": ("PNG", (900, 600)), "small.webp": ("WEBP", (320, 213))}
    shown = shown_data(ben, pictured.content.data, task_id=pictured.pk)["photo"]
    assert f"{shown['address']}whole" == image_address(pictured)
    Assignment.objects.update(status=AssignmentStatus.EXPIRED)
    assert status(client, image_address(pictured)) == 404, "his lease is over"


def test_what_only_a_task_shows_cannot_be_had_by_its_hash_alone_unless_the_guideline_shows_it(client, pictured):
    project, value = pictured.project, pictured.content.data["photo"]
    ben = make_member(project, "annotator", make_user("ben two"))
    by_hash = f"/projects/{project.slug}/assets/{value['asset']}"
    client.force_login(ben.user)
    assert status(client, by_hash) == 404
    make_guideline(project, text=f"![So it looks](asset:{value['asset']})")
    assert status(client, by_hash) == 200


def test_a_pdf_is_never_served_whole_as_a_part_of_a_task_and_a_picture_has_no_pages(client, task, pictured, rae):
    next_work(make_member(task.project, "annotator", make_user("bob")))
    client.force_login(rae.user)
    whole = address(task).replace("1.webp", "whole")
    assert status(client, whole) == 404
    reviewer = make_member(pictured.project, "reviewer", make_user("rae two"))
    client.force_login(reviewer.user)
    assert status(client, image_address(pictured, "1.webp")) == 404
    assert status(client, image_address(pictured, "1.json")) == 404
    assert status(client, image_address(pictured)) == 200
