"""What keeps a member from more answers today."""

from django.db.models import Exists, OuterRef

from annotations.models import Annotation, AnnotationStatus
from labelplatform.week import day_start
from projects.models import Assignment, AssignmentSource, Membership
from projects.queueing.holds import Hold


def daily_limit_hold(member: Membership) -> Hold | None:
    """Some may give only so many answers a day, from midnight UTC; what they hold will be answers, too.

    Answers that an import brought were not given today.
    """
    limit = member.daily_limit
    if limit is None:
        return None
    own = {"project_id": member.project_id}
    today = Annotation.objects.filter(
        **own, author_id=member.user_id, status=AnnotationStatus.SUBMITTED, submitted_at__gte=day_start()
    )
    imported = Assignment.objects.filter(
        task=OuterRef("task"), user=member.user_id, purpose="annotate", round=1, source=AssignmentSource.IMPORT
    )
    answered = today.filter(~Exists(imported)).count()
    if answered >= limit:
        message = f"You have reached your limit of {limit:,} answers a day here. It begins anew at 0:00 UTC."
        return Hold("daily_limit", message)
    held = Assignment.objects.filter(**own, user_id=member.user_id, purpose="annotate").leased().count()
    if answered + held < limit:
        return None
    return Hold("daily_limit", f"With what you hold you reach your limit of {limit:,} answers a day here.")
