"""Check a picture and write it anew: nothing is kept but its pixels, upright and in the colours that screens show.

    python picture.py TYPE SOURCE TARGET [first-frame]

prints ``{"media_type", "width", "height"}``, or ``{"problem"}`` when it is none that can be shown. Of an animated one
the first frame is kept if that is asked for. Beside the picture, in the folder ``TARGET-pages``, it leaves
``small.webp`` for lists, and ``pixels.rgb``: the whole picture as 64 rows of 64 pixels of three bytes, on white, which
is what encoders look at, so that nothing else ever decodes strangers' files. Run by
``media_reading.py`` in a process of its own: what decodes strangers' bytes may fail, hang or grow only there, and the
web process never loads the library.
"""

import io
import json
import resource
import sys
from pathlib import Path
from typing import Any

from PIL import BmpImagePlugin, Image, ImageCms, ImageOps, UnidentifiedImageError, WebPImagePlugin  # noqa: F401 - these register themselves

MAX_PIXELS = 25_000_000
MAX_SIDE = 16_000
_MEMORY_BYTES = 1024**3
_CPU_SECONDS = 20
LOOKED_AT = 64  # pixels a side that encoders get
_SMALL_SIDE = 320
_DECODERS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP", "image/gif": "GIF", "image/bmp": "BMP"}
# Neither loses anything as PNG.
_KEPT_AS = {**{name: name for name in _DECODERS}, "image/gif": "image/png", "image/bmp": "image/png"}


class Problem(Exception):
    """Why a picture is not taken, for the person who sent it."""


def clean_picture(media_type: str, source: str, target: str, *, first_frame: bool = False) -> dict[str, Any]:
    """Write the picture in ``source`` to ``target`` and tell what it is now. Raises ``Problem``."""
    try:
        with Image.open(source, formats=[_DECODERS[media_type]]) as picture:
            _check_header(picture, may_move=first_frame or media_type == "image/jpeg")
            picture.load()
            ImageOps.exif_transpose(picture, in_place=True)
            shown = _in_screen_colours(picture)
            lossless = media_type == "image/webp" and b"VP8L" in _head(source)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise Problem("The picture is damaged or cut off. Save it anew and try again.") from error
    # all else that came with it (place, camera, comments, previews, profiles) would be written out again
    shown.info = {name: value for name, value in shown.info.items() if name == "transparency"}
    kept_as = _KEPT_AS[media_type]
    shown.save(target, **_options(kept_as, shown, lossless=lossless))
    _write_parts(shown, Path(f"{target}-pages"))
    return {"media_type": kept_as, "width": shown.width, "height": shown.height}


def _check_header(picture: Image.Image, *, may_move: bool) -> None:
    """What the file says of itself, before anything is unpacked; phones put a second, small picture into a JPEG."""
    width, height = picture.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise Problem(
            f"The picture has {width:,} × {height:,} pixels. It may have {MAX_PIXELS // 1_000_000} megapixels "
            f"and {MAX_SIDE:,} pixels a side at most: make it smaller."
        )
    if not may_move and getattr(picture, "is_animated", False):
        raise Problem("The picture is animated. Nothing may move by itself beside what people read: send a still one.")


def _in_screen_colours(picture: Image.Image) -> Image.Image:
    """The same colours as sRGB, which is what a browser takes a picture without a profile for."""
    profile = picture.info.get("icc_profile")
    if profile and picture.mode in {"RGB", "RGBA", "CMYK"}:
        mode = "RGBA" if picture.mode == "RGBA" else "RGB"
        try:
            embedded = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            screen = ImageCms.createProfile("sRGB")
            return ImageCms.profileToProfile(picture, embedded, screen, outputMode=mode) or picture
        except (ImageCms.PyCMSError, OSError):
            pass  # a broken profile says nothing about the colours
    return picture.convert("RGB") if picture.mode == "CMYK" else picture


def _write_parts(shown: Image.Image, folder: Path) -> None:
    folder.mkdir()
    opaque = on_white(shown)
    (folder / "pixels.rgb").write_bytes(opaque.resize((LOOKED_AT, LOOKED_AT), Image.Resampling.BOX).tobytes())
    opaque.thumbnail((_SMALL_SIDE, _SMALL_SIDE))
    opaque.save(folder / "small.webp", format="WEBP", quality=80)


def on_white(picture: Image.Image) -> Image.Image:
    """Eight bits a colour and nothing to see through: what a person sees on a white page."""
    if picture.mode.startswith("I"):  # 16 bits of grey, which a plain conversion would cut off at the 256th
        picture = picture.convert("I").point(lambda value: value / 256).convert("L")
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    clear = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", clear.size, "white"), clear).convert("RGB")


def _options(kept_as: str, shown: Image.Image, *, lossless: bool) -> dict[str, Any]:
    if kept_as == "image/png":
        return {"format": "PNG"}
    if kept_as == "image/webp":
        return {"format": "WEBP", "lossless": lossless, "quality": 90}
    # "keep" writes with the very tables that the picture was packed with, and so loses next to nothing
    return {"format": "JPEG", "quality": "keep" if shown.format == "JPEG" else 92}


def _head(source: str) -> bytes:
    with open(source, "rb") as file:
        return file.read(4096)


def main(media_type: str, source: str, target: str, *wishes: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    Image.MAX_IMAGE_PIXELS = None  # it would only warn; ours refuses
    try:
        told = clean_picture(media_type, source, target, first_frame="first-frame" in wishes)
    except Problem as problem:
        told = {"problem": str(problem)}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
