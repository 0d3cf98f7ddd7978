"""The docs show every kind of question and of field, and the pictures stay small."""

import re

from django.conf import settings

from projects.schema import field_kinds, question_kinds

DOCS = settings.BASE_DIR / "docs"
SHOWN = re.findall(r"!\[[^\]]+\]\((pictures/[\w-]+\.png)\)", (DOCS / "questions.md").read_text())


def test_there_is_a_picture_of_every_kind():
    wanted = [f"question-{kind}" for kind in question_kinds] + [f"field-{kind}" for kind in field_kinds]
    assert [name for name in wanted if f"pictures/{name}.png" not in SHOWN] == []
    assert [path for path in SHOWN if not (DOCS / path).exists()] == []


def test_all_of_them_together_are_less_than_a_megabyte():
    assert sum((DOCS / path).stat().st_size for path in SHOWN) < 1_000_000
