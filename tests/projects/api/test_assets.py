"""Pictures of a project by API: who may add and delete them, and what is answered."""

import pytest
from django.conf import settings

from labelplatform.events.models import Event
from projects.guideline.guidelines import publish_guideline
from projects.models import Asset, GuidelineQuestion
from tests.factories import make_asset, make_picture, make_upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_assets")]


@pytest.fixture
def manager(api, ada):
    return api(ada.user)


def add(client, project, content=None, name="till.png"):
    file = make_upload(make_picture() if content is None else content, name)
    return client.post(f"/api/v1/projects/{project.slug}/assets/", {"file": file})


def stored(project):
    """Names of the files that are kept; what was made of them is kept with them, and no longer."""
    kept = sorted(path.name for path in (settings.DATA_DIR / "assets" / str(project.pk)).glob("*"))
    names = [name for name in kept if not name.endswith("-pages")]
    assert {name.removesuffix("-pages") for name in kept} == set(names)
    return names


def test_a_picture_is_added_and_served_under_its_hash(manager, project):
    answer = add(manager, project, name="C:\\photos\\My till.png")
    body = answer.json()
    assert answer.status_code == 201
    assert (body["media_type"], body["width"], body["height"]) == ("image/png", 60, 40)
    assert (body["name"], body["created_by"]) == ("My till.png", "ada")
    assert body["markdown"] == f"![](asset:{body['content_hash']})"
    assert body["url"] == f"/projects/{project.slug}/assets/{body['content_hash']}"
    assert stored(project) == [body["content_hash"]]
    assert Event.objects.get(object_type="asset").verb == "added"


def test_the_same_picture_twice_is_one_asset_under_any_name(manager, project):
    first, second = add(manager, project), add(manager, project, name="other.jpg")
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert Asset.objects.count() == len(stored(project)) == Event.objects.filter(object_type="asset").count() == 1


@pytest.mark.parametrize("name", ["a\x00b.png", "x" * 5_000 + ".png", "../../../etc/passwd", "\u202egnp.exe"])
def test_strange_names_are_only_names(manager, project, name):
    body = add(manager, project, name=name).json()
    assert len(body["name"]) <= 255
    assert "/" not in body["name"]
    assert body["name"].isprintable()
    assert stored(project) == [body["content_hash"]]


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"", 415), (b"<svg onload=alert(1)>", 415), (b"PK\x03\x04", 415), (make_picture()[:100], 422)],
)
def test_what_is_no_picture_is_refused_and_leaves_nothing(manager, project, content, status):
    answer = add(manager, project, content)
    assert answer.status_code == status
    assert answer.json()["errors"][0]["path"] == "file"
    assert Asset.objects.count() == 0
    assert stored(project) == []


def test_a_large_file_is_stopped_while_it_arrives(manager, project):
    answer = add(manager, project, make_picture() + b"x" * 20 * 1024 * 1024)
    assert answer.status_code == 413
    assert "20 MB" in answer.json()["detail"]
    assert Asset.objects.count() == 0


def test_a_call_without_a_file_says_what_is_missing(manager, project):
    answer = manager.post(f"/api/v1/projects/{project.slug}/assets/", {})
    assert (answer.status_code, answer.json()["errors"][0]["path"]) == (422, "file")


def test_who_labels_neither_adds_nor_lists_nor_deletes(api, project, ben, rae, eve):
    asset = make_asset(project)
    for member, status in ((ben, 403), (rae, 403), (eve, 404)):
        client = api(member.user)
        assert add(client, project).status_code == status
        assert client.read(f"projects/{project.slug}/assets/").status_code == status
        assert client.delete(f"/api/v1/projects/{project.slug}/assets/{asset.content_hash}/").status_code == status
    assert stored(project) == [asset.content_hash]


def test_what_nothing_shows_can_be_deleted_with_its_file(manager, project, django_capture_on_commit_callbacks):
    asset = make_asset(project)
    path = f"/api/v1/projects/{project.slug}/assets/{asset.content_hash}/"
    with django_capture_on_commit_callbacks(execute=True):
        assert manager.delete(path).status_code == 204
    assert stored(project) == []
    assert manager.delete(path).status_code == 404
    assert Event.objects.get(object_type="asset").verb == "deleted"


def test_a_picture_that_is_added_again_while_it_is_deleted_keeps_its_file(
    manager, project, django_capture_on_commit_callbacks
):
    asset = make_asset(project)
    with django_capture_on_commit_callbacks() as late:
        manager.delete(f"/api/v1/projects/{project.slug}/assets/{asset.content_hash}/")
    make_asset(project)
    for callback in late:
        callback()
    assert stored(project) == [asset.content_hash]


def test_what_a_version_shows_stays_even_when_a_later_one_does_not(manager, project):
    asset = make_asset(project)
    for text in (asset.markdown, "without"):
        publish_guideline(project=project, author=None, text=text)
    answer = manager.delete(f"/api/v1/projects/{project.slug}/assets/{asset.content_hash}/")
    assert answer.status_code == 409
    assert "version 1 of the guideline" in answer.json()["detail"]
    assert stored(project) == [asset.content_hash]


def test_what_an_answer_shows_stays(manager, project, ben):
    asset = make_asset(project)
    GuidelineQuestion.objects.create(
        project=project, author=ben.user, key="6f2f62f4-4a5e-4c65-9a5e-0d8f8f0a6a51", text="?", answer=asset.markdown
    )
    answer = manager.delete(f"/api/v1/projects/{project.slug}/assets/{asset.content_hash}/")
    assert "an answer to a question" in answer.json()["detail"]


def test_the_same_picture_in_two_projects_is_two_files(manager, api, project, eve, django_capture_on_commit_callbacks):
    mine = add(manager, project).json()["content_hash"]
    theirs = add(api(eve.user), eve.project).json()["content_hash"]
    assert mine == theirs
    with django_capture_on_commit_callbacks(execute=True):
        assert manager.delete(f"/api/v1/projects/{project.slug}/assets/{mine}/").status_code == 204
    assert stored(project) == []
    assert stored(eve.project) == [theirs]
