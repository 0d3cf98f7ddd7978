"""Sounds as they are kept: what is heard stays, what else a file says is gone, and what hostile files come to."""

import io
import json
from typing import Any

import numpy as np
import pytest
import soundfile
from django.core.files.uploadedfile import SimpleUploadedFile

from labelplatform import uploads
from labelplatform.media_readers.mp3_frames import strip_mp3
from labelplatform.media_reading import MediaFacts, MediaRefused
from labelplatform.media_types import NotTaken
from projects.schema.fields.audio import AudioField
from tests.sounds import make_noise, make_sound, make_sound_bomb, make_tone

PRIVATE = "Adas kitchen, 52.5 N"
TAGS = {"title": PRIVATE, "comment": PRIVATE, "artist": PRIVATE}


class Kept:
    """What is there after an upload."""

    def __init__(self, content: bytes, name: str = "clip") -> None:
        with uploads.clean_media(SimpleUploadedFile(name, content), accepted=AudioField.media) as media:
            parts = uploads.parts_folder(media.path)
            self.facts: MediaFacts = media.facts
            self.content = media.path.read_bytes()
            self.waveform: dict[str, Any] = json.loads((parts / "waveform.json").read_bytes())
            self.heard = np.frombuffer((parts / "heard.s16").read_bytes(), dtype="<i2") / 32_767

    @property
    def samples(self) -> tuple[np.ndarray, int]:
        samples, rate = soundfile.read(io.BytesIO(self.content), always_2d=True)
        return samples, rate


FOREIGN = {"The file is empty.", "This is no WAV, FLAC, MP3 or Ogg file, whatever its name says."}


def refusal_of(content: bytes) -> str:
    with pytest.raises((MediaRefused, NotTaken, uploads.UploadTooLarge)) as caught:
        Kept(content)
    return str(caught.value)


def pitch_of(samples: np.ndarray, rate: int) -> float:
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(spectrum.argmax() * rate / len(samples))


@pytest.mark.parametrize(
    ("subtype", "rate"),
    [("PCM_16", 44_100), ("PCM_U8", 8_000), ("PCM_24", 192_000), ("ULAW", 8_000), ("IMA_ADPCM", 22_050)],
)
def test_a_wav_of_any_kind_is_kept_sample_by_sample(subtype, rate):
    content = make_sound(make_tone(rate=rate), rate=rate, subtype=subtype)
    kept = Kept(content)
    before, _ = soundfile.read(io.BytesIO(content), always_2d=True)
    after, rate_after = kept.samples
    assert (kept.facts.media_type, kept.content[8:12], rate_after) == ("audio/wav", b"WAVE", rate)
    np.testing.assert_array_equal(after, before)
    assert kept.facts.duration_seconds == pytest.approx(len(before) / rate, abs=1e-5)


@pytest.mark.parametrize(("seconds", "form"), [(1, b"RIFF"), (9, b"fLaC")])
def test_flac_is_written_anew_and_stays_the_same_sound_the_longer_one_as_flac(seconds, form):
    values = (make_noise(seconds=seconds, rate=48_000) * 2**23).astype(np.int32) << 8
    content = make_sound(values, rate=48_000, form="FLAC", subtype="PCM_24")
    kept, again = Kept(content), Kept(content)
    assert kept.content == again.content, "the same file is the same asset"
    assert kept.content[:4] == form
    after, _ = soundfile.read(io.BytesIO(kept.content), dtype="int32")
    np.testing.assert_array_equal(after, values)


