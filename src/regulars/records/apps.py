"""The records app."""

from django.apps import AppConfig


class RecordsConfig(AppConfig):
    """Customers, people, colleagues, purposes."""

    name = "regulars.records"
    label = "records"
    default_auto_field = "django.db.models.BigAutoField"
