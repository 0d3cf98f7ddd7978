from django.urls import path

from models_app.views import models

app_name = "models_app"

urlpatterns = [
    path("projects/<slug:slug>/models/", models.model_list, name="model-list"),
    path("projects/<slug:slug>/models/status/", models.model_status, name="model-status"),
    path("projects/<slug:slug>/models/train/", models.training_start, name="training-start"),
    path("projects/<slug:slug>/models/<int:number>/", models.model_detail, name="model-detail"),
    path("projects/<slug:slug>/models/<int:number>/promote/", models.model_promote, name="model-promote"),
]
