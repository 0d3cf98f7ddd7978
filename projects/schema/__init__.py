"""What a project shows and asks: fields and questions, parsed from JSON and back. No Django here."""

from projects.schema.definition import Schema, parse_schema
from projects.schema.fields.field import Field
from projects.schema.kinds import field_kinds, question_kinds
from projects.schema.problems import Problem, SchemaProblems
from projects.schema.questions.question import Question

__all__ = ["Field", "Problem", "Question", "Schema", "SchemaProblems", "field_kinds", "parse_schema", "question_kinds"]
