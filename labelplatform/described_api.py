"""The description of the whole API (OpenAPI), made once: that takes most of a second and is the same for everybody."""

from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator


@cache
def described_api() -> dict[str, Any]:
    """To be read, not changed."""
    described: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return described


class DescribedOnce(SchemaGenerator):
    def get_schema(self, request: Any = None, public: bool = False) -> dict[str, Any]:
        return described_api()
