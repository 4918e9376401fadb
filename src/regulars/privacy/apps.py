"""The privacy app."""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    """Verbs over everything below."""

    name = "regulars.privacy"
    label = "privacy"
    default_auto_field = "django.db.models.BigAutoField"