@pytest.mark.parametrize(
    ("form", "subtype", "media_type"),
    [("OGG", "VORBIS", "audio/ogg"), ("OGG", "OPUS", "audio/ogg"), ("MP3", "", "audio/mpeg")],
)
def test_what_was_packed_with_loss_is_not_packed_again_and_loses_its_tags(form, subtype, media_type):
    plain = make_sound(make_tone(rate=48_000, seconds=2), rate=48_000, form=form, subtype=subtype)
    tagged = make_sound(make_tone(rate=48_000, seconds=2), rate=48_000, form=form, subtype=subtype, tags=TAGS)
    assert PRIVATE.encode() in tagged or PRIVATE.encode("utf-16-le") in tagged
    kept = Kept(tagged)
    assert kept.facts.media_type == media_type
    assert b"kitchen" not in kept.content.replace(b"\0", b"")
    before, _ = soundfile.read(io.BytesIO(plain), always_2d=True)
    np.testing.assert_array_equal(kept.samples[0], before)
    assert kept.facts.duration_seconds == pytest.approx(2, abs=0.02)


@pytest.mark.parametrize("form", ["WAV", "FLAC"])
def test_tags_of_wav_and_flac_are_gone(form):
    content = make_sound(form=form, tags=TAGS)
    assert PRIVATE.encode() in content
    assert b"kitchen" not in Kept(content).content


def test_what_hides_before_between_and_behind_the_frames_of_an_mp3_is_gone():
    content = make_sound(make_tone(rate=44_100, seconds=1), rate=44_100, form="MP3")
    picture = b"ID3\x04\0\0\0\0\x08\0" + b"<script>x" * 113 + b"\0" * 7
    hidden = picture + content + b"<script>late" + b"TAG" + b"kitchen".ljust(125)
    kept = Kept(hidden)
    assert b"script" not in kept.content
    assert b"kitchen" not in kept.content
    np.testing.assert_array_equal(kept.samples[0], Kept(content).samples[0])


@pytest.mark.parametrize(("rate", "channels"), [(44_100, 2), (48_000, 1), (22_050, 2), (8_000, 1)])
def test_an_mp3_that_says_nothing_of_its_length_keeps_all_of_it(rate, channels):
    tone = np.tile(make_tone(rate=rate, seconds=4)[:, None], (1, channels))
    tone[rate : 3 * rate] = 0  # so that its frames differ in size
    content = make_sound(tone, rate=rate, form="MP3")
    first = strip_mp3(content)
    assert first == content, "what says the truth stays"
    second = content.index(content[:2], 100)
    kept = Kept(content[second:])
    assert kept.facts.duration_seconds == pytest.approx(4, abs=0.2)
    assert Kept(kept.content).content == kept.content


def test_an_mp3_that_says_it_is_shorter_than_it_is_is_as_long_as_it_is():
    one = make_sound(make_tone(rate=44_100, seconds=1), rate=44_100, form="MP3")
    assert Kept(one + one).facts.duration_seconds == pytest.approx(2, abs=0.2)


def test_several_streams_in_one_ogg_are_refused():
    one, two = make_sound(form="OGG"), make_sound(make_noise(), form="OGG")
    other = bytearray(two)
    assert "several streams" in refusal_of(one + bytes(other)), "each has a number of its own"


def test_what_lasts_too_long_is_refused_before_it_is_unpacked():
    assert "lasts 10.0 hours; an hour is the most" in refusal_of(make_sound_bomb())


def test_what_does_not_say_how_long_it_is_is_refused():
    quiet = bytearray(make_sound(form="FLAC"))
    quiet[21] &= 0xF0
    quiet[22:26] = bytes(4)
    assert "does not say how long it is" in refusal_of(bytes(quiet))


def test_too_many_values_in_an_hour_are_refused():
    assert "too much for one file" in refusal_of(_claiming(seconds=3_500, rate=96_000, channels=2))


