from django.urls import path

from models_app.api import disagreements, encoder, groups, models, prelabels, similar, sources, strategy

urlpatterns = [
    path("projects/<slug:slug>/models/", models.ModelsView.as_view(), name="model-list"),
    path("projects/<slug:slug>/trainings/", models.TrainingsView.as_view(), name="training-list"),
    path("projects/<slug:slug>/encoder/", encoder.EncoderView.as_view(), name="encoder"),
    path("projects/<slug:slug>/predictions/", sources.PredictionsView.as_view(), name="prediction-list"),
    path("projects/<slug:slug>/predictions/<int:run_id>/", sources.PredictionRunView.as_view(), name="prediction-run"),
    path(
        "projects/<slug:slug>/predictions/<int:run_id>/rejections/",
        sources.PredictionRejectionsView.as_view(),
        name="prediction-rejections",
    ),
    path("projects/<slug:slug>/sources/", sources.SourcesView.as_view(), name="source-list"),
    path("projects/<slug:slug>/sources/<int:source_id>/", sources.SourceView.as_view(), name="source-detail"),
    path(
        "projects/<slug:slug>/sources/<int:source_id>/measurings/",
        sources.MeasuringsView.as_view(),
        name="source-measure",
    ),
    path("projects/<slug:slug>/sources/<int:source_id>/askings/", sources.AskingsView.as_view(), name="source-ask"),
    path("projects/<slug:slug>/suggestions/", sources.SuggestionsView.as_view(), name="suggestion-list"),
    path("projects/<slug:slug>/prelabels/", prelabels.PrelabelsView.as_view(), name="prelabels"),
    path("projects/<slug:slug>/prelabels/following/", prelabels.FollowingView.as_view(), name="following"),
    path(
        "projects/<slug:slug>/acceptances/<int:acceptance_id>/withdraw/",
        prelabels.WithdrawAcceptanceView.as_view(),
        name="acceptance-withdraw",
    ),
    path("projects/<slug:slug>/strategy/", strategy.StrategyView.as_view(), name="strategy-detail"),
    path("projects/<slug:slug>/groups/", groups.GroupsView.as_view(), name="group-list"),
    path("tasks/<int:task_id>/similar/", similar.SimilarTasksView.as_view(), name="similar-list"),
    path("models/<int:model_id>/", models.ModelView.as_view(), name="model-detail"),
    path("models/<int:model_id>/disagreements/", disagreements.DisagreementsView.as_view(), name="disagreement-list"),
    path(
        "models/<int:model_id>/against/<int:other_model_id>/",
        disagreements.ComparisonView.as_view(),
        name="model-compare",
    ),
    path(
        "models/<int:model_id>/against/<int:other_model_id>/tasks/",
        disagreements.ComparedTasksView.as_view(),
        name="model-compare-tasks",
    ),
    path("models/<int:model_id>/download/", models.DownloadModelView.as_view(), name="model-download"),
    path("models/<int:model_id>/promote/", models.PromoteModelView.as_view(), name="model-promote"),
]
