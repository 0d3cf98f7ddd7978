"""One row written in one statement."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from labelplatform.accounts.models import User
from labelplatform.upserts import upsert_row

pytestmark = pytest.mark.django_db
COLUMNS = ("email", "name", "password", "is_superuser", "is_active", "joined_at", "preferences")


def write(email, **fields):
    return upsert_row(
        User(email=email, **fields), COLUMNS, unique=("email",), keep=("joined_at",), returning=("id", "name")
    )


def test_a_new_row_is_inserted_with_values_as_the_fields_write_them():
    key, name = write("ben@example.com", name="Ben", preferences={"theme": "dark"})
    user = User.objects.get(pk=key)
    assert (user.name, name, user.preferences, user.is_active) == ("Ben", "Ben", {"theme": "dark"}, True)


def test_a_row_that_is_there_is_overwritten_but_for_what_is_kept():
    before = User.objects.create_user("ben@example.com", name="Ben")
    with CaptureQueriesContext(connection) as captured:
        key, _ = write("ben@example.com", name="Benjamin")
    after = User.objects.get()
    assert (key, after.name, after.joined_at) == (before.pk, "Benjamin", before.joined_at)
    assert len(captured) == 1


def test_another_unique_column_still_refuses():
    with pytest.raises(IntegrityError), transaction.atomic():
        write("BEN@example.com")
