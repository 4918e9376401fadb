"""Customers, the identifiers that mean them, and the people in them."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Source(models.Model):
    """Where facts and identifiers come from: a till, a shop system, a CRM, a colleague."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    preset = models.CharField(max_length=40, blank=True)
    mapping = models.JSONField(default=dict, help_text="The last mapping that worked, offered next time.")
    demo = models.BooleanField(default=False)
    expected_every_days = models.PositiveIntegerField(
        null=True, help_text="A feed silent for longer is said on Today. Empty: learnt from its own past."
    )
    last_received_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "source"

    def __str__(self) -> str:
        return self.name


class KindOfCustomer(models.Model):
    """A kind of customer: estate agents, cafés, walk-ins."""

    name = models.CharField(max_length=80, unique=True)

    class Meta:
        db_table = "kind_of_customer"

    def __str__(self) -> str:
        return self.name


class Customer(models.Model):
    """An organisation or a person that buys or may buy.

    ``merged_into`` is set on the absorbed side of a merge; its facts and identifiers have moved and
    know where they came from, so that a merge can be undone.
    """

    name = models.CharField(max_length=200)
    name_folded = models.CharField(
        max_length=200, help_text="Lower case without accents, for search and order."
    )
    kind = models.ForeignKey(KindOfCustomer, null=True, on_delete=models.SET_NULL)
    parent = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="children")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    first_source = models.ForeignKey(Source, null=True, on_delete=models.SET_NULL, related_name="+")
    merged_into = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="absorbed")
    is_person = models.BooleanField(null=True, help_text="One human rather than an organisation, if known.")
    not_before = models.DateField(null=True, help_text="Do not sell to them before this day.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "customer"
        indexes = [models.Index(fields=["name_folded"], name="customer_name")]

    def __str__(self) -> str:
        return self.name


class Identifier(models.Model):
    """One name that an outside system has for a customer."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="identifiers")
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="+")
    value = models.CharField(max_length=200)
    moved_from = models.ForeignKey(Customer, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        db_table = "identifier"
        constraints = [models.UniqueConstraint(fields=["source", "value"], name="identifier_once")]

    def __str__(self) -> str:
        return self.value


class Person(models.Model):
    """A human at a customer. Contact details live only here."""

    name = models.CharField(max_length=200, blank=True)
    name_folded = models.CharField(max_length=200, blank=True)
    email = models.EmailField(max_length=254, blank=True, db_index=True)
    phone = models.CharField(max_length=32, blank=True)
    phone_reversed = models.CharField(
        max_length=32, blank=True, db_index=True, help_text="Digits backwards, to find a phone by its ending."
    )
    source = models.ForeignKey(Source, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "person"

    def __str__(self) -> str:
        return self.name or self.email


class Role(models.Model):
    """What a person is to a customer, from when to when."""

    class Part(models.TextChoices):
        """The part they play in the customer's success, where one is known."""

        SPONSOR = "sponsor", "Sponsor"
        CHAMPION = "champion", "Champion"
        LEADER = "leader", "Leader"
        USER = "user", "User"
        IT = "it", "IT"
        PROCUREMENT = "procurement", "Procurement"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="roles")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="roles")
    title = models.CharField(max_length=80, blank=True)
    part = models.CharField(max_length=12, choices=Part.choices, blank=True)
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    moved_from = models.ForeignKey(Customer, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        db_table = "role"
        constraints = [models.UniqueConstraint(fields=["person", "customer", "title"], name="role_once")]

    def __str__(self) -> str:
        return self.title


class Tag(models.Model):
    """A word a team hangs on customers."""

    name = models.CharField(max_length=60, unique=True)
    customers = models.ManyToManyField(Customer, related_name="tags", db_table="customer_tag")

    class Meta:
        db_table = "tag"

    def __str__(self) -> str:
        return self.name


class Merge(models.Model):
    """Two records that turned out to be one customer. Both histories are kept; it can be undone."""

    kept = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="merges_kept")
    absorbed = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="merges_absorbed")
    merged_at = models.DateTimeField(auto_now_add=True)
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    undone_at = models.DateTimeField(null=True)
    added = models.JSONField(
        default=dict,
        help_text="What the kept customer did not have before, such as tags; taken back by undo.",
    )

    class Meta:
        db_table = "merge"

    def __str__(self) -> str:
        return f"{self.absorbed_id} into {self.kept_id}"


class MergeProposal(models.Model):
    """Two customers that look like one, for a person to decide."""

    class State(models.TextChoices):
        """What was decided."""

        OPEN = "open"
        MERGED = "merged"
        DIFFERENT = "different"

    first = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    proposed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "merge_proposal"
        constraints = [models.UniqueConstraint(fields=["first", "second"], name="proposal_once")]

    def __str__(self) -> str:
        return self.reason
