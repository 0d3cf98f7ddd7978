"""Which questions of a project machines can learn, and what they need to know about them."""

from dataclasses import dataclass

from labelplatform.jobs.running import JobFailed, JobRun
from models_app.registries import question_learners
from projects.models import Project
from projects.schema.questions.choice import ChoiceQuestion


@dataclass(frozen=True)
class LearnableQuestion:
    """A question as learning sees it; ``options`` are the values that can be answered now, in order."""

    name: str
    field: str
    learner: str
    options: tuple[str, ...]


def learnable_choice(question: ChoiceQuestion) -> LearnableQuestion:
    return LearnableQuestion(question.name, question.on, "logistic", question.open_values)


def project_of(run: JobRun) -> Project:
    """The project of a job, with its schema."""
    if run.job.project_id is None:
        raise JobFailed("This job belongs to no project.")
    return Project.objects.select_related("schema_version").get(pk=run.job.project_id)


def learnable_questions(project: Project) -> list[LearnableQuestion]:
    """The questions that a registered learner can answer, in the order of the schema."""
    questions = project.schema.questions
    return [
        question_learners.get(question.kind)(question) for question in questions if question.kind in question_learners
    ]
