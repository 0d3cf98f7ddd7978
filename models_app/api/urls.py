from django.urls import path

from models_app.api import models

urlpatterns = [
    path("projects/<slug:slug>/models/", models.ModelsView.as_view(), name="model-list"),
    path("projects/<slug:slug>/trainings/", models.TrainingsView.as_view(), name="training-list"),
    path("models/<int:model_id>/", models.ModelView.as_view(), name="model-detail"),
    path("models/<int:model_id>/promote/", models.PromoteModelView.as_view(), name="model-promote"),
]
