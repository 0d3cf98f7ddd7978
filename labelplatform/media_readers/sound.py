"""Check a sound and keep nothing of it but the sound: no tags, covers, places, or what was hidden behind it.

    python sound.py TYPE SOURCE TARGET

prints ``{"media_type", "duration_seconds"}``, or ``{"problem"}`` when it is none that can be played. WAV and FLAC are
written anew, sample by sample (what has more than 24 bits is rounded to 24): long ones as FLAC, short ones as WAV, for
a browser may fail to go back from the end of a FLAC of few frames. Of MP3 only the frames are kept,
of Ogg only the pages of its one stream, with its comments overwritten. Beside the sound, in the folder
``TARGET-pages``, it leaves ``waveform.json`` for eyes, ``{"low", "high"}``: the lowest and the highest value of up to
1,200 stretches of equal length, of any channel, as whole numbers from -127 to 127; and ``heard.s16`` for encoders: 16
bit samples of the mean of all channels, 16,000 a second, the whole or thirty pieces of two seconds of what is longer
than a minute. Run by ``media_reading.py`` in a process of its own: what decodes strangers' bytes may fail, hang or grow
only there, and the web process never loads the library.
"""

import json
import resource
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

sys.path.append(str(Path(__file__).resolve().parents[2]))  # it is started by its path alone

from labelplatform.media_readers.mp3_frames import strip_mp3  # noqa: E402 - see above
from labelplatform.media_readers.ogg_pages import strip_ogg  # noqa: E402
from labelplatform.media_readers.problems import Problem  # noqa: E402

MAX_SECONDS = 3_600
MAX_VALUES = 400_000_000  # of all channels together: an hour of stereo at 48 kHz, or a quarter of one at 192 kHz
MAX_CHANNELS = 8
RATES = (1_000, 384_000)  # a second
HEARD_RATE = 16_000  # a second: higher than 8 kHz hardly anything is that sounds are told apart by
_WHOLE_SECONDS, _PIECES, _PIECE_SECONDS = 60, 30, 2.0
_COLUMNS = 1_200
_ENDLESS = 2**62  # how libsndfile says that it does not know
_AT_ONCE = 4_000_000  # values
_EDGE_SECONDS = 0.05
_SHORT = 400_000  # samples of each channel; about a hundred frames of FLAC
_MEMORY_BYTES = 1024**3
_CPU_SECONDS = 55
_FILE_BYTES = 1024**3
_SIXTEEN_BITS = {"PCM_16", "PCM_U8", "PCM_S8", "ULAW", "ALAW", "IMA_ADPCM", "MS_ADPCM", "G721_32", "GSM610"}
_TWENTY_FOUR_BITS = {"PCM_24", "PCM_32"}
_STRIPPED = {"audio/mpeg": strip_mp3, "audio/ogg": strip_ogg}
_DAMAGED = "The sound is damaged or cut off. Save it anew and try again."


def clean_sound(media_type: str, source: str, target: str) -> dict[str, Any]:
    """Write the sound in ``source`` to ``target`` and tell what it is now. Raises ``Problem``."""
    folder = Path(f"{target}-pages")
    folder.mkdir()
    is_stripped = media_type in _STRIPPED
    if is_stripped:
        Path(target).write_bytes(_STRIPPED[media_type](Path(source).read_bytes()))
    try:
        with soundfile.SoundFile(target if is_stripped else source) as sound:
            _check_header(sound)
            form = "WAV" if sound.frames < _SHORT else "FLAC"
            count = _read(sound, folder, None if is_stripped else _copy_of(sound, target, form))
            _write_heard(sound, count, folder)
            kept_as = media_type if is_stripped else f"audio/{form.lower()}"
            return {"media_type": kept_as, "duration_seconds": round(count / sound.samplerate, 6)}
    except (soundfile.SoundFileError, RuntimeError, ValueError) as error:
        raise Problem(_DAMAGED) from error


def _check_header(sound: soundfile.SoundFile) -> None:
    """What the file says of itself, before anything is unpacked."""
    lowest, highest = RATES
    if not lowest <= sound.samplerate <= highest:
        raise Problem(
            f"The sound has {sound.samplerate:,} samples a second; {lowest:,} to {highest:,} are played here."
        )
    if sound.samplerate > 65_535 and sound.samplerate % 10:
        raise Problem(
            f"The sound has {sound.samplerate:,} samples a second, which few programs can play. Change its rate."
        )
    if sound.channels > MAX_CHANNELS:
        raise Problem(f"The sound has {sound.channels:,} channels; {MAX_CHANNELS} are the most. Mix it down.")
    if sound.frames >= _ENDLESS:
        raise Problem("The sound does not say how long it is. Save it anew and try again.")
    _check_length(sound, sound.frames)


def _check_length(sound: soundfile.SoundFile, count: int) -> None:
    seconds = count / sound.samplerate
    if seconds > MAX_SECONDS:
        raise Problem(f"The sound lasts {seconds / 3600:,.1f} hours; an hour is the most. Split it into several files.")
    if count * sound.channels > MAX_VALUES:
        raise Problem(
            f"The sound is too much for one file: {sound.channels} channels of {sound.samplerate:,} samples a second "
            f"for {seconds / 60:,.0f} minutes. Split it, or lower its sampling rate."
        )


