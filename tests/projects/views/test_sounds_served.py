"""Sounds as they are served: to who is shown the task and the field, whole or the part that a player asks for."""

import http.client
import json
from copy import deepcopy
from urllib.parse import urlsplit

import pytest

from annotations.work.workbench import next_work
from labelplatform.uploads import open_media
from projects.models import Asset, Assignment, AssignmentStatus, Project, SchemaVersion
from projects.shown_data import shown_data
from tests.factories import make_member, make_project, make_user
from tests.pictures import IMAGE_SCHEMA, make_image_task
from tests.sounds import AUDIO_SCHEMA, make_audio_task, make_noise, make_sound

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_assets")]

PARTS = ("whole", "waveform.json")


@pytest.fixture
def task():
    return make_audio_task(make_project(slug="sounds", schema=AUDIO_SCHEMA), make_sound(make_noise(), form="MP3"))


@pytest.fixture
def content(task):
    with open_media(Asset.objects.get(content_hash=task.content.data["clip"]["asset"]).stored_name) as file:
        return file.read()


@pytest.fixture
def hearing(client, task):
    """A client of somebody who holds the task."""
    member = make_member(task.project, "annotator", make_user("ben two"))
    next_work(member)
    client.force_login(member.user)
    return client


def address(task, part="whole", field="clip"):
    return f"/projects/{task.project.slug}/tasks/{task.pk}/files/{task.content.data[field]['asset']}/{part}"


def status(client, path):
    answer = client.get(path)
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer.status_code


def get(client, task, **headers):
    """Status, headers and body."""
    answer = client.get(address(task), headers={name.replace("_", "-"): value for name, value in headers.items()})
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer.status_code, answer, body


def test_a_sound_is_served_to_who_is_shown_it_for_as_long_as_it_is_shown(client, task, content):
    ben = make_member(task.project, "annotator", make_user("ben two"))
    client.force_login(ben.user)
    assert [status(client, address(task, part)) for part in PARTS] == [404, 404]
    next_work(ben)
    code, answer, body = get(client, task)
    assert (code, body) == (200, content)
    assert answer["Content-Type"] == "audio/mpeg"
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cache-Control"] == "private, max-age=31536000, immutable"
    assert answer["Content-Disposition"].startswith("inline")
    assert get(client, task, If_None_Match=answer["ETag"])[0] == 304
    waveform = json.loads(b"".join(client.get(address(task, "waveform.json")).streaming_content))
    assert len(waveform["low"]) == len(waveform["high"]) > 100
    shown = shown_data(ben, task.content.data, task_id=task.pk)["clip"]
    assert f"{shown['address']}whole" == address(task)
    Assignment.objects.update(status=AssignmentStatus.EXPIRED)
    assert [status(client, address(task, part)) for part in PARTS] == [404, 404], "his lease is over"


def test_what_a_field_hides_from_annotators_they_cannot_hear(client, task):
    ben, rae = (make_member(task.project, role, make_user(role)) for role in ("annotator", "reviewer"))
    definition = deepcopy(AUDIO_SCHEMA)
    definition["fields"][0]["shown"] = "reviewers"
    definition["fields"].append({"name": "note", "kind": "text", "required": False})
    version = SchemaVersion.objects.create(project=task.project, number=2, definition=definition)
    Project.objects.filter(pk=task.project_id).update(schema_version=version)
    next_work(ben)
    found = {}
    for member in (ben, rae):
        client.force_login(member.user)
        found[member.role] = [status(client, address(task, part)) for part in PARTS]
    assert found == {"annotator": [404, 404], "reviewer": [200, 200]}


def test_a_sound_cannot_be_had_by_its_hash_alone_but_by_who_may_import(client, task):
    by_hash = f"/projects/{task.project.slug}/assets/{task.content.data['clip']['asset']}"
    ben, ada = (make_member(task.project, role, make_user(role)) for role in ("annotator", "manager"))
    next_work(ben)
    found = []
    for member in (ben, ada):
        client.force_login(member.user)
        found.append(status(client, by_hash))
    assert found == [404, 200]


