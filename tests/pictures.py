"""Pictures drawn for tests: good ones and hostile ones."""

import io
import zlib
from random import Random
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from projects.assets import add_asset
from projects.importing.media_values import MediaValues
from projects.models import Asset, Project, Task, TaskAsset
from tests.factories import make_tasks

IMAGE_SCHEMA: dict[str, Any] = {
    "fields": [{"name": "photo", "kind": "image"}],
    "questions": [{"name": "shape", "kind": "choice", "options": ["disc", "square"]}],
}


def make_picture(
    colour: Any = "teal", size: tuple[int, int] = (64, 48), *, form: str = "PNG", mode: str = "RGB", **options: Any
) -> bytes:
    """A picture of one colour as a file."""
    target = io.BytesIO()
    Image.new(mode, size, colour).save(target, form, **options)
    return target.getvalue()


def make_shape(shape: str, number: int = 0, *, size: int = 48) -> bytes:
    """A disc or a square, somewhere on a grey ground; each ``number`` gives another."""
    picture = Image.new("RGB", (size, size), (200, 200, 200 - number % 40))
    left, top = (4 + number % 9) * size // 48, (4 + number * 7 % 11) * size // 48
    side = (24 + number % 5) * size // 48
    box = (left, top, left + side, top + side)
    draw = ImageDraw.Draw(picture)
    (draw.ellipse if shape == "disc" else draw.rectangle)(box, fill=(40, 40, 90 + number % 50))
    target = io.BytesIO()
    picture.save(target, "PNG")
    return target.getvalue()


def make_gif(*colours: str) -> bytes:
    """A GIF with a frame for each colour."""
    first, *others = [Image.new("RGB", (20, 10), colour) for colour in colours]
    target = io.BytesIO()
    first.save(target, "GIF", save_all=True, append_images=others, duration=100)
    return target.getvalue()


def make_bomb() -> bytes:
    """A small file that says it holds 30,000 × 30,000 pixels."""
    small = make_picture(size=(1, 1))
    start = small.index(b"IHDR")
    chunk = b"IHDR" + 2 * (30_000).to_bytes(4, "big") + small[start + 12 : start + 17]
    return small[:start] + chunk + zlib.crc32(chunk).to_bytes(4, "big") + small[start + 21 :]


def make_image_asset(project: Project, content: bytes | None = None, name: str = "photo.png") -> Asset:
    """A picture as it is kept after an upload."""
    file = SimpleUploadedFile(name, content or make_picture())
    asset, _ = add_asset(project, file, by=None)
    return asset


def make_image_task(project: Project, content: bytes | None = None, *, field: str = "photo", **data: Any) -> Task:
    """A task that shows a picture, as an import would write it."""
    asset = make_image_asset(project, content)
    filled, _ = MediaValues(project.pk, project.schema).fill({**data, field: asset.content_hash})
    (task,) = make_tasks(project, data=[filled])
    TaskAsset.objects.create(task=task, asset=asset)
    return task


BOX_SCHEMA: dict[str, Any] = {
    "fields": [{"name": "photo", "kind": "image"}],
    "questions": [
        {
            "name": "cells",
            "kind": "boxes",
            "title": "Which cells are there?",
            "options": [
                {"value": "disc", "title": "Disc", "colour": 1},
                {"value": "square", "title": "Square", "colour": 9},
            ],
        }
    ],
}


def make_cells(
    number: int, *, size: tuple[int, int] = (320, 240), count: int = 6
) -> tuple[bytes, list[dict[str, Any]]]:
    """Discs and squares on a grey ground, with the boxes around them; each ``number`` gives others."""
    random = Random(number)
    picture = Image.new("RGB", size, (205, 205, 200))
    draw = ImageDraw.Draw(picture)
    boxes: list[dict[str, Any]] = []
    columns = 4
    width, height = size[0] // columns, size[1] // -(-12 // columns)
    for place in sorted(random.sample(range(12), count)):
        side = random.randint(min(width, height) // 2, min(width, height) - 8)
        x, y = place % columns * width + random.randint(2, 6), place // columns * height + random.randint(2, 6)
        label = random.choice(["disc", "square"])
        shape = draw.ellipse if label == "disc" else draw.rectangle
        shape((x, y, x + side, y + side), fill=(random.randint(20, 90), 40, random.randint(60, 160)))
        boxes.append({"id": f"b{place}", "label": label, "x": x, "y": y, "width": side + 1, "height": side + 1})
    target = io.BytesIO()
    picture.save(target, "PNG")
    return target.getvalue(), boxes
