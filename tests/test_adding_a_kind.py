"""The worked example of docs/adding-a-kind.md, really added to a copy of the project."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import migrated_database

ROOT = Path(__file__).parent.parent
BLOCK = re.compile(r"^```(?:python|js)\n(?:#|//) (?P<path>\S+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
MADE_BY_SET_UP = (".venv", "node_modules")
NOT_COPIED = (*MADE_BY_SET_UP, "build", "var", ".git", ".*_cache", "__pycache__", ".hypothesis", "benchmarks")

OF_THE_OUTER_RUN = ("PYTEST_", "DATABASE_", "REDIS_")


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The project as it stands, with what set-up has made."""
    copy = tmp_path / "project"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*NOT_COPIED))
    for name in MADE_BY_SET_UP:
        (copy / name).symlink_to((ROOT / name).resolve())
    if migrated_database.FOLDER.exists():
        shutil.copytree(migrated_database.FOLDER, copy / migrated_database.FOLDER.relative_to(ROOT))
    return copy


@pytest.mark.slow
def test_the_blocks_of_the_page_make_a_kind_that_works(copied: Path) -> None:
    blocks = BLOCK.findall((copied / "docs" / "adding-a-kind.md").read_text())
    assert len(blocks) <= 1 + 4
    for path, text in blocks:
        file = copied / path
        before = file.read_text() if file.exists() else ""
        file.write_text(before + text)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(OF_THE_OUTER_RUN)}
    for command in (["bootstrap.py", "assets"], ["-m", "pytest", "--quiet", "tests/browser/test_best_worst.py"]):
        ran = subprocess.run(
            [sys.executable, *command], cwd=copied, env=environment, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
