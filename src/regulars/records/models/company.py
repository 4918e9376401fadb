"""The company itself: its settings, its purposes, its views and its audit trail."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class CompanySetting(models.Model):
    """One setting of the company, such as its time zone, currency or opening calendar."""

    key = models.CharField(max_length=60, primary_key=True)
    value = models.JSONField()
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "company_setting"

    def __str__(self) -> str:
        return self.key


class FieldDecision(models.Model):
    """A field we decided to keep, and for which purpose; or decided not to collect."""

    class Decision(models.TextChoices):
        """Kept, left out by us, or refused by the never-list."""

        KEEP = "keep"
        LEAVE_OUT = "leave_out"
        NEVER = "never"

    place = models.CharField(max_length=80, help_text="Where the field comes from: a source or a record.")
    field = models.CharField(max_length=120)
    decision = models.CharField(max_length=10, choices=Decision.choices)
    purpose = models.CharField(max_length=200, blank=True, help_text="Which decision needs it.")
    category = models.CharField(max_length=60, blank=True)
    lawful_basis = models.CharField(max_length=60, blank=True)
    not_before = models.CharField(max_length=20, default="prospect")
    retention_days = models.PositiveIntegerField(null=True)
    readers = models.CharField(max_length=20, default="viewer")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "field_decision"
        constraints = [models.UniqueConstraint(fields=["place", "field"], name="field_decision_once")]

    def __str__(self) -> str:
        return f"{self.place}.{self.field}: {self.decision}"


class SavedView(models.Model):
    """A view of the customer list, kept by its address."""

    name = models.CharField(max_length=80)
    query = models.CharField(max_length=500)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="views"
    )
    shared = models.BooleanField(default=False)

    class Meta:
        db_table = "saved_view"

    def __str__(self) -> str:
        return self.name


class AuditEntry(models.Model):
    """Who did what, chained so that tampering shows.

    ``digest`` is SHA-256 of the previous digest and this entry in canonical JSON.
    """

    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    actor_name = models.CharField(max_length=120)
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=120)
    detail = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)

    class Meta:
        db_table = "audit_entry"

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"


class ApiKey(models.Model):
    """A key by which a program reads or writes; only its hash is kept.

    It acts as its colleague and never may more than they may; without a colleague it may only bring in
    facts of its source. It dies with its colleague's access.
    """

    name = models.CharField(max_length=80)
    key_hash = models.CharField(max_length=64, unique=True)
    start = models.CharField(max_length=12, help_text="The first letters, to tell keys apart.")
    colleague = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="keys"
    )
    source = models.ForeignKey("records.Source", null=True, on_delete=models.CASCADE, related_name="+")
    may_write = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "api_key"

    def __str__(self) -> str:
        return self.name


class ApiAnswer(models.Model):
    """What a program was answered under a name it gave, for a day, so that asking again does nothing more."""

    key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=255)
    asked_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "api_answer"
        constraints = [models.UniqueConstraint(fields=["key", "name"], name="api_answer_once")]

    def __str__(self) -> str:
        return self.name
