"""Build a semantic table once for the site: fetch a sentence model, run every word piece through it, keep 16 MB.

It takes about half a minute of one processor and gives way whenever another job waits. A killed run goes on where
it was; the download and what lies between are deleted with its end. Where full sentences are to be read the model
itself is kept instead, at half its size.
"""

import hashlib
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from django.conf import settings
from django.db import transaction
from threadpoolctl import threadpool_limits

from labelplatform.jobs.models import Job, JobState
from labelplatform.jobs.running import JobFailed, JobRun, JobStopped
from models_app.encoders.distilling import N_COMPONENTS, distil
from models_app.encoders.sentence_model import (
    PIECES_FILE,
    POOLING_FILE,
    WEIGHTS_FILE,
    SentenceModel,
    read_sentence_model,
)
from models_app.encoders.sentences import MOST_PIECES
from models_app.meanings import standard_model
from models_app.meanings.semantic_tables import BUILD, is_package
from models_app.meanings.sentence_packages import DownloadFailed, download, file_digest, unpack
from models_app.meanings.table_files import save_sentences, save_table
from models_app.models import SemanticTable
from models_app.versions.storage import tables_folder

_RECIPE = f"pieces alone, {N_COMPONENTS} components, rank weights"
_SENTENCES_RECIPE = f"full sentences, {MOST_PIECES} pieces"
_PIECES_AT_ONCE = 256
_GIVE_WAY_AFTER_SECONDS = 2.0
_MEGABYTE = 1_000_000
_ON_WITHOUT = "Learning goes on with the topics that words form; try again on the page “Word meanings”."


def build_semantic_table(run: JobRun) -> None:
    """Job kind: build the table of ``source``, a package ``name==version`` or a folder below DATA_DIR/models."""
    building = Building(
        run, run.params.get("source", standard_model.PACKAGE), bool(run.params.get("reads_sentences", False))
    )
    try:
        _delete_left_over(keep=building.folder)
        building.go_on()
    except (DownloadFailed, ValueError, OSError) as problem:
        shutil.rmtree(building.folder, ignore_errors=True)
        raise JobFailed(f"{problem} {_ON_WITHOUT}") from problem
    except JobStopped:
        if Job.objects.filter(pk=run.job.pk, cancel_requested=True).exists():  # else another worker goes on with it
            shutil.rmtree(building.folder, ignore_errors=True)
        raise


@dataclass
class Building:
    """One table in the making, in a folder of its own until it is done."""

    run: JobRun
    source: str
    reads_sentences: bool

    @property
    def folder(self) -> Path:
        return tables_folder() / f"building-{self.run.job.pk}"

    def go_on(self) -> None:
        """One slice: fetch the model, or run as many pieces through it as there is time for, and in the end distil."""
        if not self.run.cursor.get("fetched"):
            self._fetch()
            return
        with threadpool_limits(limits=1):
            model = read_sentence_model(self.folder)
            if self.reads_sentences:
                self._keep(model, model.width, save_sentences(model))
                return
            vectors = self._vectors(model)
            if vectors is not None:
                self.run.advance(message="Writing the table")
                table = distil(np.asarray(vectors), model.pieces)
                self._keep(model, table.n_components, save_table(table))

    def _fetch(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        if is_package(self.source):
            self.run.advance(message=f"Fetching {self.source} from the package index")

            def tell(n_bytes: int) -> None:
                self.run.advance(message=f"Fetching {self.source}: {n_bytes // _MEGABYTE} MB")

            download(self.source, self.folder, while_waiting=tell)
            self.run.advance(message="Checking what was fetched")
            unpack(self.source, self.folder)
        else:
            self._copy(settings.DATA_DIR / "models" / self.source)
        n_pieces = len(read_sentence_model(self.folder).pieces)
        self.run.advance(cursor={"fetched": True}, done=0, total=n_pieces, message="Reading word pieces")

    def _copy(self, model: Path) -> None:
        if not model.is_dir():
            raise ValueError(f"There is no folder {self.source} in {model.parent}.")
        self.run.advance(message=f"Reading the model in {model}")
        self.folder.mkdir(parents=True)
        for path in model.iterdir():
            if path.is_file() and path.suffix in {".json", ".safetensors"}:
                shutil.copyfile(path, self.folder / path.name)
        if (model / POOLING_FILE).is_file():
            (self.folder / POOLING_FILE).parent.mkdir()
            shutil.copyfile(model / POOLING_FILE, self.folder / POOLING_FILE)

    def _vectors(self, model: SentenceModel) -> np.ndarray | None:
        """The vectors of all pieces; None when others wait and some are still missing."""
        begun_at = time.monotonic()
        shape = (len(model.pieces), model.width)
        path = self.folder / "vectors"
        done = self.run.job.done if path.exists() else 0
        vectors = np.memmap(path, dtype=np.float32, mode="r+" if path.exists() else "w+", shape=shape)
        while done < shape[0]:
            numbers = np.arange(done, min(done + _PIECES_AT_ONCE, shape[0]))
            vectors[numbers] = model.vectors_of(numbers)
            vectors.flush()
            done += len(numbers)
            self.run.advance(done=done, message="Reading word pieces")
            if self.run.time_is_up() or (time.monotonic() - begun_at > _GIVE_WAY_AFTER_SECONDS and self._others_wait()):
                return None
        return vectors

    def _keep(self, model: SentenceModel, n_components: int, file: tuple[str, str]) -> None:
        fingerprint = self._fingerprint(model)
        file_name, digest = file
        name = standard_model.NAME if self.source == standard_model.PACKAGE else self.source[:80]
        is_first = not self.reads_sentences and not SemanticTable.objects.filter(reads_sentences=False).exists()
        n_pieces = len(model.pieces)
        with transaction.atomic():
            row, _ = SemanticTable.objects.update_or_create(
                fingerprint=fingerprint,
                defaults={"file_name": file_name, "digest": digest},
                create_defaults={
                    "name": name,
                    "source": self.source,
                    "file_name": file_name,
                    "digest": digest,
                    "n_pieces": n_pieces,
                    "n_components": n_components,
                    "reads_sentences": self.reads_sentences,
                    "is_automatic": is_first,
                },
            )
            what = "full sentences" if self.reads_sentences else f"what {row.n_pieces:,} word pieces mean"
            self.run.finish(done=n_pieces, message=f"{row.name}: {what}.")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _fingerprint(self, model: SentenceModel) -> str:
        parts = [file_digest(self.folder / name) for name in (WEIGHTS_FILE, PIECES_FILE)]
        of_sentences = [_SENTENCES_RECIPE, "first mark" if model.takes_first else "mean"]
        parts += of_sentences if self.reads_sentences else [_RECIPE]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def _others_wait(self) -> bool:
        return Job.objects.filter(state=JobState.QUEUED).exclude(kind=BUILD).exists()


def _delete_left_over(*, keep: Path) -> None:
    """Folders of runs that were cancelled between two slices, and tables that no row names any more."""
    named = set(SemanticTable.objects.values_list("file_name", flat=True))
    for path in tables_folder().glob("*"):
        if path.is_dir() and path != keep:
            shutil.rmtree(path, ignore_errors=True)
        elif path.is_file() and path.name not in named:
            path.unlink(missing_ok=True)
