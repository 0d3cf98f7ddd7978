"""Pictures become tasks: by page and API, alone, together and in a ZIP; what cannot be used is said file by file."""

import io

import numpy as np
import pytest
from PIL import Image

from labelplatform.uploads import media_path, open_media, open_part
from projects.importing.runs import clear_away
from projects.models import Asset, ImportRun, Task, TaskAsset
from tests.factories import make_asset, make_guideline, make_project
from tests.pdfs import PDF_SCHEMA, make_pdf, make_zip
from tests.pictures import IMAGE_SCHEMA, make_bomb, make_gif, make_image_asset, make_picture
from tests.projects.importing.importing import counts, finish
from tests.projects.importing.test_documents import imported, reasons, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_assets")]


@pytest.fixture
def project():
    return make_project(schema=IMAGE_SCHEMA)


@pytest.fixture
def manager(api, ada):
    return api(ada.user)


def shown(external_id):
    """What a task shows, as a picture."""
    value = Task.objects.get(external_id=external_id).content.data["photo"]
    return Image.open(io.BytesIO(kept(Asset.objects.get(content_hash=value["asset"]))))


def kept(asset):
    with open_media(asset.stored_name) as file:
        return file.read()


def looked_at(asset):
    """What encoders see of it, pixel by pixel."""
    with open_part(asset.stored_name, "pixels.rgb") as file:
        return np.frombuffer(file.read(), dtype=np.uint8).reshape(64 * 64, 3)


def test_pictures_of_every_kind_become_tasks_by_what_is_in_them(manager, project):
    forms = {"a.png": "PNG", "b.jpeg": "JPEG", "c.webp": "WEBP", "d.bmp": "BMP", "wrong name.gif": "PNG"}
    run = imported(manager, project, *((name, make_picture(form=form)) for name, form in forms.items()))
    assert (run.format, run.job.state, counts(run)) == ("files", "done", (5, 0, 0, 0))
    assert set(Task.objects.values_list("external_id", flat=True)) == {"a", "b", "c", "d", "wrong name"}
    assert {name: shown(name).format for name in "abcd"} == {"a": "PNG", "b": "JPEG", "c": "WEBP", "d": "PNG"}
    value = Task.objects.get(external_id="b").content.data["photo"]
    assert (value["name"], value["width"], value["height"]) == ("b.jpeg", 64, 48)


def test_of_what_moves_the_first_frame_is_kept(manager, project):
    imported(manager, project, ("wave.gif", make_gif("red", "blue")))
    picture = shown("wave")
    assert (picture.format, picture.is_animated, picture.convert("RGB").getpixel((0, 0))) == ("PNG", False, (255, 0, 0))


def test_a_picture_stands_upright_and_says_nothing_of_its_maker(manager, project):
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Camera of Ada"
    content = make_picture(size=(60, 20), form="JPEG", exif=exif, comment=b"taken at home")
    assert b"Camera of Ada" in content
    imported(manager, project, ("far.jpg", content))
    asset = Asset.objects.get()
    assert (asset.width, asset.height) == (20, 60)
    assert b"Camera" not in kept(asset)
    assert b"at home" not in kept(asset)


def test_what_cannot_be_used_is_rejected_file_by_file_and_the_others_come_in(manager, project):
    script = b"<script>alert(1)</script>"
    files = {
        "good.png": make_picture(),
        "both.png": make_picture("navy") + b"PK\x03\x04" + script,
        "cut.jpg": make_picture(size=(400, 300), form="JPEG")[:600],
        "bomb.png": make_bomb(),
        "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg">' + script + b"</svg>",
        "page.png": b"<html>" + script,
        "paper.png": make_pdf("I am a PDF"),
        "nothing.png": b"",
    }
    run = imported(manager, project, ("all.zip", make_zip(files)))
    assert counts(run) == (2, 0, 0, 6)
    found = reasons(run)
    assert "damaged or cut off" in found["cut.jpg"]
    assert "30,000 × 30,000 pixels" in found["bomb.png"]
    assert "SVG pictures can hold scripts" in found["drawing.svg"]
    assert "no PNG, JPEG, WebP, GIF or BMP file" in found["page.png"]
    assert "no PNG, JPEG, WebP, GIF or BMP file" in found["paper.png"]
    assert "empty" in found["nothing.png"]
    both = Asset.objects.get(original_name="both.png")
    assert script not in kept(both), "what hid behind the picture is gone"
    assert Asset.objects.count() == TaskAsset.objects.count() == 2, "nothing is kept of what was refused"


