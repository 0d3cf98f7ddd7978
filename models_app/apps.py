from django.apps import AppConfig


class ModelsAppConfig(AppConfig):
    name = "models_app"

    def ready(self) -> None:
        from annotations.signals import final_label_recorded
        from annotations.suggestions import prediction_sources
        from labelplatform.roles import Capability
        from models_app import receivers
        from projects.data_page import data_columns
        from projects.event_objects import event_objects
        from projects.navigation import Tab, register_tab
        from projects.panels import overview_panels
        from projects.schema_changes import touched_by_schema_change
        from projects.signals import schema_changed, tasks_imported

        register_tab(Tab("models", "Models", "models_app:model-list", Capability.VIEW_MODELS, 80, "models"))
        overview_panels.register("model", "models_app.overview.model_panel")
        overview_panels.register("learning curve", "models_app.overview.learning_panel")
        data_columns.register("predicted", "models_app.data_page.predicted_columns")
        event_objects.register("modelversion", "models_app.event_objects.MODELVERSION")
        touched_by_schema_change.register("models", "models_app.schema_changes.models_touched")
        prediction_sources.register("builtin", "models_app.prelabeling.predictions_for")
        final_label_recorded.connect(receivers.on_final_label_recorded)
        tasks_imported.connect(receivers.on_tasks_imported)
        schema_changed.connect(receivers.on_schema_changed)
