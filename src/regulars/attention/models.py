"""Tables of what deserves a person next."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from regulars.attention.success_models import (
    Contract,
    ContractStanding,
    HealthHistory,
    HealthProfileVersion,
    HealthStanding,
    PlanStanding,
)
from regulars.records.models import Customer

__all__ = [
    "Contract",
    "ContractStanding",
    "FittedModel",
    "HealthHistory",
    "HealthProfileVersion",
    "HealthStanding",
    "NextStep",
    "PlanStanding",
    "Rewind",
    "RewoundStanding",
    "StageCount",
    "Standing",
    "StandingHistory",
    "StoredResult",
]


class StandingColumns(models.Model):
    """Where a customer stands. What depends on today (silence, lateness) is derived at read.

    the company's currency, ``p_buy`` the probability of at least one purchase within the horizon of the
    model (two decimals), ``expected`` purchase days within the next 365 days (one decimal). Days more than
    a year ahead are left empty.
    """

    stage = models.PositiveSmallIntegerField(help_text="Code of insight.stage, in the order of the path.")
    stage_day = models.IntegerField(help_text="First day at this stage.")
    name_folded = models.CharField(max_length=200)
    first_day = models.IntegerField(null=True)
    last_day = models.IntegerField(null=True)
    purchases = models.PositiveIntegerField(default=0)
    purchase_days = models.PositiveIntegerField(default=0)
    usual_gap = models.FloatField(null=True)
    due_day = models.IntegerField(null=True, help_text="When the next purchase is expected.")
    quiet_day = models.IntegerField(null=True, help_text="First day on which the silence is unusual.")
    lapse_day = models.IntegerField(null=True, help_text="First day on which they count as lapsed.")
    value = models.BigIntegerField(default=0)
    p_buy = models.FloatField(null=True)
    expected = models.FloatField(null=True)
    rainy = models.BooleanField(default=False)
    missed_us_day = models.IntegerField(null=True)
    known = models.BooleanField(default=False, help_text="We know them, rather than only bill them.")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    kind = models.ForeignKey(
        "records.KindOfCustomer", null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    inputs = models.JSONField(default=dict, help_text="What the stage and its sentence rest on.")
    rule_version = models.PositiveSmallIntegerField(default=1)
    row_hash = models.BigIntegerField(default=0)

    class Meta:
        abstract = True


class Standing(StandingColumns):
    """Where each customer stands today; one row per customer."""

    customer = models.OneToOneField(
        Customer, primary_key=True, on_delete=models.CASCADE, related_name="standing"
    )

    class Meta:
        db_table = "standing"
        indexes = [
            models.Index(fields=["stage", "name_folded", "customer"], name="standing_name"),
            models.Index(fields=["stage", "last_day", "customer"], name="standing_last"),
            models.Index(fields=["stage", "value", "customer"], name="standing_value"),
            models.Index(fields=["stage", "due_day", "customer"], name="standing_due"),
            models.Index(fields=["stage", "p_buy", "customer"], name="standing_p_buy"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.stage}"


class StandingHistory(models.Model):
    """A change of stage, with the sentence that was true then."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="standing_history")
    day = models.IntegerField()
    stage = models.PositiveSmallIntegerField()
    was = models.PositiveSmallIntegerField(null=True)
    inputs = models.JSONField(default=dict)
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "standing_history"

    def __str__(self) -> str:
        return f"{self.customer_id} {self.day}: {self.stage}"


