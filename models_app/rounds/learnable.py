"""Which questions of a project machines can learn, what they need to know about them, and why others cannot be."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from labelplatform.jobs.running import JobFailed, JobRun
from models_app.registries import media_encoders, question_models, region_encoders
from projects.models import Project
from projects.schema.fields.field import Field
from projects.schema.questions.question import Question

# Kinds whose models go by more than a task's row; known here, for the web process loads no model.
_READING = frozenset({"spans", "relations", "text", "ranking", "preference", "repeated", "date", "chains"})
# Kinds of regions that are named where they are given: where there are any is not learned.
_NAMING = frozenset({"boxes", "segments"})
# Kinds that are learned when they are asked about each part of a task.
_LEARNED_PER_PART = frozenset({"choice", "choices", "taxonomy", "rating", "number"})


@dataclass(frozen=True)
class LearnableQuestion:
    """A question as learning sees it, with the field it is about."""

    asked: Question
    about: Field

    @property
    def name(self) -> str:
        return self.asked.name

    @property
    def kind(self) -> str:
        return self.asked.kind

    @property
    def field(self) -> str:
        return self.about.name

    @property
    def options(self) -> tuple[str, ...]:
        """The values that can be answered now, in order; none where no list is asked about."""
        return tuple(getattr(self.asked.single, "open_values", ()))

    @property
    def needs_two_values(self) -> bool:
        """Whether a model can only be made once two different answers have been given."""
        return self.kind in {"choice", "rating"}

    @property
    def reads_tasks(self) -> bool:
        """Whether its model reads tasks one by one, so that it answers only for those that may be asked soon."""
        return self.kind in _READING or self.kind in _NAMING

    @property
    def names_given(self) -> str:
        """What its model gives names to, where somebody else must say where it is; empty for other kinds."""
        return self.asked.label.lower() if self.kind in _NAMING else ""

    @property
    def is_told_at_a_glance(self) -> bool:
        """Whether an answer can stand beside another task as its label: not marks, orders, or answers part by part."""
        return not self.reads_tasks or self.kind == "text"

    def is_current(self, answer: Any) -> bool:
        """Whether all options of an answer can still be given. One about no part at all says nothing."""
        if answer == {}:
            return False
        open_values = set(self.options)
        return not open_values or open_values.issuperset(self.asked.options_in(answer))


@dataclass(frozen=True)
class Unlearnable:
    """A question that no model answers, and why."""

    question: Question
    reason: str


def project_of(run: JobRun) -> Project:
    """The project of a job, with its schema."""
    if run.job.project_id is None:
        raise JobFailed("This job belongs to no project.")
    return Project.objects.select_related("schema_version").get(pk=run.job.project_id)


def learnable_questions(project: Project) -> list[LearnableQuestion]:
    """The questions that a registered model can answer, in the order of the schema."""
    return [found for found in _looked_at(project) if isinstance(found, LearnableQuestion)]


def unlearnable_questions(project: Project) -> list[Unlearnable]:
    """The others."""
    return [found for found in _looked_at(project) if isinstance(found, Unlearnable)]


def _looked_at(project: Project) -> Iterable[LearnableQuestion | Unlearnable]:
    fields = project.schema.fields_by_name
    for question in project.schema.questions:
        reason = _why_not(question, fields[question.on])
        yield Unlearnable(question, reason) if reason else LearnableQuestion(question, fields[question.on])


def _why_not(question: Question, field: Field) -> str:
    """Why no model answers it; empty where one can."""
    kind = question.single.kind
    if question.kind not in question_models:
        return f"No model learns questions of the kind {kind}."
    if question.single is not question and kind not in _LEARNED_PER_PART:
        learned = ", ".join(sorted(_LEARNED_PER_PART))
        return f"Asked about each part of a task, the kind {kind} is not learned; these are: {learned}."
    if question.kind in _READING and field.kind in media_encoders:
        return "Its model reads texts, and goes by nothing that a file shows."
    if question.kind in _NAMING and field.kind not in region_encoders:
        return f"No model looks at parts of the kind {field.kind}."
    if getattr(question.single, "many", False):
        return "Several places in the tree can be chosen; a model chooses one."
    return ""
