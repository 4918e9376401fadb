"""The web app."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """What a person sees; no tables."""

    name = "regulars.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"
