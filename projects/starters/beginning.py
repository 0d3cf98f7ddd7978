"""Begin from a schema that came from elsewhere."""

import json
from dataclasses import replace

from labelplatform.refusals import Refusal
from projects.schema import Schema, SchemaProblems, parse_schema
from projects.schema.repeated import RepeatedQuestion
from projects.starters import Starter


def begun_with(starter: Starter, text: str) -> Starter:
    """The starter with another schema, given as JSON, and a guideline with a section for each option to be filled in.

    Raises ``Refusal``.
    """
    try:
        schema = parse_schema(json.loads(text))
    except SchemaProblems as error:
        raise Refusal("The schema is not right.", errors=error.as_errors()) from error
    except (ValueError, RecursionError) as error:
        raise Refusal("The schema is no JSON that can be read.") from error
    return replace(
        starter,
        schema=schema.definition(),
        guideline=guideline_frame(schema),
        example="Any text of yours.",
        policies={},
        samples=(),
        sample_files=None,
    )


def guideline_frame(schema: Schema) -> str:
    """Headings for all that people have to decide, without the rules.

    >>> print(guideline_frame(parse_schema({
    ...     "fields": [{"name": "text", "kind": "text"}],
    ...     "questions": [{"name": "spam", "kind": "choice", "title": "Is it spam?", "options": ["yes", "no"]}],
    ... })))
    # Is it spam?
    <BLANKLINE>
    ## yes
    <BLANKLINE>
    ## no
    <BLANKLINE>
    """
    lines: list[str] = []
    for question in schema.questions:
        asked = question.question if isinstance(question, RepeatedQuestion) else question
        options = getattr(asked, "options", ()) or [root.option for root in getattr(asked, "roots", ())]
        lines += [f"# {_line(question.title)}", ""]
        for option in options[:100]:
            lines += [f"## {_line(option.title)}", *([_line(option.help)] if option.help else []), ""]
    return "\n".join(lines)


def _line(text: str) -> str:
    return " ".join(text.split())
