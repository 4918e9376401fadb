"""The ledger app."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Facts, files, refusals."""

    name = "regulars.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"
