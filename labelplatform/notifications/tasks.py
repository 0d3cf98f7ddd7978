"""Celery entry points of notifications."""

from celery import shared_task

from labelplatform.notifications import mailing


@shared_task(name="notifications.mail_waiting")
def mail_waiting() -> None:
    mailing.mail_waiting()


@shared_task(name="notifications.mail_digests")
def mail_digests() -> None:
    mailing.mail_digests()
    mailing.forget_old()
