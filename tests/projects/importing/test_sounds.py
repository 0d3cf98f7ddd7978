"""Sounds become tasks: by page and API, alone, together and in a ZIP; what cannot be used is said file by file."""

import json

import numpy as np
import pytest

from labelplatform.uploads import media_path, open_media, open_part
from projects.importing.runs import clear_away
from projects.models import Asset, ImportRun, Task, TaskAsset
from tests.factories import make_member, make_project
from tests.pdfs import make_zip
from tests.pictures import IMAGE_SCHEMA, make_picture
from tests.projects.importing.importing import counts, finish, import_bytes
from tests.projects.importing.test_documents import imported, reasons, send
from tests.sounds import AUDIO_SCHEMA, make_audio_asset, make_noise, make_sound, make_sound_bomb, make_tone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_assets")]


@pytest.fixture
def project():
    return make_project(schema=AUDIO_SCHEMA)


@pytest.fixture
def manager(api, ada):
    return api(ada.user)


def test_sounds_of_every_kind_become_tasks_by_what_is_in_them(manager, project):
    forms = {"a.wav": "WAV", "b.flac": "FLAC", "c.ogg": "OGG", "d.mp3": "MP3", "wrong name.wav": "MP3"}
    files = [(name, make_sound(make_noise(n), form=form)) for n, (name, form) in enumerate(forms.items())]
    files.append(("e.opus", make_sound(make_tone(rate=48_000), rate=48_000, form="OGG", subtype="OPUS")))
    run = imported(manager, project, *files)
    assert (run.format, run.job.state, counts(run)) == ("files", "done", (6, 0, 0, 0)), reasons(run)
    assert set(Task.objects.values_list("external_id", flat=True)) == {"a", "b", "c", "d", "e", "wrong name"}
    types = dict(Asset.objects.values_list("original_name", "media_type"))
    assert [types[name] for name in ("a.wav", "b.flac", "c.ogg", "d.mp3")] == [
        "audio/wav",
        "audio/wav",
        "audio/ogg",
        "audio/mpeg",
    ]
    value = Task.objects.get(external_id="a").content.data["clip"]
    assert value == {
        "asset": Asset.objects.get(original_name="a.wav").content_hash,
        "name": "a.wav",
        "duration_seconds": 0.5,
    }


def test_what_cannot_be_used_is_rejected_file_by_file_and_the_others_come_in(manager, project):
    script = b"<script>alert(1)</script>"
    files = {
        "good.wav": make_sound(),
        "tagged.mp3": make_sound(make_tone(seconds=1), form="MP3", tags={"title": script.decode()}),
        "cut.flac": make_sound(form="FLAC")[:900],
        "bomb.flac": make_sound_bomb(),
        "page.wav": b"<html>" + script,
        "photo.mp3": make_picture(),
        "nothing.ogg": b"",
    }
    run = imported(manager, project, ("all.zip", make_zip(files)))
    assert counts(run) == (2, 0, 0, 5)
    found = reasons(run)
    assert "damaged or cut off" in found["cut.flac"]
    assert "10.0 hours" in found["bomb.flac"]
    assert "no WAV, FLAC, MP3 or Ogg file" in found["page.wav"]
    assert "no WAV, FLAC, MP3 or Ogg file" in found["photo.mp3"]
    assert "empty" in found["nothing.ogg"]
    with open_media(Asset.objects.get(original_name="tagged.mp3").stored_name) as file:
        assert script not in file.read(), "tags are gone"
    assert Asset.objects.count() == TaskAsset.objects.count() == 2, "nothing is kept of what was refused"


def test_the_same_sound_again_makes_no_duplicates_however_it_was_tagged(manager, project):
    plain, tagged = (make_sound(form="OGG", tags=tags) for tags in ({"title": "one!"}, {"title": "two?"}))
    imported(manager, project, ("a.ogg", plain))
    assert counts(imported(manager, project, ("a.ogg", plain))) == (0, 0, 1, 0)
    values = (make_noise() * 20_000).astype(np.int16)
    imported(manager, project, ("b.wav", make_sound(values)), ("c.flac", make_sound(values, form="FLAC")))
    assert Asset.objects.filter(media_type="audio/wav").count() == 1, "one sound, written down in two ways"
    assert tagged != plain


def test_rows_name_sounds_by_their_hash_and_what_an_export_wrote_comes_back_the_same(manager, project, ada):
    asset = make_audio_asset(project)
    rows = [{"external_id": "a", "data": {"clip": {"asset": asset.content_hash, "name": "bell"}}}]
    answer = manager.send(f"projects/{project.slug}/imports/", {"tasks": rows})
    finish(ImportRun.objects.get(pk=answer.json()["import"]["id"]))
    value = Task.objects.get().content.data["clip"]
    assert value == {"asset": asset.content_hash, "name": "bell", "duration_seconds": 0.5}
    cell = json.dumps(value).replace('"', '""')
    assert counts(import_bytes(ada, f'id,clip\na,"{cell}"\n'.encode())) == (0, 0, 1, 0)


def test_a_row_cannot_say_how_long_a_sound_is(manager, project):
    asset = make_audio_asset(project)
    forged = {"asset": asset.content_hash, "name": "bell", "duration_seconds": 9e9}
    answer = manager.send(f"projects/{project.slug}/imports/", {"tasks": [{"data": {"clip": forged}}]})
    finish(ImportRun.objects.get(pk=answer.json()["import"]["id"]))
    assert Task.objects.get().content.data["clip"]["duration_seconds"] == 0.5


def test_a_sound_where_no_field_plays_any_is_refused_in_words(manager, ada):
    project = make_project(slug="photos", schema=IMAGE_SCHEMA)
    make_member(project, "manager", ada.user)
    answer = send(manager, project, ("a.mp3", make_sound(form="MP3")))
    assert answer.status_code == 415
    assert "a.mp3 is a MP3 file" in answer.json()["detail"]
    assert "“Audio”" in answer.json()["detail"]


def test_with_the_last_task_that_plays_it_the_file_goes_too(manager, project, django_capture_on_commit_callbacks):
    imported(manager, project, ("a.wav", make_sound()))
    name = Asset.objects.get().stored_name
    Task.objects.all().delete()
    Asset.objects.update(created_at="2020-01-01T00:00:00Z")
    with django_capture_on_commit_callbacks(execute=True):
        clear_away(project.pk)
    assert not media_path(name).exists()
    with pytest.raises(FileNotFoundError):
        open_part(name, "waveform.json")
