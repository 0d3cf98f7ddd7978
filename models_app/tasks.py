"""Celery entry points of learning."""

from celery import shared_task

from models_app.acceptance.watching import consider_acceptance, consider_all_acceptance
from models_app.backends import teaching
from models_app.meanings import semantic_tables
from models_app.rounds import triggers
from models_app.sources import asking_again


@shared_task(name="models.consider_training")
def consider_training(project_id: int) -> None:
    triggers.consider_training(project_id)
    consider_acceptance(project_id)


@shared_task(name="models.consider_all_trainings")
def consider_all_trainings() -> None:
    triggers.consider_all_trainings()
    consider_all_acceptance()


@shared_task(name="models.consider_table")
def consider_table() -> None:
    semantic_tables.consider_table()


@shared_task(name="models.ask_sources_again")
def ask_sources_again() -> None:
    asking_again.ask_sources_again()


@shared_task(name="models.teach_servers")
def teach_servers() -> None:
    teaching.teach_servers()
