from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "projects"

    def ready(self) -> None:
        from labelplatform.accounts.people import closing_follow_ups, closing_vetoes, place_sources
        from labelplatform.accounts.second_factor import admin_tests
        from labelplatform.accounts.signals import signed_in_with_groups
        from labelplatform.jobs.signals import job_ended
        from labelplatform.notifications.kinds import register_kind
        from labelplatform.roles import Capability
        from projects import notices
        from projects.navigation import Tab, register_tab
        from projects.panels import attention_sources
        from projects.receivers import conclude_stopped_acts, follow_groups

        register_tab(Tab("overview", "Overview", "projects:overview", Capability.VIEW_DASHBOARD, 10, "overview"))
        register_tab(Tab("guideline", "Guideline", "projects:guideline", Capability.VIEW_PROJECT, 50, "guideline"))
        register_tab(Tab("people", "People", "projects:people", Capability.MANAGE_MEMBERS, 60, "people"))
        register_tab(Tab("settings", "Settings", "projects:settings", Capability.CONFIGURE, 90, "settings"))
        register_kind(
            "job", "A job that I started has failed, or took long and is done", "projects.notices.members_only"
        )
        register_kind("invitation", "Somebody accepts my invitation", "projects.notices.managers_only")
        register_kind("assigned", "Tasks are given to me", "projects.notices.labelers_only")
        register_kind("guideline", "A guideline changes in a project where I label", "projects.notices.members_only")
        job_ended.connect(notices.tell_about_job)
        job_ended.connect(conclude_stopped_acts)
        attention_sources.register("closed to people", "projects.attention.not_open")
        attention_sources.register("skills nobody has", "projects.attention.skills_nobody_has")
        attention_sources.register("failed jobs", "projects.attention.failed_jobs")
        admin_tests.register("project admin", "projects.access.administers_a_project")
        signed_in_with_groups.connect(follow_groups)
        attention_sources.register("guideline questions", "projects.attention.guideline_questions")
        closing_vetoes.register("last admin of a project", "projects.membership.people.projects_left_without_admin")
        closing_follow_ups.register("work in projects", "projects.membership.people.return_work_of_closed")
        place_sources.register("projects", "projects.membership.people.projects_of")