@pytest.mark.parametrize(
    ("name", "content"),
    [("drawing.svg", b"<svg></svg>"), ("broken.png", b"\x89PNG\r\n\x1a\nnot really")],
)
def test_a_single_bad_file_is_said_to_be_bad(manager, project, name, content):
    run = imported(manager, project, (name, content))
    assert counts(run) == (0, 0, 0, 1)
    assert reasons(run)[name]


def test_pictures_of_every_mode_are_seen_as_they_look(manager, project):
    grey = io.BytesIO()
    Image.fromarray(np.full((10, 10), 128 * 257, dtype=np.uint16)).save(grey, "PNG")
    clear = make_picture((255, 0, 0, 0), mode="RGBA")
    palette = io.BytesIO()
    Image.new("RGB", (8, 8), (10, 200, 30)).quantize(4).save(palette, "PNG")
    files = {
        "grey16.png": grey.getvalue(),
        "clear.png": clear,
        "palette.png": palette.getvalue(),
        "bits.png": make_picture(1, mode="1"),
        "print.jpg": make_picture((0, 0, 0, 0), mode="CMYK", form="JPEG"),
        "dot.png": make_picture("black", (1, 1)),
        "line.png": make_picture("black", (4000, 1)),
    }
    run = imported(manager, project, ("all.zip", make_zip(files)))
    assert counts(run) == (7, 0, 0, 0), reasons(run)
    means = {asset.original_name: looked_at(asset).mean(axis=0).round() for asset in Asset.objects.all()}
    looks = {name: tuple(map(int, mean)) for name, mean in means.items()}
    assert looks["grey16.png"] == (128, 128, 128)
    assert looks["clear.png"] == (255, 255, 255), "as on white paper"
    assert max(abs(a - b) for a, b in zip(looks["palette.png"], (10, 200, 30), strict=True)) <= 2
    assert looks["bits.png"] == (255, 255, 255)
    assert min(looks["print.jpg"]) > 240, "no ink is white"
    assert looks["dot.png"] == looks["line.png"] == (0, 0, 0)


def test_the_same_pictures_again_make_no_duplicates(manager, project):
    content = make_picture(form="JPEG")
    imported(manager, project, ("a.jpg", content))
    assert counts(imported(manager, project, ("a.jpg", content))) == (0, 0, 1, 0)
    assert Asset.objects.count() == 1


def test_rows_name_pictures_by_their_hash(manager, project):
    asset = make_image_asset(project)
    rows = [{"external_id": "x", "data": {"photo": {"asset": asset.content_hash, "name": "harbour"}}}]
    answer = manager.send(f"projects/{project.slug}/imports/", {"tasks": rows})
    finish(ImportRun.objects.get(pk=answer.json()["import"]["id"]))
    assert Task.objects.get().content.data["photo"] == {
        "asset": asset.content_hash,
        "name": "harbour",
        "width": 64,
        "height": 48,
    }


def test_a_picture_where_no_field_shows_any_is_refused_in_words(manager):
    project = make_project(slug="papers", schema=PDF_SCHEMA)
    answer = send(manager, project, ("a.png", make_picture()))
    assert answer.status_code in {400, 404, 415}


def test_pictures_that_nothing_shows_are_forgotten_after_a_week_and_those_of_the_guideline_stay(manager, project):
    imported(manager, project, ("a.png", make_picture("red")))
    used = Asset.objects.get()
    make_image_asset(project, make_picture("blue"))
    read = make_asset(project)
    make_guideline(project, text=f"![A harbour](asset:{read.content_hash})")
    Asset.objects.update(created_at="2020-01-01T00:00:00Z")
    clear_away(project.pk)
    assert set(Asset.objects.all()) == {used, read}
    Task.objects.all().delete()
    clear_away(project.pk)
    assert set(Asset.objects.all()) == {read}


@pytest.mark.django_db(transaction=True)
def test_with_the_last_task_that_shows_it_the_file_goes_too(manager, project):
    imported(manager, project, ("a.png", make_picture("red")))
    name = Asset.objects.get().stored_name
    Task.objects.all().delete()
    Asset.objects.update(created_at="2020-01-01T00:00:00Z")
    clear_away(project.pk)
    assert not media_path(name).exists()
    with pytest.raises(FileNotFoundError):
        open_part(name, "small.webp")