def _claiming(*, seconds: int, rate: int, channels: int) -> bytes:
    content = bytearray(make_sound(np.zeros((rate // 10, channels), dtype=np.int16), rate=rate, form="FLAC"))
    n_samples = seconds * rate
    content[21] = content[21] & 0xF0 | n_samples >> 32
    content[22:26] = (n_samples & 0xFFFFFFFF).to_bytes(4, "big")
    return bytes(content)


@pytest.mark.parametrize(
    "content",
    [
        make_sound(form="FLAC")[:900],
        make_sound(form="FLAC")[:60],
        make_sound(form="OGG")[:3_000],
        b"RIFF\x10\0\0\0WAVEfmt ",
        b"OggS" + bytes(60),
        b"ID3\x04\0\0\0\0\0\0" + b"no sound at all" * 90,
        b"\xff\xfb\x90\x00" + b"words" * 90,
        b"fLaC",
    ],
)
def test_damaged_files_are_refused_in_words(content):
    found = refusal_of(content)
    assert "again" in found, found


def test_no_sound_at_all_is_refused():
    assert "no sound in this file" in refusal_of(make_sound(np.zeros(0)))


@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"RIFF\0\0\0\0AVI LIST", b"\xff\xfeh\0i\0", b"\xff\xf1\x50\x80" + bytes(90)]
)
def test_other_files_are_not_taken_for_sounds(content):
    assert refusal_of(content) in {
        "The file is empty.",
        "This is no WAV, FLAC, MP3 or Ogg file, whatever its name says.",
    }


def test_the_rarest_sounds_are_kept_too():
    one = Kept(make_sound([0.5]))
    assert (one.facts.duration_seconds, len(one.heard)) == (pytest.approx(1 / 16_000, abs=1e-6), 1)
    assert one.waveform == {"low": [64], "high": [64]}
    silence = Kept(make_sound(np.zeros(16_000)))
    assert set(silence.waveform["low"]) == {0}
    assert not silence.heard.any()


def test_numbers_that_are_none_and_those_past_the_end_of_the_scale_become_such_as_can_be_played():
    values = make_tone()
    values[10], values[20], values[30:40] = np.nan, -np.inf, 9.0
    kept = Kept(make_sound(values, subtype="FLOAT"))
    samples, _ = kept.samples
    assert np.isfinite(samples).all()
    assert [round(float(samples[place, 0]), 3) for place in (10, 20, 35)] == [0, -1, 1]
    assert max(kept.waveform["high"]) == 127


def test_the_waveform_has_the_loud_part_where_it_is_heard():
    quiet, loud = np.zeros(16_000), make_tone(seconds=1, loudness=0.9)
    high = np.array(Kept(make_sound(np.concatenate([quiet, loud]))).waveform["high"])
    assert len(high) == 1_200
    assert high[:595].max() == 0
    assert high[605:].reshape(-1, 5).max(axis=1).min() > 100


@pytest.mark.parametrize("rate", [8_000, 11_025, 44_100, 192_000])
def test_encoders_hear_the_same_pitch_at_any_rate(rate):
    left = make_tone(1_000, 1, rate=rate)
    heard = Kept(make_sound(np.stack([left, left / 2], axis=1), rate=rate)).heard
    assert len(heard) == pytest.approx(16_000, abs=2)
    assert pitch_of(heard, 16_000) == pytest.approx(1_000, abs=2)
    assert np.abs(heard[500:-500]).max() == pytest.approx(0.375, abs=0.01), "the mean of both channels"


def test_what_is_too_high_for_encoders_is_left_out_and_not_folded_down():
    heard = Kept(make_sound(make_tone(15_000, 1, rate=44_100), rate=44_100)).heard
    assert np.abs(heard[500:-500]).max() < 0.01


def test_of_what_is_longer_than_a_minute_encoders_hear_pieces_of_all_of_it():
    minutes = np.concatenate([make_tone(300, 60, rate=8_000), make_tone(2_000, 60, rate=8_000)])
    heard = Kept(make_sound(minutes, rate=8_000)).heard
    assert len(heard) == 60 * 16_000
    assert pitch_of(heard[: 20 * 16_000], 16_000) == pytest.approx(300, abs=2)
    assert pitch_of(heard[-20 * 16_000 :], 16_000) == pytest.approx(2_000, abs=2)


def test_a_wav_that_says_it_is_longer_than_it_is_has_the_length_of_what_is_there():
    content = bytearray(make_sound(make_tone(seconds=1)))
    content[40:44] = (2**31).to_bytes(4, "little")
    assert Kept(bytes(content)).facts.duration_seconds == pytest.approx(1, abs=0.001)
