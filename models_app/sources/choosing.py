"""Choose, for each question, which source suggests on labelers' pages: one pointer, and a way back."""

from django.db import transaction

from labelplatform.events.models import Event, record_event
from labelplatform.refusals import Conflict, Refusal
from labelplatform.roles import Capability
from models_app.models import PredictionSource, SuggestionChoice
from projects.history.undoing import CHANGED_SINCE, Events, Undoer, object_of
from projects.models import Membership, Project

# The project's own models, which no source may be called.
BUILTIN = "builtin"


@transaction.atomic
def choose_source(member: Membership, question: str, source: PredictionSource | None) -> SuggestionChoice:
    """From now on this source suggests answers to the question; None puts the project's own model back.

    Raises ``Refusal`` for a question that is none, and ``Conflict`` for a source that has no prediction for it.
    """
    project = Project.objects.select_for_update(no_key=True, of=("self",)).get(pk=member.project_id)
    if question not in member.project.schema.questions_by_name:
        message = f"{question!r:.60} is no question of this project."
        raise Refusal(message, errors=[{"path": "question", "message": message}])
    if source is not None and not source.predictions.filter(question=question).exists():
        raise Conflict(f"“{source}” has predicted nothing for this question yet.")
    ends = member.project.schema.questions_by_name[question].points_into
    if source is not None and ends and not _suggests(project, ends, source):
        raise Conflict(f"What “{source}” says here is about its own answers to “{ends}”: choose it there first.")
    choice, _ = SuggestionChoice.objects.select_related("source").get_or_create(project=project, question=question)
    former = choice.source
    if (former.pk if former else None) == (source.pk if source else None):
        return choice
    choice.source = source
    choice.save(update_fields=["source"])
    record_event(
        actor=member.user,
        verb="chose who suggests",
        object=choice,
        before={"source": former.name if former else BUILTIN},
        after={"source": source.name if source else BUILTIN},
    )
    return choice


def _suggests(project: Project, question: str, source: PredictionSource) -> bool:
    return SuggestionChoice.objects.filter(project=project, question=question, source=source).exists()


def _why_not(member: Membership, events: Events) -> dict[int, str]:
    ids = [object_of(event) for event in events]
    rows = SuggestionChoice.objects.filter(project=member.project_id, pk__in=ids).select_related("source")
    choices = {choice.pk: choice for choice in rows}
    names = set(PredictionSource.objects.of_project(member.project_id).values_list("name", flat=True))
    reasons = {}
    for event in events:
        choice = choices.get(object_of(event))
        now = choice.source.name if choice and choice.source else BUILTIN
        if choice is None or now != event.after["source"]:
            reasons[event.pk] = CHANGED_SINCE
        elif event.before["source"] not in {BUILTIN, *names}:
            reasons[event.pk] = f"The source {event.before['source']} is gone."
    return reasons


def _undo(member: Membership, event: Event) -> None:
    choice = SuggestionChoice.objects.get(pk=object_of(event), project=member.project_id)
    former = PredictionSource.objects.of_project(member.project_id).filter(name=event.before["source"]).first()
    choose_source(member, choice.question, former)


CHOSEN = Undoer(Capability.TRAIN_MODELS, _why_not, _undo)
