"""Tables of where customers stand with their success, their contracts and their health; all computed."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from regulars.records.models import Customer


class PlanStanding(models.Model):
    """Where a customer stands with what they want; one row for each who has an outcome or work without one.

    ``state`` is the code of `insight.outcome.OutcomeState` that needs most attention, so that nothing
    averages a missed outcome away. Days are epoch days.
    """

    customer = models.OneToOneField(
        Customer, primary_key=True, on_delete=models.CASCADE, related_name="plan_standing"
    )
    state = models.PositiveSmallIntegerField(null=True, help_text="Empty: no outcome, not even a draft.")
    days_late = models.IntegerField(default=0)
    behind = models.BooleanField(default=False, help_text="Late on its way, its date is still ahead.")
    agreed = models.PositiveIntegerField(default=0, help_text="Outcomes agreed and not dropped.")
    reached = models.PositiveIntegerField(default=0)
    confirmed = models.PositiveIntegerField(default=0)
    disputed = models.PositiveIntegerField(default=0)
    missed = models.PositiveIntegerField(default=0)
    next_due_day = models.IntegerField(null=True)
    words = models.CharField(max_length=500, blank=True, help_text="The outcome that needs most attention.")
    working = models.BooleanField(default=False, help_text="We work for them or they pay us now.")
    blocked_since = models.IntegerField(null=True, help_text="Day the oldest open blocker came up.")
    blockers = models.PositiveIntegerField(default=0)
    touched_day = models.IntegerField(null=True, help_text="Day of the last touchpoint.")

    class Meta:
        db_table = "plan_standing"
        indexes = [
            models.Index(fields=["state", "next_due_day", "customer"], name="plan_state"),
            models.Index(fields=["working", "agreed", "customer"], name="plan_working"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.state}"


class Contract(models.Model):
    """One contract as its entries tell it today: its current or last term, and what is expected of it.

    Units: amounts in minor units of ``currency``; ``monthly`` is the recurring amount of a month; days are
    epoch days, ``end_day`` the first day no longer covered.
    """

    class State(models.TextChoices):
        """Where it stands by its entries."""

        COMING = "coming"
        ACTIVE = "active"
        LATE = "late", "Ended, renewal expected"
        ENDED = "ended"

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contracts")
    number = models.CharField(max_length=80)
    item = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=6, choices=State.choices)
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField(help_text="Of the whole term.")
    monthly = models.BigIntegerField()
    months = models.PositiveIntegerField(null=True, help_text="Length of the term; empty: until cancelled.")
    first_day = models.IntegerField(help_text="Start of the first term.")
    start_day = models.IntegerField()
    end_day = models.IntegerField(null=True)
    auto_renews = models.BooleanField(default=False)
    notice_day = models.IntegerField(null=True, help_text="Last day to give notice.")
    terms = models.PositiveIntegerField(default=1)
    target = models.BigIntegerField(default=0, help_text="What a renewal on the same terms would bring.")
    forecast = models.BigIntegerField(null=True, help_text="Empty: nobody has said; never the target.")
    forecast_day = models.IntegerField(null=True)
    forecast_why = models.CharField(max_length=300, blank=True)
    forecast_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    final = models.BigIntegerField(null=True, help_text="What the last closed renewal brought; 0 when lost.")
    cancelled_day = models.IntegerField(null=True, help_text="From when it no longer runs, if cancelled.")
    ended_why = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "contract"
        constraints = [models.UniqueConstraint(fields=["customer", "number"], name="contract_once")]
        indexes = [models.Index(fields=["state", "end_day"], name="contract_end")]

    def __str__(self) -> str:
        return self.number


class ContractStanding(models.Model):
    """What a customer's contracts come to: one row for each who has or had one."""

    customer = models.OneToOneField(
        Customer, primary_key=True, on_delete=models.CASCADE, related_name="contract_standing"
    )
    yearly = models.BigIntegerField(default=0, help_text="Recurring amount of a year, company's currency.")
    contracts = models.PositiveIntegerField(default=0, help_text="Running now.")
    elsewhere = models.PositiveIntegerField(
        default=0, help_text="Running in another currency, not in yearly."
    )
    renewal_day = models.IntegerField(null=True, help_text="Next end of a term.")
    notice_day = models.IntegerField(null=True)
    auto_renews = models.BooleanField(default=False)
    target = models.BigIntegerField(default=0)
    forecast = models.BigIntegerField(null=True)
    leaving = models.BooleanField(default=False, help_text="All that end on the renewal day are cancelled.")
    since_day = models.IntegerField(null=True, help_text="Start of the first contract.")
    ended_day = models.IntegerField(null=True, help_text="When the last one ended; empty while one runs.")

    class Meta:
        db_table = "contract_standing"
        indexes = [
            models.Index(fields=["renewal_day", "customer"], name="renewal_day"),
            models.Index(fields=["yearly", "customer"], name="renewal_yearly"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.yearly}"


class HealthProfileVersion(models.Model):
    """One version of a health profile as text; versions are added, never changed, so that scores replay."""

    name = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    text = models.TextField()
    why = models.CharField(max_length=300, blank=True)
    current = models.BooleanField(default=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    changed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "health_profile_version"
        constraints = [models.UniqueConstraint(fields=["name", "version"], name="health_version_once")]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class HealthColumns(models.Model):
    """A score with everything it needs to be replayed and explained."""

    score = models.PositiveSmallIntegerField(
        null=True, help_text="0 to 100 over what is known; empty: nothing."
    )
    band = models.PositiveSmallIntegerField(help_text="Code of insight.health.Band.")
    based_on = models.PositiveSmallIntegerField(help_text="Per cent of the points that are known.")
    contributions = models.JSONField(default=dict, help_text="Input to hundredths of a point; they sum up.")
    inputs = models.JSONField(default=dict, help_text="Input to [value, age in days]; missing: not known.")
    profile = models.ForeignKey(HealthProfileVersion, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class HealthStanding(HealthColumns):
    """A customer's health today."""

    customer = models.OneToOneField(
        Customer, primary_key=True, on_delete=models.CASCADE, related_name="health_standing"
    )
    day = models.IntegerField(help_text="Day it was computed for.")

    class Meta:
        db_table = "health_standing"
        indexes = [models.Index(fields=["band", "score", "customer"], name="health_band")]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.score}"


class HealthHistory(HealthColumns):
    """A customer's health as it was stored on a day; a row when score, band or what is known changed."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="health_history")
    day = models.IntegerField()
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "health_history"
        indexes = [models.Index(fields=["customer", "day"], name="health_history_day")]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.day}: {self.score}"
