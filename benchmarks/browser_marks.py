"""Spans that a real browser marks in texts, by the labeling page's own code."""

import random
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parent.parent
_BATCH = 1_000


def mark_texts(page: Page, texts: Sequence[str], *, seed: int = 7) -> Iterator[dict[str, Any]]:
    """For each text ``{"shown", "spans"}``: what the document holds, and spans in wire format."""
    page.set_content("<!doctype html><body></body>")
    page.evaluate(_bundle())
    randomness = random.Random(seed)
    for start in range(0, len(texts), _BATCH):
        batch = list(texts[start : start + _BATCH])
        numbers = [randomness.random() for _ in range(9 * len(batch))]
        yield from page.evaluate("([texts, numbers]) => markTexts(texts, numbers)", [batch, numbers])


def _bundle() -> str:
    (esbuild,) = (ROOT / "node_modules" / "@esbuild").glob("*/bin/esbuild")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "offsets.js"
        page = ROOT / "benchmarks" / "offsets_page.js"
        command = [str(esbuild), str(page), "--bundle", "--format=iife", f"--outfile={path}"]
        subprocess.run(command, check=True, capture_output=True)
        return path.read_text()
