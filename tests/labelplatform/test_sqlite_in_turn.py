"""Writers on SQLite take turns: nobody sleeps while the database is idle, and a turn ends with its transaction."""

import subprocess
import sys
import threading
import time

import pytest
from django.conf import settings
from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction

from labelplatform.accounts.models import User
from tests.factories import make_user

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("sqlite" not in str(settings.DATABASES["default"]["ENGINE"]), reason="about SQLite"),
]


def in_threads(count, work):
    """Run ``work(number)`` in threads with connections of their own; returns what they raised."""
    raised = []

    def run(number):
        try:
            work(number)
        except DatabaseError as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return raised


def test_transactions_of_many_threads_never_overlap_and_all_commit():
    inside = []
    most = []

    def write(number):
        for step in range(5):
            with transaction.atomic():
                inside.append(number)
                most.append(len(inside))
                make_user(f"u{number}-{step}-")
                inside.remove(number)

    assert in_threads(8, write) == []
    assert max(most) == 1
    assert User.objects.count() == 40


@transaction.atomic
def _break_a_constraint():
    User.objects.create(email="UPPER@example.com")


@transaction.atomic
def _fail():
    make_user("rolled back")
    raise ValueError


@pytest.mark.parametrize(("work", "error"), [(_break_a_constraint, IntegrityError), (_fail, ValueError)])
def test_a_transaction_that_fails_gives_its_turn_to_the_next(work, error):
    with pytest.raises(error):
        work()
    assert in_threads(1, lambda number: make_user("next")) == []
    assert [user.name for user in User.objects.all()] == ["next"]


def test_a_connection_that_is_closed_in_a_transaction_ends_its_turn():
    connection.set_autocommit(False)
    make_user("lost")
    connection.close()
    assert in_threads(1, lambda number: make_user("kept")) == []
    assert [user.name for user in User.objects.all()] == ["kept"]


_WRITER = """
import os, sys, time, django
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()
from django.db import transaction
from labelplatform.accounts.models import User
with transaction.atomic():
    User.objects.create_user("killed@example.com")
    print("writing", flush=True)
    time.sleep(60)
"""


def test_a_process_that_is_killed_while_it_writes_gives_way():
    command = [sys.executable, "-c", _WRITER, str(connection.settings_dict["NAME"])]
    with subprocess.Popen(command, cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "writing\n"
        waiting = threading.Thread(target=in_threads, args=(1, lambda number: make_user("patient")))
        waiting.start()
        writer.kill()
        waiting.join(30)
    assert [user.name for user in User.objects.all()] == ["patient"]


def test_who_waits_too_long_is_told(monkeypatch):
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.05)
    started = time.monotonic()
    with transaction.atomic():
        (refused,) = in_threads(1, lambda number: make_user("late"))
    assert isinstance(refused, OperationalError)
    assert time.monotonic() - started < 5
