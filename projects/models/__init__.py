"""What is to be labeled, under which rules, by whom."""

from projects.models.assets import Asset
from projects.models.guidelines import (
    Guideline,
    GuidelineAcknowledgement,
    GuidelineQuestion,
)
from projects.models.imports import (
    ImportFormat,
    ImportRejection,
    ImportRun,
    OnConflict,
)
from projects.models.people import (
    GroupGrant,
    GroupRole,
    Invitation,
    Membership,
)
from projects.models.project import (
    Fills,
    Project,
    ProjectState,
    ReviewPolicy,
    SchemaVersion,
    TaskOrder,
    default_review_reasons,
    parsed_schema,
)
from projects.models.tasks import (
    Assignment,
    AssignmentSource,
    AssignmentStatus,
    Lane,
    Purpose,
    Stage,
    Task,
    TaskAsset,
    TaskContent,
)

__all__ = [
    "Asset",
    "Assignment",
    "AssignmentSource",
    "AssignmentStatus",
    "Fills",
    "GroupGrant",
    "GroupRole",
    "Guideline",
    "GuidelineAcknowledgement",
    "GuidelineQuestion",
    "ImportFormat",
    "ImportRejection",
    "ImportRun",
    "Invitation",
    "Lane",
    "Membership",
    "OnConflict",
    "Project",
    "ProjectState",
    "Purpose",
    "ReviewPolicy",
    "SchemaVersion",
    "Stage",
    "Task",
    "TaskAsset",
    "TaskContent",
    "TaskOrder",
    "default_review_reasons",
    "parsed_schema",
]
