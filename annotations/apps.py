from django.apps import AppConfig


class AnnotationsConfig(AppConfig):
    name = "annotations"

    def ready(self) -> None:
        self._join_pages()
        self._join_overview()
        self._join_data()
        self._join_changes()

    def _join_pages(self) -> None:
        """Tabs, and what hears of what people do here."""
        from labelplatform.notifications.kinds import register_kind
        from labelplatform.roles import Capability
        from projects.history.recent_acts import act_kinds
        from projects.history.undoing import undoers
        from projects.navigation import Tab, register_tab

        register_tab(Tab("data", "Data", "annotations:task-list", Capability.VIEW_DATA, 20, "data"))
        register_tab(Tab("label", "Label", "annotations:label", Capability.ANNOTATE, 30, "label"))
        register_tab(Tab("review", "Review", "annotations:review", Capability.REVIEW, 35, "check"))
        register_kind("mention", "Somebody mentions me", "projects.notices.who_see_the_task")
        register_kind("reply", "Somebody answers in a thread of mine", "projects.notices.who_see_the_task")
        register_kind("flag", "A task is flagged in a project that I manage", "projects.notices.managers_only")
        register_kind("returned", "An answer of mine comes back from review", "projects.notices.who_label_the_task")
        register_kind("review_requested", "I am asked to review", "projects.notices.reviewers_only")
        act_kinds.register("answer", "annotations.work.own_acts.ANSWER")
        act_kinds.register("skip", "annotations.work.own_acts.SKIP")
        undoers.register("annotation retracted", "annotations.undoing.RETRACTED")
        undoers.register("annotation restored", "annotations.undoing.RESTORED")
        undoers.register("task set the known answer of", "annotations.undoing.KNOWN_ANSWER")
        undoers.register("task took the known answer from", "annotations.undoing.KNOWN_ANSWER")
        undoers.register("comment resolved", "annotations.undoing.RESOLVED")
        undoers.register("comment reopened", "annotations.undoing.REOPENED")

    def _join_overview(self) -> None:
        """What the overview, the guideline page, My work and the page of a member tell."""
        from projects.panels import (
            answer_counts,
            attention_sources,
            guideline_panels,
            last_work_sources,
            member_work_sources,
            overview_panels,
            own_work_sources,
            work_history_sources,
        )
        from projects.queueing.holds import more_holds

        overview_panels.register("how far", "annotations.overview.how_far_panel")
        overview_panels.register("who", "annotations.overview.who_panel")
        overview_panels.register("agreement", "annotations.overview.agreement_panel")
        overview_panels.register("reviewers", "annotations.reviewing.review_quality.review_panel")
        guideline_panels.register("quiz", "annotations.quiz.quiz_panel.quiz_panel")
        attention_sources.register("reviews", "annotations.reviewing.review_quality.waiting_for_review")
        attention_sources.register("open questions", "annotations.overview.open_questions")
        attention_sources.register("quiz", "annotations.quiz.quiz_panel.failed_quizzes")
        attention_sources.register("nothing left", "annotations.overview.nothing_left")
        own_work_sources.register("answers", "annotations.overview.own_work")
        member_work_sources.register("answers", "annotations.overview.member_work")
        last_work_sources.register("answers", "annotations.people.last_answers")
        work_history_sources.register("answers", "annotations.people.history_of")
        answer_counts.register("answers", "annotations.progress.answers_since")
        more_holds.register("daily limit", "annotations.work.limits.daily_limit_hold")

    def _join_data(self) -> None:
        """What the Data page and the story of a task show and do."""
        from projects.access import task_showings
        from projects.browsing.bulk_acts import act_readers
        from projects.browsing.data_page import data_acts, data_columns, data_filters
        from projects.history.event_objects import event_objects
        from projects.history.task_story import hidden_acts, story_objects, story_parts
        from projects.importing.labels import label_receivers

        label_receivers.register("answers", "annotations.importing.imported_labels.ANSWERS")
        label_receivers.register("known_answers", "annotations.importing.imported_labels.KNOWN_ANSWERS")
        task_showings.register("quiz", "annotations.quiz.quiz_attempts.is_asked_in_quiz")
        data_acts.register("review", "annotations.data_acts.SEND_TO_REVIEW")
        data_acts.register("gold", "annotations.gold_bulk.USE_AS_GOLD")
        act_readers.register("make_gold", "annotations.gold_bulk.read_use_as_gold")
        act_readers.register("send_to_review", "annotations.reviewing.review_requests.read_send_to_review")
        data_filters.register("final label", "annotations.data_page.label_filters")
        data_filters.register("author", "annotations.data_page.author_filters")
        data_filters.register("remarks", "annotations.data_page.remark_filters")
        data_filters.register("older rules", "annotations.reviewing.older_rules.older_rules_filters")
        data_columns.register("final label", "annotations.data_page.label_columns")
        data_columns.register("author", "annotations.data_page.author_columns")
        hidden_acts.register("known answers", "annotations.conclusions.shown_labels.hidden_acts")
        story_parts.register("annotations", "annotations.story.annotations_of")
        story_parts.register("final_labels", "annotations.story.final_labels_of")
        story_parts.register("reviews", "annotations.story.reviews_of")
        story_parts.register("gold", "annotations.gold.gold_of")
        story_parts.register("comments", "annotations.story.comments_of")
        story_objects.register("annotations", "annotations.story.annotations_in_story")
        story_objects.register("comments", "annotations.story.comments_in_story")
        event_objects.register("annotation", "annotations.event_objects.ANNOTATION")
        event_objects.register("comment", "annotations.event_objects.COMMENT")
        event_objects.register("quiz", "annotations.event_objects.QUIZ")

    def _join_changes(self) -> None:
        """What follows where a schema, a guideline or the stage of tasks changes."""
        from projects.guideline.guidelines import guideline_follow_ups, older_answers
        from projects.queueing.restaging import restaging_follow_ups
        from projects.schema_change.schema_changes import schema_vetoes
        from projects.schema_change.schema_counts import touched_in_tasks

        schema_vetoes.register("answers", "annotations.schema_change.schema_veto.answers_that_would_be_lost")
        touched_in_tasks.register("answers", "annotations.schema_change.schema_veto.answers_touched")
        restaging_follow_ups.register("reviews", "annotations.conclusions.settling.review_what_became_done")
        restaging_follow_ups.register("final labels", "annotations.conclusions.concluding.conclude_again")
        guideline_follow_ups.register("review", "annotations.reviewing.older_rules_review.queue_older_answers")
        older_answers.register("answers", "annotations.reviewing.older_rules.older_answers")
