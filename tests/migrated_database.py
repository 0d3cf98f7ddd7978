"""The empty SQLite database after all migrations, kept for the next run of tests.

Migrating costs each process ten seconds; copying the file costs none. The copy is named by what the migrations are, so
that one changed letter makes it anew, and ``migrate`` still runs over it, with nothing left to do. Databases made for
``manage.py up`` begin empty, and PostgreSQL migrates in every run.
"""

import hashlib
import os
import shutil
import sqlite3
from contextlib import closing
from importlib import import_module
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

FOLDER = Path(settings.BASE_DIR, ".pytest_cache", "migrated")


def kept_copy() -> Path:
    """Where the database of just these migrations lies, or would lie."""
    digest = hashlib.sha256(f"{django.get_version()} {sqlite3.sqlite_version}".encode())
    for app in sorted(apps.get_app_configs(), key=lambda app: app.label):
        name, _ = MigrationLoader.migrations_module(app.label)
        if name is None or not Path(app.path, "migrations").is_dir():
            continue
        for path in sorted(Path(str(import_module(name).__file__)).parent.glob("*.py")):
            digest.update(f"\0{app.label}/{path.name}\0".encode() + path.read_bytes())
    return FOLDER / f"{digest.hexdigest()[:24]}.sqlite3"


def take(database: Path) -> bool:
    """Begin with the kept copy; tells whether there is one."""
    try:
        shutil.copyfile(kept_copy(), database)
    except FileNotFoundError:
        return False
    return True


def keep() -> None:
    """Keep a copy of the database as it is now, in place of those of older migrations."""
    kept = kept_copy()
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.sqlite3"):
        if old != kept:
            old.unlink(missing_ok=True)
    unfinished = FOLDER / f"{kept.stem}.{os.getpid()}"
    with closing(sqlite3.connect(unfinished)) as copy:
        connection.ensure_connection()
        connection.connection.backup(copy)
    unfinished.replace(kept)
