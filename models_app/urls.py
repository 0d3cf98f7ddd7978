from django.urls import path

from models_app.views import disagreements, groups, models, prelabels, similar, sources, strategy, tables

app_name = "models_app"

urlpatterns = [
    path("word-meanings/", tables.table_list, name="table-list"),
    path("word-meanings/change/", tables.table_change, name="table-change"),
    path("projects/<slug:slug>/models/encoder/", tables.encoder_choose, name="encoder-choose"),
    path("projects/<slug:slug>/models/", models.model_list, name="model-list"),
    path("projects/<slug:slug>/models/status/", models.model_status, name="model-status"),
    path("projects/<slug:slug>/models/train/", models.training_start, name="training-start"),
    path("projects/<slug:slug>/models/disagreements/", disagreements.disagreement_list, name="disagreement-list"),
    path(
        "projects/<slug:slug>/models/<int:number>/against/<int:other>/",
        disagreements.model_compare,
        name="model-compare",
    ),
    path("projects/<slug:slug>/models/<int:number>/", models.model_detail, name="model-detail"),
    path("projects/<slug:slug>/models/<int:number>/promote/", models.model_promote, name="model-promote"),
    path("projects/<slug:slug>/models/<int:number>/download/", models.model_download, name="model-download"),
    path("projects/<slug:slug>/models/sources/", sources.source_list, name="source-list"),
    path("projects/<slug:slug>/models/sources/new/<str:kind>/", sources.source_new, name="source-new"),
    path("projects/<slug:slug>/models/sources/trial/", sources.source_trial, name="source-trial"),
    path("projects/<slug:slug>/models/sources/choose/", sources.source_choose, name="source-choose"),
    path("projects/<slug:slug>/models/sources/<int:source_id>/", sources.source_detail, name="source-detail"),
    path("projects/<slug:slug>/models/sources/<int:source_id>/change/", sources.source_change, name="source-change"),
    path("projects/<slug:slug>/models/sources/<int:source_id>/ask/", sources.source_ask, name="source-ask"),
    path("projects/<slug:slug>/models/sources/<int:source_id>/again/", sources.source_again, name="source-again"),
    path("projects/<slug:slug>/models/sources/<int:source_id>/measure/", sources.source_measure, name="source-measure"),
    path("projects/<slug:slug>/models/sources/<int:source_id>/remove/", sources.source_remove, name="source-remove"),
    path("projects/<slug:slug>/models/runs/<int:run_id>/", sources.run_detail, name="run-detail"),
    path("projects/<slug:slug>/models/groups/", groups.group_list, name="group-list"),
    path("projects/<slug:slug>/models/groups/start/", groups.grouping_start, name="grouping-start"),
    path("projects/<slug:slug>/data/<int:task_id>/similar/", similar.similar_search, name="similar-search"),
    path("projects/<slug:slug>/models/prelabels/", prelabels.prelabels, name="prelabels"),
    path("projects/<slug:slug>/models/prelabels/show/", prelabels.show_change, name="show-change"),
    path("projects/<slug:slug>/models/prelabels/options/", prelabels.options_change, name="options-change"),
    path("projects/<slug:slug>/models/prelabels/accept/", prelabels.accept_change, name="accept-change"),
    path(
        "projects/<slug:slug>/models/prelabels/runs/<int:acceptance_id>/withdraw/",
        prelabels.run_withdraw,
        name="run-withdraw",
    ),
    path("projects/<slug:slug>/strategy/", strategy.strategy_page, name="strategy"),
    path("projects/<slug:slug>/strategy/choose/", strategy.strategy_choose, name="strategy-choose"),
]
