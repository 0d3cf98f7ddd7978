"""Forms of sources: what a kind must know as inputs, and the options that a sent form means."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models_app.models import SourceKind
from models_app.sources.setting_up import FIELDS, OptionField
from models_app.sources.votes import ballot_of, is_voted_on
from projects.models import Project

FUNCTION_KINDS = {
    "keyword": "Words or phrases, one a line",
    "regex": "A regular expression (RE2)",
    "dictionary": "word = option, one a line",
    "source": "What another source says",
}
# What stands before an option that a function votes against, in the form.
AGAINST = "not:"
_BLANK_ROWS = 2
# A list to choose from stands in each row; of more options than these their values are written.
MOST_LISTED, MOST_SUGGESTED = 200, 2_000


@dataclass(frozen=True)
class VotedQuestion:
    """A question that functions may vote on; ``aims`` are what a row can be for or against, by value and title."""

    name: str
    title: str
    aims: Sequence[tuple[str, str]]


def voted_questions(project: Project) -> list[VotedQuestion]:
    found: list[VotedQuestion] = []
    for question in project.schema.questions:
        if is_voted_on(question):
            ballot = ballot_of(question)
            options = ballot.options()
            against = (
                [(f"{AGAINST}{value}", f"not: {title}") for value, title in options] if ballot.takes_against else []
            )
            found.append(VotedQuestion(question.name, question.title, [*options, *against]))
    return found


def options_to_write(questions: Sequence[VotedQuestion]) -> list[tuple[str, str]]:
    """The options to write, where there are too many for a list in each row; the first of them help."""
    aims = [aim for question in questions for aim in question.aims]
    return aims[:MOST_SUGGESTED] if len(aims) > MOST_LISTED else []


@dataclass(frozen=True)
class Input:
    """One input with its value and what is wrong with it."""

    field: OptionField
    value: Any
    problem: str = ""
    choices: Sequence[tuple[str, str, bool]] = ()


@dataclass(frozen=True)
class FunctionRow:
    """One labeling function as its row of the editor holds it; ``what`` is text in the form of its kind."""

    number: int
    name: str = ""
    kind: str = "keyword"
    option: str = ""
    what: str = ""
    problem: str = ""


def inputs_of(
    project: Project, kind: str, options: Mapping[str, Any], errors: Sequence[Mapping[str, str]] = ()
) -> list[Input]:
    """The inputs of a kind, filled with ``options``."""
    problems = {error["path"].removeprefix("options."): error["message"] for error in errors}
    return [
        Input(
            field,
            options.get(field.name, field.default),
            problems.get(field.name, ""),
            _choices(project, options.get(field.name) or []) if field.control == "questions" else (),
        )
        for field in FIELDS[kind]
    ]


def options_of(kind: str, form: Any) -> dict[str, Any]:
    """What a sent form means; what is no number stays text, for the operation to refuse."""
    if kind == SourceKind.FUNCTIONS:
        return {"question": form.get("question", ""), "functions": functions_of(form)}
    return {field.name: _value(field, form) for field in FIELDS[kind]}


def _value(field: OptionField, form: Any) -> Any:
    if field.control == "flag":
        return field.name in form
    if field.control == "questions":
        return form.getlist(field.name)
    text = form.get(field.name, "").strip()
    if field.control != "number":
        return text
    if not text:
        return field.default
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return text


def whole_number(text: str) -> int:
    """A number as somebody wrote it; what is none is 0, for the operation to refuse."""
    return int(text[:9]) if text.isascii() and text.isdecimal() else 0


def _choices(project: Project, chosen: Sequence[str]) -> list[tuple[str, str, bool]]:
    fields = project.schema.fields_by_name
    shown = [one for one in project.schema.questions if fields[one.on].shown == "all"]
    return [(one.name, one.title, not chosen or one.name in chosen) for one in shown]


def functions_of(form: Any) -> list[dict[str, Any]]:
    """The functions of a sent form; rows that look for nothing are left out."""
    numbers = sorted(
        int(key[5:]) for key in form if key.startswith("what-") and key[5:].isascii() and key[5:].isdecimal()
    )
    rows = [
        FunctionRow(
            number,
            form.get(f"name-{number}", "").strip(),
            form.get(f"kind-{number}", "keyword"),
            form.get(f"option-{number}", ""),
            form.get(f"what-{number}", ""),
        )
        for number in numbers[:200]
    ]
    return [_function(row) for row in rows if row.what.strip()]


def _function(row: FunctionRow) -> dict[str, Any]:
    lines = [line.strip() for line in row.what.splitlines() if line.strip()]
    made: dict[str, Any] = {"name": row.name or lines[0][:60], "kind": row.kind}
    if row.kind == "dictionary":
        pairs = (line.rpartition("=") for line in lines)
        return {**made, "entries": {word.strip() or value: value.strip() for word, _, value in pairs}}
    if row.kind == "source":
        return {**made, "source": lines[0]}
    option = row.option.removeprefix(AGAINST)
    aim: dict[str, Any] = {"option": option, **({"against": True} if option != row.option else {})}
    if row.kind == "regex":
        return {**made, **aim, "pattern": row.what.strip()}
    return {**made, **aim, "words": lines}


def function_rows(functions: Any, errors: Sequence[Mapping[str, str]] = ()) -> list[FunctionRow]:
    """The rows of the editor, some blank ones at the end."""
    functions = functions if isinstance(functions, list) else []
    problems: dict[int, str] = {}
    for error in errors:
        place = error["path"].removeprefix("options.functions.").split(".")[0]
        if place.isdecimal():
            problems.setdefault(int(place), error["message"])
    rows = [
        FunctionRow(number, one["name"], one["kind"], _aim(one), _what(one), problems.get(number, ""))
        for number, one in enumerate(functions)
    ]
    return [*rows, *(FunctionRow(len(rows) + more) for more in range(_BLANK_ROWS))]


def _aim(function: Mapping[str, Any]) -> str:
    return f"{AGAINST if function.get('against') else ''}{function.get('option', '')}"


def _what(function: Mapping[str, Any]) -> str:
    if function["kind"] == "dictionary":
        return "\n".join(f"{word} = {option}" for word, option in function["entries"].items())
    if function["kind"] == "keyword":
        return "\n".join(function["words"])
    return str(function.get("pattern") or function.get("source") or "")
