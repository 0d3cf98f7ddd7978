"""The tokens keep their promise: text is readable and controls are visible on every surface, in both themes."""

import re
from pathlib import Path

import pytest

from projects.schema import SchemaProblems, parse_schema

STYLES = Path(__file__).parents[2] / "frontend" / "styles"
SURFACES = ("canvas", "surface", "raised", "sunken")


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(first: str, second: str) -> float:
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _pairs(text: str) -> dict[str, tuple[str, str]]:
    found = re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", text)
    return {name: (light, dark) for name, light, dark in found}


TOKENS = _pairs((STYLES / "tokens.css").read_text())
OPTIONS = {
    number: _pairs(body)
    for number, body in re.findall(
        r"\.option-colour-(\d+) \{(.*?)\}", (STYLES / "palette.css").read_text(), flags=re.DOTALL
    )
}


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("ground", SURFACES)
def test_every_text_colour_is_readable_on_every_surface(ground, theme):
    for name in ("ink", "ink-soft", "accent", "accent-strong", "good", "warning", "bad"):
        assert _contrast(TOKENS[name][theme], TOKENS[ground][theme]) >= 4.5, (name, ground)
    assert _contrast(TOKENS["line-strong"][theme], TOKENS[ground][theme]) >= 3, ground


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_text_is_readable_on_coloured_grounds(theme):
    grounds = {"accent-soft": "accent-strong", "good-soft": "good", "warning-soft": "warning", "bad-soft": "bad"}
    for ground, colour in grounds.items():
        for text in ("ink", "ink-soft", colour):
            assert _contrast(TOKENS[text][theme], TOKENS[ground][theme]) >= 4.5, (text, ground)
    assert _contrast(TOKENS["on-accent"][theme], TOKENS["accent"][theme]) >= 4.5
    assert _contrast(TOKENS["on-bad"][theme], TOKENS["bad"][theme]) >= 4.5
    assert _contrast(TOKENS["ink"][theme], TOKENS["highlight"][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_all_sixteen_option_colours_keep_contrast(theme):
    assert len(OPTIONS) == 16
    for number, colours in OPTIONS.items():
        assert all(
            _contrast(colours["option"][theme], TOKENS[ground][theme]) >= 3 for ground in ("canvas", "surface")
        ), number
        for ground in (colours["option-soft"], TOKENS["canvas"], TOKENS["surface"], TOKENS["raised"]):
            assert _contrast(colours["option-ink"][theme], ground[theme]) >= 4.5, number
        assert _contrast(TOKENS["ink"][theme], colours["option-soft"][theme]) >= 4.5, number


def test_the_cells_of_a_confusion_picture_are_readable():
    rules = re.findall(
        r"heat-\d \{ background: light-dark\((#\w+), (#\w+)\); color: light-dark\((#\w+), (#\w+)\)",
        (STYLES / "pictures.css").read_text(),
    )
    assert len(rules) == 18
    for light, dark, light_text, dark_text in rules:
        assert min(_contrast(light, light_text), _contrast(dark, dark_text)) >= 4.5


def test_span_tags_and_marks_have_no_colours_but_those_of_the_palette_and_the_tokens():
    text = (STYLES / "spans.css").read_text()
    assert re.findall(r"#[0-9a-f]{3,8}\b|rgb\(", text) == []
    (tag,) = re.findall(r"^\.span-tag \{(.*?)\}", text, flags=re.MULTILINE)
    assert "background: var(--option-soft" in tag
    assert "color: var(--option-ink" in tag
    (mark,) = re.findall(r"^\.span-mark \{(.*?)\}", text, flags=re.MULTILINE)
    assert "solid var(--option," in mark


def test_every_colour_that_can_be_given_to_an_option_is_one_of_the_palette():
    def accepts(colour: int) -> bool:
        options = [{"value": "a", "colour": colour}, "b"]
        question = {"name": "q", "kind": "choice", "options": options}
        try:
            parse_schema({"fields": [{"name": "text", "kind": "text"}], "questions": [question]})
        except SchemaProblems:
            return False
        return True

    accepted = {colour for colour in range(-2, 40) if accepts(colour)}
    assert {str(colour) for colour in accepted - {0}} == set(OPTIONS)
