"""What a team left behind, recounted from first principles."""

from typing import Any

from django.db.models import Count, Q

from annotations.conclusions.recount import recount_project
from annotations.models import Annotation, AnnotationRevision, Review
from benchmarks.inside.project import SLUG
from projects.models import Project, Stage, Task


def recount() -> dict[str, Any]:
    project = Project.objects.select_related("schema_version").get(slug=SLUG)
    tasks = Task.objects.filter(project=project)
    opinions = tasks.annotate(given=Count("annotations", filter=Q(annotations__status="submitted")))
    # where the majority is split and nobody reviewed, people disagree and no label is concluded
    settled = tasks.filter(stage=Stage.DONE, review_levels__gt=0).annotate(labels=Count("final_labels"))
    return {
        "not_done": tasks.exclude(stage=Stage.DONE).count(),
        "wrong_opinions": opinions.exclude(given=project.overlap).count(),
        "wrong_labels": settled.exclude(labels=len(project.schema.questions)).count(),
        "answers": Annotation.objects.filter(project=project, status="submitted").count(),
        "changes": AnnotationRevision.objects.filter(annotation__project=project, kind="changed").count(),
        "reviews": Review.objects.filter(project=project).count(),
        "differences": sum(1 for _ in recount_project(project)),
    }
