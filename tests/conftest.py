"""What every test may use."""

import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.test import Client, TransactionTestCase

from labelplatform.accounts.models import User
from models_app import prelabeling
from models_app.acceptance import showing
from models_app.sources import suggesting
from projects.models import Membership, Project
from projects.models.project import _parsed
from projects.queueing.places import forget_places
from tests import migrated_database
from tests.emptying import empty_tables
from tests.factories import make_member, make_project, make_user
from tests.signed_in import sign_in_just_now


def pytest_make_parametrize_id(val: Any, argname: str) -> str | None:
    """Name bytes by their argument: archives hold the time, and two processes must collect the same names."""
    return argname if isinstance(val, bytes) else None


# What gives a test the database; pytest-django refuses it to all others.
_GIVES_DATABASE = {"db", "transactional_db", "live_server"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests first: begun last, one process would be busy while the other has nothing left. Tests that
    are given no database, nor a process that they start, are marked so."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)
    for item in items:
        is_given = item.get_closest_marker("django_db") or item.get_closest_marker("whole_site")
        if not is_given and _GIVES_DATABASE.isdisjoint(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.no_database)


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Let Django migrate the file that ``django_db_setup`` has put in place; it goes with the folder of the tests."""
    return connection.vendor == "sqlite"


@pytest.fixture(scope="session")
def _is_migrated(django_db_modify_db_settings: None) -> bool:
    return connection.vendor == "sqlite" and migrated_database.take(Path(connection.settings_dict["TEST"]["NAME"]))


@pytest.fixture(scope="session")
def django_db_setup(_is_migrated: bool, django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """End what a served page's thread or a killed process still holds: PostgreSQL drops no database in use."""
    if connection.vendor == "sqlite" and not _is_migrated:
        with django_db_blocker.unblock():
            migrated_database.keep()
    yield
    if connection.vendor != "postgresql":
        return
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    cache.clear()
    forget_places()
    _parsed.clear()  # a rolled back test gives its primary keys back
    prelabeling.forget()
    suggesting.forget()
    showing.forget()


@pytest.fixture
def no_assets() -> None:
    """A rolled back test gives its project's number back, but not its files."""
    shutil.rmtree(settings.DATA_DIR / "assets", ignore_errors=True)


@pytest.fixture
def project(db: None) -> Project:
    return make_project()


@pytest.fixture
def ada(project: Project) -> Membership:
    """Manages the project."""
    return make_member(project, "admin", make_user("ada"))


@pytest.fixture
def ben(project: Project) -> Membership:
    """Annotates in the project."""
    return make_member(project, "annotator", make_user("ben"))


@pytest.fixture
def rae(project: Project) -> Membership:
    """Reviews in the project."""
    return make_member(project, "reviewer", make_user("rae"))


@pytest.fixture
def eve(db: None) -> Membership:
    """Administers a project of her own and must never see ours."""
    return make_member(make_project("Eve's"), "admin", make_user("eve"))


class ApiClient(Client):
    """Django's test client that speaks JSON to the API as one user."""

    def __init__(self, user: User | None = None) -> None:
        super().__init__()
        if user is not None:
            sign_in_just_now(self, user)

    def send(self, path: str, data: Any = None, **extra: Any) -> Any:
        return super().post(f"/api/v1/{path}", data or {}, content_type="application/json", **extra)

    def read(self, path: str, **extra: Any) -> Any:
        return super().get(f"/api/v1/{path}", **extra)

    def next_task(self, project: Project, *holding: int) -> Any:
        return self.send(f"projects/{project.slug}/queue/next/", {"holding": list(holding)}).json()

    def answer(self, task_id: int, answers: dict[str, Any], **body: Any) -> Any:
        return self.send(f"tasks/{task_id}/annotations/", {"key": str(uuid.uuid4()), "answers": answers, **body})


@pytest.fixture
def api() -> Callable[[User | None], ApiClient]:
    return ApiClient


def _empty_patiently(self: TransactionTestCase) -> None:
    """Empty the tables again where a request of a page that has just closed still held one of them."""
    for _ in range(5):
        try:
            empty_tables()
        except DatabaseError:
            connection.close()
        else:
            return
    empty_tables()


setattr(TransactionTestCase, "_fixture_teardown", _empty_patiently)  # noqa: B010 - the type stubs do not know it
