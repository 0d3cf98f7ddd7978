"""A picture."""

from dataclasses import dataclass
from typing import Any, ClassVar

from projects.schema.fields.asset_value import check_asset
from projects.schema.fields.field import Field
from projects.schema.problems import Problem, SchemaProblems, shown


@dataclass(frozen=True, kw_only=True)
class ImageField(Field):
    """``{"asset", "name", "width", "height"}``, made by the server from an uploaded picture.

    The size is in pixels of the picture as it is kept, upright, which is what coordinates of answers count.
    """

    kind: ClassVar[str] = "image"
    label: ClassVar[str] = "Image"
    summary: ClassVar[str] = "A picture to look at, and to zoom into: PNG, JPEG, WebP, GIF or BMP."
    media: ClassVar[frozenset[str]] = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif", "image/bmp"})

    def validate(self, value: Any) -> dict[str, Any]:
        stored, problems = check_asset(value, {"width", "height"}, title="image")
        for side in ("width", "height"):
            stored[side] = value[side]
            if type(value[side]) is not int or value[side] < 1:
                problems.append(Problem(side, f"{shown(value[side])} is no number of pixels."))
        if problems:
            raise SchemaProblems(problems)
        return stored

    def example(self) -> dict[str, Any]:
        return {"asset": "0" * 64, "name": "harbour.jpg", "width": 640, "height": 420}

    def search_text(self, value: Any) -> str:
        return str(value["name"])
