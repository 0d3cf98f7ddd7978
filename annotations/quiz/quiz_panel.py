"""The quiz on the Guideline page, for those who publish the guideline; and who waits for help with it."""

from django.urls import reverse

from annotations.quiz.quizzes import quiz_in_force, standings
from labelplatform.roles import Capability
from projects.models import Lane, Membership, Stage, Task
from projects.panels import Attention, Panel, Place


def quiz_panel(member: Membership) -> Panel | None:
    """What the quiz asks and how many have passed, failed, or are still to take it."""
    if not member.may(Capability.EDIT_GUIDELINE):
        return None
    quiz = quiz_in_force(member.project)
    gold = Task.objects.filter(project_id=member.project_id, lane=Lane.GOLD, stage=Stage.DONE)
    people = standings(quiz) if quiz else []
    context = {
        "quiz": quiz,
        "n_gold": gold.count(),
        "n_people": len(people),
        "counts": {state: sum(one.state == state for one in people) for state in ("passed", "failed", "open")},
        "is_older": quiz is not None and quiz.guideline.number < member.project.guideline_number,
    }
    return Panel(Place.BELOW, "annotations/_guideline_quiz.html", context)


def failed_quizzes(member: Membership) -> list[Attention]:
    """People who get no tasks because they have no attempt left."""
    quiz = quiz_in_force(member.project) if member.may(Capability.EDIT_GUIDELINE) else None
    failed = sum(one.has_failed for one in standings(quiz)) if quiz else 0
    if not failed:
        return []
    who = "person has" if failed == 1 else "people have"
    url = reverse("annotations:quiz-setup", args=[member.project.slug])
    return [Attention(f"{failed:,} {who} failed the quiz and can do nothing here", url)]
