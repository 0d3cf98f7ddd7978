"""Sounds made for tests: good ones and hostile ones."""

import io
from typing import Any

import numpy as np
import soundfile
from django.core.files.uploadedfile import SimpleUploadedFile

from projects.assets import add_asset
from projects.importing.media_values import MediaValues
from projects.models import Asset, Project, Task, TaskAsset
from tests.factories import make_tasks

AUDIO_SCHEMA: dict[str, Any] = {
    "fields": [{"name": "clip", "kind": "audio"}],
    "questions": [{"name": "sound", "kind": "choice", "options": ["tone", "noise"]}],
}
_USUAL = {"WAV": "PCM_16", "FLAC": "PCM_16", "OGG": "VORBIS", "MP3": "MPEG_LAYER_III"}


def make_tone(hertz: float = 440, seconds: float = 0.5, *, rate: int = 16_000, loudness: float = 0.5) -> np.ndarray:
    """A sine of one pitch."""
    times = np.arange(round(seconds * rate)) / rate
    return np.asarray(loudness * np.sin(2 * np.pi * hertz * times))


def make_noise(number: int = 0, seconds: float = 0.5, *, rate: int = 16_000, loudness: float = 0.2) -> np.ndarray:
    """White noise; each ``number`` gives another."""
    return np.random.default_rng(number).normal(0, loudness, round(seconds * rate)).clip(-1, 1)


def make_sound(
    samples: Any = None, *, rate: int = 16_000, form: str = "WAV", subtype: str = "", tags: dict[str, str] | None = None
) -> bytes:
    """A sound as a file."""
    target = io.BytesIO()
    values = make_tone(rate=rate) if samples is None else np.asarray(samples)
    channels = values.shape[1] if values.ndim > 1 else 1
    with soundfile.SoundFile(target, "w", rate, channels, subtype or _USUAL[form], format=form) as sound:
        for name, value in (tags or {}).items():
            setattr(sound, name, value)
        sound.write(values)
    return target.getvalue()


def make_sound_bomb(hours: float = 10) -> bytes:
    """A small FLAC that says it lasts ten hours."""
    content = bytearray(make_sound(form="FLAC"))
    n_samples = int(hours * 3600 * 16_000)
    content[21] = content[21] & 0xF0 | n_samples >> 32
    content[22:26] = (n_samples & 0xFFFFFFFF).to_bytes(4, "big")
    return bytes(content)


def make_audio_asset(project: Project, content: bytes | None = None, name: str = "clip.wav") -> Asset:
    """A sound as it is kept after an upload."""
    file = SimpleUploadedFile(name, content or make_sound())
    asset, _ = add_asset(project, file, by=None)
    return asset


def make_audio_task(project: Project, content: bytes | None = None, *, field: str = "clip", **data: Any) -> Task:
    """A task that plays a sound, as an import would write it."""
    asset = make_audio_asset(project, content)
    filled, _ = MediaValues(project.pk, project.schema).fill({**data, field: asset.content_hash})
    (task,) = make_tasks(project, data=[filled])
    TaskAsset.objects.create(task=task, asset=asset)
    return task
