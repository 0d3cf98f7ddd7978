from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "labelplatform.events"
    label = "events"
