"""Offsets: hostile texts go from a real browser over the API and an export into another project, and nothing moves."""

import http.client
import json
import os
import shutil
import time
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from benchmarks.browser_marks import mark_texts
from benchmarks.figures import Figure
from benchmarks.hostile_texts import hostile_texts
from benchmarks.site import BenchmarkFailed, Served, Site
from benchmarks.workbench import FLAGS, find_chromium

_TEXTS = int(os.environ.get("BENCH_OFFSET_TEXTS", "100000"))
_CONNECTIONS = 4
_CSRF = "a" * 32


def measure() -> list[Figure]:
    begun = time.monotonic()
    with Site("") as site:
        sent = site.folder / "sent.jsonl"
        moved = _mark(sent)
        session = site.inside("offsets.make_project", slug="offsets")["session"]
        _import(site, "offsets", _as_tasks(sent))
        ids = site.folder / "ids.json"
        site.inside("offsets.write_task_ids", slug="offsets", path=str(ids))
        with site.served() as served:
            refused = _send(served, session, sent, json.loads(ids.read_text()))
        differences = {"stored": site.inside("offsets.compare_stored", slug="offsets", sent=str(sent))["differences"]}
        for format_name in ("jsonl", "csv"):
            file = _export(site, format_name)
            site.inside("offsets.make_project", slug=format_name)
            _import(site, format_name, file, labels="answers")
            ran = site.inside("offsets.compare_stored", slug=format_name, sent=str(sent))
            differences[f"after {format_name}"] = ran["differences"]
    what = f"offsets, {_TEXTS:,} texts"
    return [
        Figure(f"{what}, moved by the browser", moved, "texts", 0),
        Figure(f"{what}, refused by the API", refused, "texts", 0),
        *(Figure(f"{what}, other when {name}", count, "texts", 0) for name, count in differences.items()),
        Figure(f"{what}, there and back", round(time.monotonic() - begun), "s"),
    ]


def _mark(path: Path) -> int:
    """Write each text with the spans that the browser marked; returns in how many it shows, or counts, other ones."""
    texts = list(hostile_texts(_TEXTS))
    moved = 0
    with sync_playwright() as playwright, path.open("w", encoding="utf-8") as file:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        for number, (text, marked) in enumerate(zip(texts, mark_texts(browser.new_page(), texts), strict=True)):
            spans = in_order(marked["spans"])
            moved += marked["shown"] != text or not all(is_quoted(text, span) for span in spans)
            file.write(json.dumps({"external_id": f"o-{number}", "text": text, "spans": spans}) + "\n")
        browser.close()
    return moved


def is_quoted(text: str, span: dict[str, Any]) -> bool:
    """Whether the places of a span, counted by Python in code points, hold what the browser quoted."""
    return all(text[part["start"] : part["end"]] == part["text"] != "" for part in span["parts"])


def in_order(spans: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """As the server stores them: by place, then by the order of the labels."""
    labels = ["one", "two", "three"]
    return sorted(
        spans, key=lambda one: ([(part["start"], part["end"]) for part in one["parts"]], labels.index(one["label"]))
    )


def _as_tasks(sent: Path) -> Path:
    """The texts alone, as a file to import."""
    path = sent.with_name("tasks.jsonl")
    with path.open("w", encoding="utf-8") as file:
        for one in _lines(sent):
            file.write(json.dumps({"external_id": one["external_id"], "text": one["text"]}) + "\n")
    return path


def _import(site: Site, slug: str, file: Path, labels: str = "") -> None:
    job = site.inside("jobs.enqueue_import", path=str(file), slug=slug, labels=labels)["job"]
    site.inside("jobs.run_job", job=job)


def _export(site: Site, format_name: str) -> Path:
    job = site.inside("jobs.enqueue_export", format_name=format_name, slug="offsets")["job"]
    site.inside("jobs.run_job", job=job)
    (file,) = (site.folder / "var" / "exports").glob("*")
    target = site.folder / f"exported.{format_name}"
    shutil.move(file, target)
    return target


def _send(served: Served, session: str, sent: Path, ids: dict[str, int]) -> int:
    """Submit every answer over HTTP, on some connections at once; returns how many were refused."""
    bodies = [(ids[one["external_id"]], one["spans"]) for one in _lines(sent)]
    shares = [bodies[start::_CONNECTIONS] for start in range(_CONNECTIONS)]
    with ThreadPoolExecutor(_CONNECTIONS) as pool:
        return sum(pool.map(lambda share: _send_share(served, session, share), shares))


def _send_share(served: Served, session: str, share: Sequence[tuple[int, Any]]) -> int:
    connection = http.client.HTTPConnection(served.host, served.port, timeout=60)
    cookie = f"sessionid={session}; csrftoken={_CSRF}"
    headers = {"Cookie": cookie, "X-CSRFToken": _CSRF, "Content-Type": "application/json"}
    refused = 0
    for task_id, spans in share:
        body = {"key": str(uuid.uuid4()), "answers": {"parts": spans}, "submit": True}
        connection.request("POST", f"/api/v1/tasks/{task_id}/annotations/", json.dumps(body), headers)
        response = connection.getresponse()
        content = response.read()
        if response.status >= 500:
            raise BenchmarkFailed(f"{response.status}: {content[:500]!r}")
        refused += response.status != 201
    return refused


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)
