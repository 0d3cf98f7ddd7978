from django.urls import path

from projects.api import (
    acts,
    assets,
    assignments,
    events,
    group_roles,
    guideline_questions,
    guidelines,
    imports,
    invitations,
    jobs,
    label_studio,
    members,
    projects,
    schema_changes,
    schemas,
    tasks,
)

urlpatterns = [
    path("schema-checks/", schemas.SchemaCheckView.as_view(), name="schema-check"),
    path("projects/", projects.ProjectsView.as_view(), name="project-list"),
    path("projects/<slug:slug>/", projects.ProjectView.as_view(), name="project-detail"),
    path("projects/<slug:slug>/schema/", projects.SchemaView.as_view(), name="project-schema"),
    path("projects/<slug:slug>/schema/changes/", schema_changes.SchemaChangesView.as_view(), name="schema-change-list"),
    path(
        "projects/<slug:slug>/schema/changes/preview/",
        schema_changes.SchemaChangePreviewView.as_view(),
        name="schema-change-preview",
    ),
    path(
        "projects/<slug:slug>/schema/changes/<int:number>/revert/",
        schema_changes.SchemaChangeRevertView.as_view(),
        name="schema-change-revert",
    ),
    path("projects/<slug:slug>/members/", members.MembersView.as_view(), name="member-list"),
    path("projects/<slug:slug>/members/many/", invitations.InvitePeopleView.as_view(), name="member-invite-many"),
    path("projects/<slug:slug>/members/me/", members.OwnSettingsView.as_view(), name="own-settings"),
    path("projects/<slug:slug>/members/<int:member_id>/", members.MemberView.as_view(), name="member-detail"),
    path("projects/<slug:slug>/members/<int:member_id>/work/", members.MemberWorkView.as_view(), name="member-work"),
    path("projects/<slug:slug>/members/<int:member_id>/hand-over/", members.HandOverView.as_view(), name="hand-over"),
    path("projects/<slug:slug>/invitations/", invitations.InvitationsView.as_view(), name="invitation-list"),
    path(
        "projects/<slug:slug>/invitations/<int:invitation_id>/",
        invitations.InvitationView.as_view(),
        name="invitation-detail",
    ),
    path(
        "projects/<slug:slug>/invitations/<int:invitation_id>/resend/",
        invitations.ResendInvitationView.as_view(),
        name="invitation-resend",
    ),
    path("projects/<slug:slug>/guidelines/", guidelines.GuidelinesView.as_view(), name="guideline-list"),
    path(
        "projects/<slug:slug>/guidelines/current/", guidelines.CurrentGuidelineView.as_view(), name="guideline-current"
    ),
    path(
        "projects/<slug:slug>/guidelines/changes/", guidelines.GuidelineChangesView.as_view(), name="guideline-changes"
    ),
    path("projects/<slug:slug>/guidelines/<int:number>/", guidelines.GuidelineView.as_view(), name="guideline-detail"),
    path(
        "projects/<slug:slug>/guidelines/<int:number>/acknowledgement/",
        guidelines.AcknowledgementView.as_view(),
        name="guideline-acknowledgement",
    ),
    path("projects/<slug:slug>/assets/", assets.AssetsView.as_view(), name="asset-list"),
    path("projects/<slug:slug>/assets/<str:content_hash>/", assets.AssetView.as_view(), name="asset-detail"),
    path(
        "projects/<slug:slug>/guideline-questions/",
        guideline_questions.GuidelineQuestionsView.as_view(),
        name="guideline-question-list",
    ),
    path(
        "projects/<slug:slug>/guideline-questions/<int:question_id>/",
        guideline_questions.GuidelineQuestionView.as_view(),
        name="guideline-question-detail",
    ),
    path("projects/<slug:slug>/imports/", imports.ImportsView.as_view(), name="import-list"),
    path("projects/<slug:slug>/imports/preview/", imports.ImportPreviewView.as_view(), name="import-preview"),
    path("projects/<slug:slug>/imports/<int:import_id>/", imports.ImportView.as_view(), name="import-detail"),
    path(
        "projects/<slug:slug>/imports/<int:import_id>/rejections/",
        imports.ImportRejectionsView.as_view(),
        name="import-rejections",
    ),
    path(
        "projects/<slug:slug>/imports/<int:import_id>/rejections/file/",
        imports.ImportRejectionsFileView.as_view(),
        name="import-rejections-file",
    ),
    path("projects/<slug:slug>/assignments/", assignments.AssignmentsView.as_view(), name="assignment-list"),
    path("projects/<slug:slug>/assignments/move/", assignments.MoveAssignmentsView.as_view(), name="assignment-move"),
    path(
        "projects/<slug:slug>/assignments/take-back/", assignments.TakeBackView.as_view(), name="assignment-take-back"
    ),
    path(
        "projects/<slug:slug>/assignments/<int:assignment_id>/",
        assignments.AssignmentView.as_view(),
        name="assignment-detail",
    ),
    path("projects/<slug:slug>/tasks/order/", assignments.TaskOrderView.as_view(), name="task-order"),
    path("projects/<slug:slug>/tasks/needs/", assignments.TaskNeedsView.as_view(), name="task-needs"),
    path("projects/<slug:slug>/tasks/", tasks.TasksView.as_view(), name="task-list"),
    path("projects/<slug:slug>/tasks/exclude/", tasks.ExcludeTasksView.as_view(), name="task-exclude"),
    path("projects/<slug:slug>/tasks/restore/", tasks.RestoreTasksView.as_view(), name="task-restore"),
    path("projects/<slug:slug>/acts/", acts.ActsView.as_view(), name="act-list"),
    path("projects/<slug:slug>/acts/undo/", acts.UndoActView.as_view(), name="act-undo"),
    path("projects/<slug:slug>/events/", events.EventsView.as_view(), name="event-list"),
    path("projects/<slug:slug>/events/exports/", events.AuditExportsView.as_view(), name="audit-export-list"),
    path(
        "projects/<slug:slug>/events/exports/<int:audit_export_id>/file/",
        events.AuditExportFileView.as_view(),
        name="audit-export-file",
    ),
    path("projects/<slug:slug>/jobs/", jobs.ProjectJobsView.as_view(), name="project-job-list"),
    path("tasks/<int:task_id>/", tasks.TaskView.as_view(), name="task-detail"),
    path("jobs/<int:job_id>/", jobs.JobView.as_view(), name="job-detail"),
    path("jobs/<int:job_id>/cancel/", jobs.CancelJobView.as_view(), name="job-cancel"),
    path("schemas/from-label-studio/", label_studio.FromLabelStudioView.as_view(), name="schema-from-label-studio"),
    path("group-roles/", group_roles.GroupRolesView.as_view(), name="group-role-list"),
    path("group-roles/<int:group_role_id>/", group_roles.GroupRoleView.as_view(), name="group-role-detail"),
]
