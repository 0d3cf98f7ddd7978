"""Objects out of a joined statement that is written out once: for reads so frequent that composing their SQL anew each
time would cost more than the database takes."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Model
from django.db.models.expressions import Col

M = TypeVar("M", bound=Model)


class Columns(Generic[M]):
    """The columns of one table in a statement, and the way from their values to an object.

    Without names all columns are read. Others are loaded by the object itself once somebody asks for them.
    """

    def __init__(self, model: type[M], alias: str, *names: str) -> None:
        self.model = model
        # in the order in which the model has them, as ``from_db`` wants their values
        fields = [field for field in model._meta.concrete_fields if not names or field.attname in names]
        assert not names or len(fields) == len(names), f"{model.__name__} lacks one of {names}."
        self.names = [field.attname for field in fields]
        self.sql = ", ".join(f'{alias}."{field.column}"' for field in fields)
        self._columns = [Col(alias, field) for field in fields]

    @cached_property
    def _converters(self) -> list[tuple[int, Col, list[Any]]]:
        """What makes a value of the database one of the model (dates and JSON on SQLite), by place."""
        found = (
            (place, column, [*connection.ops.get_db_converters(column), *column.get_db_converters(connection)])
            for place, column in enumerate(self._columns)
        )
        return [each for each in found if each[2]]

    def load(self, values: Iterator[Any]) -> M:
        """Take as many values as there are columns. What an outer join did not find has a primary key of None."""
        row = [next(values) for _ in self.names]
        for place, column, converters in self._converters:
            for convert in converters:
                row[place] = convert(row[place], column, connection)
        return self.model.from_db(connection.alias, self.names, row)