def test_a_sound_has_no_pages_and_a_picture_no_waveform(client, task):
    photo = make_image_task(make_project(slug="photos", schema=IMAGE_SCHEMA))
    for project in (task.project, photo.project):
        client.force_login(make_member(project, "reviewer", make_user(f"rae {project.slug}")).user)
        wrong = [address(task, "1.webp"), address(task, "small.webp"), address(photo, "waveform.json", "photo")]
        assert [status(client, path) for path in wrong] == [404, 404, 404]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("bytes=0-99", slice(0, 100)),
        ("bytes=100-", slice(100, None)),
        ("bytes=-50", slice(-50, None)),
        ("bytes=10-10", slice(10, 11)),
        ("bytes=7-999999999", slice(7, None)),
        ("bytes=-999999999", slice(0, None)),
        ("Bytes=0-", slice(0, None)),
    ],
)
def test_a_player_gets_the_part_that_it_asks_for(hearing, task, content, asked, expected):
    code, answer, body = get(hearing, task, Range=asked)
    start, end, _ = expected.indices(len(content))
    assert (code, body) == (206, content[expected])
    assert answer["Content-Range"] == f"bytes {start}-{end - 1}/{len(content)}"
    assert answer["Content-Length"] == str(end - start)
    assert answer["Content-Type"] == "audio/mpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["ETag"]


@pytest.mark.parametrize("asked", ["bytes=999999999-", "bytes=-0"])
def test_a_part_behind_the_end_is_416_with_the_length(hearing, task, content, asked):
    code, answer, body = get(hearing, task, Range=asked)
    assert (code, body) == (416, b"")
    assert answer["Content-Range"] == f"bytes */{len(content)}"


@pytest.mark.parametrize(
    "asked", ["bytes=5-2", "bytes=-", "bytes=a-b", "lines=0-5", "bytes=0-1,5-9", "bytes 0-5", "0-5"]
)
def test_what_is_no_single_range_is_answered_with_the_whole(hearing, task, content, asked):
    code, _, body = get(hearing, task, Range=asked)
    assert (code, body) == (200, content)


def test_a_part_of_another_content_is_the_whole_instead(hearing, task, content):
    etag = get(hearing, task)[1]["ETag"]
    assert get(hearing, task, Range="bytes=0-9", If_Range=etag)[0] == 206
    for other in ('"other"', f"W/{etag}", "Wed, 21 Oct 2026 07:28:00 GMT"):
        code, _, body = get(hearing, task, Range="bytes=0-9", If_Range=other)
        assert (code, body) == (200, content)
    assert get(hearing, task, Range="bytes=0-9", If_None_Match=etag)[0] == 304


def test_pictures_are_sent_whole(hearing):
    photo = make_image_task(make_project(slug="photos", schema=IMAGE_SCHEMA))
    hearing.force_login(make_member(photo.project, "reviewer", make_user("rae two")).user)
    whole = hearing.get(address(photo, field="photo"))
    assert (whole.status_code, whole.has_header("Content-Range")) == (200, False)
    assert b"".join(whole.streaming_content)


@pytest.mark.django_db(transaction=True)
def test_ranges_over_http(live_server, client):
    task = make_audio_task(make_project(slug="sounds", schema=AUDIO_SCHEMA), make_sound(make_noise(), form="MP3"))
    member = make_member(task.project, "reviewer", make_user("rae two"))
    client.force_login(member.user)
    connection = http.client.HTTPConnection(urlsplit(live_server.url).netloc)
    cookie = {"Cookie": f"sessionid={client.cookies['sessionid'].value}"}
    bodies = []
    for asked in ("bytes=0-9", "bytes=10-", "bytes=99999999-"):
        connection.request("GET", address(task), headers={**cookie, "Range": asked})
        answer = connection.getresponse()
        bodies.append((answer.status, answer.read()))
    connection.request("HEAD", address(task), headers={**cookie, "Range": "bytes=0-9"})
    head = connection.getresponse()
    head.read()
    connection.request("GET", address(task), headers=cookie)
    whole = connection.getresponse().read()
    assert (head.status, head.headers["Content-Length"]) == (200, str(len(whole)))
    assert bodies == [(206, whole[:10]), (206, whole[10:]), (416, b"")]
    connection.close()