class NextStep(models.Model):
    """Something a person might do for a customer, with a plain sentence and its entries.

    ``key`` makes a step unique for its occasion: a rule that finds the same occasion again updates the
    step instead of adding another. ``customer`` is empty for one line about the whole base.
    """

    class State(models.TextChoices):
        """What became of it."""

        OPEN = "open"
        DONE = "done"
        SNOOZED = "snoozed"
        NOT_USEFUL = "not_useful"
        WITHDRAWN = "withdrawn"

    customer = models.ForeignKey(Customer, null=True, on_delete=models.CASCADE, related_name="next_steps")
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120, unique=True)
    sentence = models.CharField(max_length=400)
    opening_line = models.CharField(max_length=300, blank=True)
    evidence = models.JSONField(default=dict, help_text="Fact ids and figures the sentence rests on.")
    stake = models.FloatField(default=0)
    urgency = models.FloatField(default=0)
    sureness = models.FloatField(default=0)
    score = models.FloatField(default=0)
    place = models.PositiveIntegerField(null=True, help_text="Place on Today; empty below the fold.")
    owed = models.BooleanField(default=False, help_text="Owed attention: ranked without money.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    opened_day = models.IntegerField()
    until_day = models.IntegerField(null=True, help_text="The useful window ends.")
    snoozed_until = models.IntegerField(null=True)
    answer_reason = models.CharField(max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        db_table = "next_step"
        indexes = [
            models.Index(fields=["state", "place"], name="next_step_place"),
            models.Index(fields=["state", "-score"], name="next_step_score"),
        ]

    def __str__(self) -> str:
        return self.sentence


class FittedModel(models.Model):
    """Parameters of a fitted model with what they rest on; never pickled."""

    kind = models.CharField(max_length=40)
    source = models.ForeignKey("records.Source", null=True, on_delete=models.CASCADE, related_name="+")
    fitted_at = models.DateTimeField(auto_now_add=True)
    until_day = models.IntegerField()
    customers = models.PositiveBigIntegerField()
    parameters = models.JSONField()
    card = models.JSONField(default=dict, help_text="Skill card of insight.lifetime.skill.")
    version = models.PositiveSmallIntegerField(default=1)

    class Meta:
        db_table = "fitted_model"

    def __str__(self) -> str:
        return f"{self.kind} until {self.until_day}"


class StoredResult(models.Model):
    """A result computed by the worker for the pages: figures and the drawing made of them."""

    key = models.CharField(max_length=60, primary_key=True)
    as_of = models.IntegerField()
    result = models.JSONField()
    drawing = models.TextField(blank=True, help_text="SVG")
    computed_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "stored_result"

    def __str__(self) -> str:
        return self.key


class Rewind(models.Model):
    """The customer list as it would have stood on a past day, in one of the two modes of "as of"."""

    as_of = models.IntegerField()
    mode = models.CharField(max_length=8, choices=[("happened", "happened"), ("known", "known")])
    state = models.CharField(max_length=8, default="queued")
    customers = models.PositiveBigIntegerField(default=0)
    reveal = models.JSONField(default=dict, help_text="Who of those named never came back, against chance.")
    message = models.TextField(blank=True)
    rests_on = models.CharField(
        max_length=64, blank=True, help_text="Hash of the facts and settings it took."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "rewind"

    def __str__(self) -> str:
        return f"{self.as_of} {self.mode}"


class RewoundStanding(StandingColumns):
    """One customer on a rewound day."""

    rewind = models.ForeignKey(Rewind, on_delete=models.CASCADE, related_name="standings", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+", db_index=False)
    never_came_back = models.BooleanField(null=True, help_text="Revealed: no purchase within the horizon.")

    class Meta:
        db_table = "rewound_standing"
        indexes = [
            models.Index(fields=["rewind", "stage", "name_folded", "customer"], name="rewound_name"),
            models.Index(fields=["rewind", "stage", "value", "customer"], name="rewound_value"),
            models.Index(fields=["customer", "rewind"], name="rewound_of_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.rewind_id} {self.customer_id}"


class StageCount(models.Model):
    """How many customers stand where, so that no page counts a million rows."""

    stage = models.PositiveSmallIntegerField(primary_key=True)
    customers = models.PositiveBigIntegerField()

    class Meta:
        db_table = "stage_count"

    def __str__(self) -> str:
        return f"{self.stage}: {self.customers}"
