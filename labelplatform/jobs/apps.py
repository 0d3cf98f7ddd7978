from django.apps import AppConfig

from labelplatform.celery import app


class JobsConfig(AppConfig):
    name = "labelplatform.jobs"
    label = "jobs"

    def ready(self) -> None:
        # "Current" is per thread: without a default, the web server's threads would enqueue by an unconfigured app.
        app.set_default()
