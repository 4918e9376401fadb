"""What success means to a customer, who does what for it, and what is in the way."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from regulars.records.models.customer import Customer, KindOfCustomer, Person


class Side(models.TextChoices):
    """On whose side something lies."""

    OURS = "ours", "Ours"
    THEIRS = "theirs", "Theirs"


class Outcome(models.Model):
    """A desired outcome: what the customer wants to reach, in their words, why, and by when.

    The smallest record is ``sentence`` and ``due_on``. What became of it is never typed in: it follows from
    readings, milestones and confirmations (`insight.outcome`). ``version`` counts changes of the plan, so
    that two people who edit at once both keep their words.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="outcomes")
    sentence = models.CharField(max_length=500, help_text="In the customer's words.")
    why = models.CharField(max_length=500, blank=True, help_text="Why it matters to them.")
    said_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    noted_on = models.DateField(help_text="When they said it.")
    due_on = models.DateField(null=True)
    agreed_on = models.DateField(null=True, help_text="Empty while it is a draft.")
    measure = models.CharField(max_length=120, blank=True)
    unit = models.CharField(max_length=40, blank=True)
    baseline = models.FloatField(null=True)
    target = models.FloatField(null=True)
    reading_rule = models.JSONField(
        default=dict, blank=True, help_text="How the measure is read from entries; empty: typed in."
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="outcomes"
    )
    their_owner = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    dropped_on = models.DateField(null=True, help_text="Both sides gave it up.")
    dropped_why = models.CharField(max_length=500, blank=True)
    from_sale = models.BooleanField(default=False, help_text="Taken over from what was said at the sale.")
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    moved_from = models.ForeignKey(Customer, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        db_table = "outcome"

    def __str__(self) -> str:
        return self.sentence


class OutcomeEdit(models.Model):
    """One change of an outcome's words; ``aside`` ones came from an older version and were kept beside it."""

    outcome = models.ForeignKey(Outcome, on_delete=models.CASCADE, related_name="edits")
    version = models.PositiveIntegerField(help_text="The version it made, or was meant to change when aside.")
    changes = models.JSONField(help_text="Field to [before, after].")
    aside = models.BooleanField(default=False)
    settled_at = models.DateTimeField(null=True, help_text="When somebody decided about one kept aside.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "outcome_edit"

    def __str__(self) -> str:
        return f"{self.outcome_id} version {self.version}"


class Reading(models.Model):
    """One value of an outcome's measure on a day, with its evidence."""

    outcome = models.ForeignKey(Outcome, on_delete=models.CASCADE, related_name="readings")
    day = models.DateField()
    value = models.FloatField()
    evidence = models.CharField(max_length=500, blank=True)
    by_customer = models.BooleanField(default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "reading"
        indexes = [models.Index(fields=["outcome", "day"], name="reading_day")]

    def __str__(self) -> str:
        return f"{self.day}: {self.value:g}"


class Verdict(models.TextChoices):
    """What the customer says of an outcome."""

    CONFIRMED = "confirmed", "Reached, the customer says"
    NOT_YET = "not_yet", "Not yet"
    DISPUTED = "disputed", "Disputed"


class Confirmation(models.Model):
    """What the customer says of an outcome: confirmed, not yet, or disputed, in their words.

    ``said_by_name`` is the name given on the shared page where nobody on record was named by the link.
    A confirmation holds until ``expires_on``; then it is asked for again. It holds for the words of
    ``version``: from ``overtaken_on`` the outcome means something else.
    """

    outcome = models.ForeignKey(Outcome, on_delete=models.CASCADE, related_name="confirmations")
    version = models.PositiveIntegerField(default=1, help_text="The outcome's version they spoke of.")
    overtaken_on = models.DateField(null=True, help_text="When its words or numbers became others.")
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    value = models.FloatField(null=True, help_text="The number as they see it.")
    words = models.CharField(max_length=1000, blank=True)
    evidence = models.CharField(max_length=500, blank=True)
    said_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    said_by_name = models.CharField(max_length=120, blank=True)
    said_on = models.DateField()
    expires_on = models.DateField(null=True)
    share = models.ForeignKey("ShareLink", null=True, on_delete=models.SET_NULL, related_name="+")
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "confirmation"
        indexes = [models.Index(fields=["outcome", "said_on"], name="confirmation_day")]

    def __str__(self) -> str:
        return f"{self.verdict} {self.said_on}"


class Milestone(models.Model):
    """A step on the way to an outcome; go-live is one, and onboarding is made of them."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="milestones")
    outcome = models.ForeignKey(Outcome, null=True, on_delete=models.CASCADE, related_name="milestones")
    text = models.CharField(max_length=300)
    due_on = models.DateField(null=True)
    done_on = models.DateField(null=True)
    onboarding = models.BooleanField(default=False)
    go_live = models.BooleanField(default=False)
    from_template = models.BooleanField(default=False, help_text="Came with the outcome's template.")
    created_at = models.DateTimeField(auto_now_add=True)
    moved_from = models.ForeignKey(Customer, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        db_table = "milestone"

    def __str__(self) -> str:
        return self.text


class Commitment(models.Model):
    """What one side promised for an outcome, by when; kept, kept late or missed by the dates alone."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="commitments")
    outcome = models.ForeignKey(Outcome, null=True, on_delete=models.CASCADE, related_name="commitments")
    side = models.CharField(max_length=6, choices=Side.choices)
    text = models.CharField(max_length=300)
    due_on = models.DateField(null=True)
    done_on = models.DateField(null=True)
    missed_on = models.DateField(null=True, help_text="Given up or too late to matter.")
    colleague = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    ticked_by_customer = models.BooleanField(default=False)
    from_template = models.BooleanField(default=False, help_text="Came with the outcome's template.")
    created_at = models.DateTimeField(auto_now_add=True)
    moved_from = models.ForeignKey(Customer, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        db_table = "commitment"

    def __str__(self) -> str:
        return self.text


class WishKind(models.TextChoices):
    """What a wish is about."""

    CHANNEL = "channel", "How we reach them"
    PACE = "pace", "How quickly"
    PERSON = "person", "Who"
    LANGUAGE = "language", "Language"
    AUTONOMY = "autonomy", "How much they do themselves"
    ASSURANCE = "assurance", "What they must be sure of"


class Wish(models.Model):
    """How a customer wants to work with us: testable, and met, unmet or unknown.

    ``test`` is the rule that recorded touchpoints can answer, such as ``{"channel": "phone"}``; without
    one, or where they cannot tell, ``judged`` with its evidence counts.
    """

    class Judged(models.TextChoices):
        """What somebody judged by hand."""

        UNKNOWN = "unknown"
        MET = "met"
        UNMET = "unmet"

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="wishes")
    kind = models.CharField(max_length=10, choices=WishKind.choices)
    text = models.CharField(max_length=300)
    test = models.JSONField(default=dict, blank=True)
    said_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    noted_on = models.DateField()
    judged = models.CharField(max_length=8, choices=Judged.choices, default=Judged.UNKNOWN)
    judged_on = models.DateField(null=True)
    evidence = models.CharField(max_length=500, blank=True)
    ended_on = models.DateField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    moved_from = models.ForeignKey(Customer, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        db_table = "wish"

    def __str__(self) -> str:
        return self.text


class Acknowledgement(models.Model):
    """Who on either side has seen a plan, and who said yes to it: once for each version and each of them.

    ``marked`` is what was noted of it by marking the outcome as agreed, and goes when that is taken back.
    """

    class Marked(models.TextChoices):
        """How much of it rests on the outcome having been marked as agreed."""

        NOTHING = "", "Nothing"
        YES = "yes", "That they said yes"
        ALL = "all", "All of it"

    outcome = models.ForeignKey(Outcome, on_delete=models.CASCADE, related_name="acknowledgements")
    version = models.PositiveIntegerField(help_text="The version they saw.")
    colleague = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+"
    )
    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=120, blank=True, help_text="Given on the shared page.")
    seen_on = models.DateField()
    agreed_on = models.DateField(null=True)
    marked = models.CharField(max_length=3, choices=Marked.choices, blank=True, default=Marked.NOTHING)

    class Meta:
        db_table = "acknowledgement"
        constraints = [
            models.UniqueConstraint(
                fields=["outcome", "version", who],
                condition=~models.Q(**{who: nobody}),
                name=f"acknowledgement_{who}_once",
            )
            for who, nobody in (("colleague", None), ("person", None), ("name", ""))
        ]

    def __str__(self) -> str:
        return f"{self.outcome_id} {self.seen_on}"


class OutcomeTemplate(models.Model):
    """What customers of a kind mostly want: a start for the talk, never a replacement of it."""

    kind = models.ForeignKey(KindOfCustomer, null=True, on_delete=models.CASCADE, related_name="templates")
    name = models.CharField(max_length=80, unique=True)
    sentence = models.CharField(max_length=500)
    measure = models.CharField(max_length=120, blank=True)
    unit = models.CharField(max_length=40, blank=True)
    days = models.PositiveIntegerField(null=True, help_text="Usual time from agreement to the date.")
    milestones = models.JSONField(default=list, blank=True, help_text="List of [text, days, go_live].")
    commitments = models.JSONField(default=list, blank=True, help_text="List of [side, text, days].")
    wishes = models.JSONField(default=list, blank=True, help_text="List of [kind, text].")

    class Meta:
        db_table = "outcome_template"

    def __str__(self) -> str:
        return self.name


class Blocker(models.Model):
    """Something in the way of an outcome: on which side, who can unclog it, who did."""

    class Clears(models.TextChoices):
        """Who can unclog it on their side."""

        LEADER = "leader", "Their leader"
        IT = "it", "Their IT"
        PROCUREMENT = "procurement", "Their procurement"
        OTHER = "other", "Somebody else of theirs"
        US = "us", "One of us"

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="blockers")
    outcome = models.ForeignKey(Outcome, null=True, on_delete=models.SET_NULL, related_name="blockers")
    text = models.CharField(max_length=300)
    side = models.CharField(max_length=6, choices=Side.choices)
    clears = models.CharField(max_length=12, choices=Clears.choices, default=Clears.OTHER)
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    colleague = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    cleared_by = models.CharField(
        max_length=6, choices=Side.choices, blank=True, help_text="Which side unclogged it in the end."
    )
    cleared_how = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    moved_from = models.ForeignKey(Customer, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        db_table = "blocker"
        indexes = [models.Index(fields=["closed_on", "opened_on"], name="blocker_open")]

    def __str__(self) -> str:
        return self.text


class ShareLink(models.Model):
    """A link by which a customer reads and confirms their plan. Only the token's hash is kept.

    ``scope`` names what it opens and nothing else; ``person`` whom it was made for. Days, never times, of
    its first and last answer are kept, and no address of whoever opened it.
    """

    class Scope(models.TextChoices):
        """What a link opens."""

        PLAN = "plan", "Success plan"

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="shares")
    scope = models.CharField(max_length=10, choices=Scope.choices, default=Scope.PLAN)
    person = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    language = models.CharField(max_length=5, blank=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    first_seen_on = models.DateField(null=True)
    last_seen_on = models.DateField(null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    moved_from = models.ForeignKey(Customer, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        db_table = "share_link"

    def __str__(self) -> str:
        return f"{self.scope} of {self.customer_id}"


class ShareAnswer(models.Model):
    """One form that was posted on a shared page, so that what is posted twice counts once."""

    share = models.ForeignKey(ShareLink, on_delete=models.CASCADE, related_name="answers")
    form_hash = models.CharField(max_length=64)
    became = models.CharField(max_length=12, help_text="What the page says of it, each time it is posted.")
    day = models.DateField()

    class Meta:
        db_table = "share_answer"
        constraints = [models.UniqueConstraint(fields=["share", "form_hash"], name="share_answer_once")]

    def __str__(self) -> str:
        return f"{self.share_id} {self.day}"
