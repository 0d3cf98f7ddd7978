"""Objects out of a joined statement are those that the model itself would load."""

import pytest
from django.db import connection

from labelplatform.joined_rows import Columns
from projects.models import Membership, Project


def read(columns: Columns, where: str, *parameters: int) -> object:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns.sql} FROM {columns.model._meta.db_table} x {where}", parameters)
        return columns.load(iter(cursor.fetchone()))


@pytest.mark.parametrize("model", [Project, Membership])
def test_every_value_is_what_the_model_loads(ada, model):
    loaded = read(Columns(model, "x"), "")
    expected = model.objects.get()
    for field in model._meta.concrete_fields:
        value = getattr(expected, field.attname)
        assert getattr(loaded, field.attname) == value
        assert type(getattr(loaded, field.attname)) is type(value)


def test_what_was_not_read_is_loaded_when_it_is_asked_for(project, django_assert_num_queries):
    loaded = read(Columns(Project, "x", "name", "id"), "WHERE id = %s", project.pk)
    with django_assert_num_queries(0):
        assert (loaded.pk, loaded.name) == (project.pk, project.name)
    expected = Project.objects.get(pk=project.pk).created_at
    with django_assert_num_queries(1):
        assert loaded.created_at == expected


def test_a_name_that_the_model_lacks_is_refused_at_once():
    with pytest.raises(AssertionError, match="Project lacks one of"):
        Columns(Project, "x", "id", "nonsense")