def _copy_of(sound: soundfile.SoundFile, target: str, form: str) -> soundfile.SoundFile:
    """A file to write the same samples to."""
    subtype = "PCM_16" if sound.subtype in _SIXTEEN_BITS else "PCM_24"
    return soundfile.SoundFile(target, "w", sound.samplerate, sound.channels, subtype, format=form)


def _read(sound: soundfile.SoundFile, folder: Path, copy: soundfile.SoundFile | None) -> int:
    """Go through it once: count its samples, find its peaks, and write it to ``copy`` if there is one."""
    lows, highs, count = [], [], 0
    stretch = max(1, min(sound.samplerate // 1_000, sound.frames // _COLUMNS))
    for block in _blocks(sound, stretch):
        count += len(block)
        _check_length(sound, count)
        if copy is not None:
            copy.write(block)
        values = _as_shares(block)
        starts = np.arange(0, len(values), stretch)
        lows.append(np.minimum.reduceat(values.min(axis=1), starts))
        highs.append(np.maximum.reduceat(values.max(axis=1), starts))
    if copy is not None:
        copy.close()
    if not count:
        raise Problem("There is no sound in this file. Save it anew and try again.")
    if sound.format == "FLAC" and count < sound.frames:
        raise Problem(_DAMAGED)
    shown = {"low": _columns(np.concatenate(lows), np.minimum), "high": _columns(np.concatenate(highs), np.maximum)}
    (folder / "waveform.json").write_text(json.dumps(shown, separators=(",", ":")))
    return count


def _blocks(sound: soundfile.SoundFile, stretch: int) -> Iterator[np.ndarray]:
    """All samples, by whole stretches: whole numbers where the file holds such, else made ones of 24 bits."""
    rows = max(1, _AT_ONCE // sound.channels // stretch) * stretch
    dtype = "int16" if sound.subtype in _SIXTEEN_BITS else "int32" if sound.subtype in _TWENTY_FOUR_BITS else "float32"
    while len(block := sound.read(rows, dtype=dtype, always_2d=True)):
        yield _whole_numbers(block) if dtype == "float32" else block


def _whole_numbers(block: np.ndarray) -> np.ndarray:
    """From -1 to 1 as 24 of 32 bits; what is no number is silence, what is louder is as loud as can be."""
    bounded = np.clip(np.nan_to_num(block.astype(np.float64), posinf=1, neginf=-1), -1, 1)
    return np.minimum(np.round(bounded * 2**23), 2**23 - 1).astype(np.int32) << 8


def _as_shares(block: np.ndarray) -> np.ndarray:
    """From -1 to 1."""
    return np.asarray(block.astype(np.float32) / (2**15 if block.dtype == np.int16 else 2**31))


def _columns(values: np.ndarray, extreme: np.ufunc) -> list[int]:
    starts = np.linspace(0, len(values), min(_COLUMNS, len(values)), endpoint=False).astype(np.int64)
    return [int(value) for value in np.round(extreme.reduceat(values, starts) * 127)]


def _write_heard(sound: soundfile.SoundFile, count: int, folder: Path) -> None:
    samples = heard(sound, 0, count, count)
    (folder / "heard.s16").write_bytes(np.round(np.clip(samples, -1, 1) * 32_767).astype("<i2").tobytes())


def heard(sound: soundfile.SoundFile, first: int, last: int, count: int) -> np.ndarray:
    """What encoders hear of the samples from ``first`` to ``last``, of ``count`` in all: the mean of the channels,
    16,000 a second; of what is longer than a minute thirty pieces of two seconds."""
    rate = sound.samplerate
    length = int(_PIECE_SECONDS * rate)
    if last - first <= _WHOLE_SECONDS * rate:
        starts = list(range(first, last, length))
    else:
        starts = [int(start) for start in np.linspace(first, last - length, _PIECES)]
    return np.concatenate([_piece(sound, start, min(start + length, last), count) for start in starts])


def _piece(sound: soundfile.SoundFile, start: int, end: int, count: int) -> np.ndarray:
    """A piece as the mean of its channels, at the rate of what is heard; what lies around it keeps its ends clean."""
    edge = int(_EDGE_SECONDS * sound.samplerate)
    before, after = min(edge, start), min(edge, count - end)
    sound.seek(start - before)
    read = sound.read(before + end - start + after, dtype="float32", always_2d=True)
    mono = np.clip(np.nan_to_num(read.mean(axis=1), posinf=1, neginf=-1), -1, 1)
    padded = np.pad(mono, (edge - before, edge - after), mode="edge")
    n_wanted = max(1, round(len(padded) * HEARD_RATE / sound.samplerate))
    resampled = _resampled(padded, n_wanted)
    first = round(edge * HEARD_RATE / sound.samplerate)
    wanted = max(1, round((end - start) * HEARD_RATE / sound.samplerate))
    return resampled[first : first + wanted]


def _resampled(values: np.ndarray, n_wanted: int) -> np.ndarray:
    """The same vibrations with another number of samples, without those that so few could not tell."""
    spectrum = np.fft.rfft(values)
    fitting = np.zeros(n_wanted // 2 + 1, dtype=spectrum.dtype)
    shared = min(len(spectrum), len(fitting))
    fitting[:shared] = spectrum[:shared]
    return np.asarray(np.fft.irfft(fitting, n_wanted) * (n_wanted / len(values)))


def main(media_type: str, source: str, target: str, *_wishes: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_FILE_BYTES, _FILE_BYTES))
    try:
        told = clean_sound(media_type, source, target)
    except Problem as problem:
        told = {"problem": str(problem)}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
