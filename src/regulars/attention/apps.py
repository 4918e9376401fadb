"""The attention app."""

from django.apps import AppConfig


class AttentionConfig(AppConfig):
    """Standings and next steps."""

    name = "regulars.attention"
    label = "attention"
    default_auto_field = "django.db.models.BigAutoField"
