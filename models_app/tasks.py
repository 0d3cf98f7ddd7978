"""Celery entry points of learning."""

from celery import shared_task

from models_app import triggers


@shared_task(name="models.consider_training")
def consider_training(project_id: int) -> None:
    triggers.consider_training(project_id)


@shared_task(name="models.consider_all_trainings")
def consider_all_trainings() -> None:
    triggers.consider_all_trainings()
