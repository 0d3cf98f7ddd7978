from django.apps import AppConfig


class ModelsAppConfig(AppConfig):
    name = "models_app"

    def ready(self) -> None:
        from annotations.signals import final_label_recorded
        from annotations.work.suggestions import prediction_sources, suggestion_policies
        from labelplatform.roles import Capability
        from models_app import receivers
        from models_app.signals import model_promoted
        from projects.browsing.data_page import data_columns, data_filters
        from projects.history.event_objects import event_objects
        from projects.history.undoing import undoers
        from projects.importing.labels import label_receivers
        from projects.navigation import Tab, register_tab
        from projects.panels import attention_sources, overview_panels, story_panels
        from projects.schema_change.schema_counts import touched_in_project
        from projects.signals import schema_changed, tasks_imported

        register_tab(Tab("models", "Models", "models_app:model-list", Capability.VIEW_MODELS, 80, "models"))
        overview_panels.register("model", "models_app.overview.model_panel")
        overview_panels.register("learning curve", "models_app.overview.learning_panel")
        story_panels.register("similar", "models_app.alike.similar_tasks.similar_panel")
        data_filters.register("group", "models_app.alike.groups.group_filters")
        data_filters.register("part", "models_app.versions.slice_pages.slice_filters")
        data_columns.register("predicted", "models_app.data_page.predicted_columns")
        event_objects.register("modelversion", "models_app.event_objects.MODELVERSION")
        touched_in_project.register("models", "models_app.schema_changes.models_touched")
        event_objects.register("predictionsource", "models_app.event_objects.PREDICTIONSOURCE")
        event_objects.register("suggestionchoice", "models_app.event_objects.SUGGESTIONCHOICE")
        undoers.register("suggestionchoice chose who suggests", "models_app.sources.choosing.CHOSEN")
        event_objects.register("prelabelpolicy", "models_app.event_objects.PRELABELPOLICY")
        event_objects.register("acceptancerun", "models_app.event_objects.ACCEPTANCERUN")
        undoers.register("prelabelpolicy changed", "models_app.acceptance.policies.CHANGED")
        attention_sources.register("auto-accept", "models_app.acceptance.attention.paused_acceptance")
        suggestion_policies.register("thresholds", "models_app.acceptance.showing.as_policies_say")
        prediction_sources.register("models", "models_app.sources.suggesting.predictions_for")
        label_receivers.register("suggestions", "models_app.sources.imported_labels.SUGGESTIONS")
        final_label_recorded.connect(receivers.on_final_label_recorded)
        tasks_imported.connect(receivers.on_tasks_imported)
        model_promoted.connect(receivers.on_model_promoted)
        schema_changed.connect(receivers.on_schema_changed)
