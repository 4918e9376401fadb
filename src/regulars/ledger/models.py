"""Tables of what happened."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from regulars.records.models import Customer, Person, Source


class ImportRun(models.Model):
    """One file on its way in: what was ticked, how far it is, what came of it."""

    class State(models.TextChoices):
        """From upload to end."""

        UPLOADED = "uploaded"
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        UNDONE = "undone"

    source = models.ForeignKey(Source, null=True, on_delete=models.CASCADE, related_name="imports")
    file_name = models.CharField(max_length=255)
    stored_as = models.CharField(
        max_length=255, blank=True, help_text="File under REGULARS_HOME while needed."
    )
    content_hash = models.CharField(max_length=64, blank=True)
    content_kind = models.CharField(
        max_length=20, help_text="purchases, customers, people, usage or touchpoints"
    )
    mapping = models.JSONField(default=dict, help_text="Ticked column to field, and how to read it.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.UPLOADED)
    bytes_total = models.BigIntegerField(default=0)
    bytes_read = models.BigIntegerField(default=0)
    rows_read = models.PositiveBigIntegerField(default=0)
    recorded = models.PositiveBigIntegerField(default=0)
    repeated = models.PositiveBigIntegerField(default=0)
    rejected = models.PositiveBigIntegerField(default=0)
    anonymous = models.PositiveBigIntegerField(
        default=0, help_text="Rows without a customer, kept as demand."
    )
    customers_new = models.PositiveBigIntegerField(default=0)
    first_fact = models.BigIntegerField(null=True, help_text="Lowest fact id written by this run.")
    last_fact = models.BigIntegerField(null=True)
    message = models.TextField(blank=True, help_text="Why it failed, and what to do.")
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "import_run"

    def __str__(self) -> str:
        return self.file_name


class ImportBatch(models.Model):
    """One committed batch of a run: how far it is, and which customers and people it brought.

    ``brought`` holds ids as runs of [first, last] by what they are, so that undoing an import removes what
    it brought and nothing else: customers, people and roles it made, columns of customers it filled, and
    under "told" the customers of others that it said something new of.
    """

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="batches")
    rows_read = models.PositiveBigIntegerField()
    brought = models.JSONField(default=dict)

    class Meta:
        db_table = "import_batch"
        constraints = [models.UniqueConstraint(fields=["run", "rows_read"], name="import_batch_once")]

    def __str__(self) -> str:
        return f"up to row {self.rows_read}"


class Fact(models.Model):
    """An immutable dated observation. Never updated; removed only by erasure, retention or undoing.

    Units: ``amount`` in minor units of ``currency``; ``day`` and ``received_day`` are company-local
    epoch days, ``minute`` the company-local minute of the day when the time is known.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+", db_index=False)
    message_id = models.CharField(max_length=100)
    customer = models.ForeignKey(
        Customer, null=True, on_delete=models.CASCADE, related_name="facts", db_index=False
    )
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    kind = models.CharField(max_length=30)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    day = models.IntegerField()
    minute = models.SmallIntegerField(null=True)
    received_day = models.IntegerField()
    amount = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True)
    item = models.CharField(max_length=200, blank=True)
    quantity = models.FloatField(null=True)
    serial = models.CharField(max_length=80, blank=True)
    order_number = models.CharField(max_length=80, blank=True)
    text = models.CharField(
        max_length=2000, blank=True, help_text="Their words, or one line on what happened."
    )
    properties = models.JSONField(default=dict, help_text="Declared properties only.")
    import_run = models.ForeignKey(
        ImportRun, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    moved_from = models.ForeignKey(
        Customer, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )

    class Meta:
        db_table = "fact"
        constraints = [models.UniqueConstraint(fields=["source", "message_id"], name="fact_once")]
        indexes = [
            models.Index(fields=["customer", "day"], name="fact_customer_day"),
            models.Index(fields=["order_number"], name="fact_order", condition=~models.Q(order_number="")),
            models.Index(fields=["serial"], name="fact_serial", condition=~models.Q(serial="")),
            # Whoever removes a customer or a person asks for their facts: few have either.
            models.Index(
                fields=["moved_from"], name="fact_moved_from", condition=models.Q(moved_from__isnull=False)
            ),
            models.Index(fields=["person"], name="fact_person", condition=models.Q(person__isnull=False)),
            # Asked for in raw SQL that repeats the condition word for word: see ledger/told.py.
            models.Index(
                fields=["kind", "customer", "day"],
                name="fact_told",
                condition=~models.Q(kind__in=["purchase", "refund", "usage"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.occurred_at:%Y-%m-%d}"


class Rejection(models.Model):
    """A row that could not be recorded, with the reason; holds ticked columns only."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    import_run = models.ForeignKey(ImportRun, null=True, on_delete=models.CASCADE, related_name="rejections")
    row_number = models.PositiveBigIntegerField()
    column = models.CharField(max_length=120, blank=True)
    code = models.CharField(max_length=40)
    message = models.CharField(max_length=500)
    row = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "rejection"

    def __str__(self) -> str:
        return f"row {self.row_number}: {self.message}"


class DroppedProperty(models.Model):
    """A property nobody declared: dropped before the write, only its name counted."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=120)
    times = models.PositiveBigIntegerField(default=0)

    class Meta:
        db_table = "dropped_property"
        constraints = [models.UniqueConstraint(fields=["source", "name"], name="dropped_property_once")]

    def __str__(self) -> str:
        return self.name


class Segment(models.Model):
    """Sealed facts in one Parquet file under REGULARS_HOME/segments. Rebuildable from the database."""

    name = models.CharField(max_length=120, unique=True)
    content_hash = models.CharField(max_length=64)
    rows = models.PositiveBigIntegerField()
    first_fact = models.BigIntegerField()
    last_fact = models.BigIntegerField()
    sealed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "segment"

    def __str__(self) -> str:
        return self.name


class DueCustomer(models.Model):
    """A customer with news: to be assessed again. Claimed by a conditional update."""

    customer = models.OneToOneField(Customer, primary_key=True, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()
    claimed_by = models.CharField(max_length=40, blank=True)
    claimed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "due_customer"

    def __str__(self) -> str:
        return str(self.customer_id)
