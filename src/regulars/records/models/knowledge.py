"""What we know of a customer in their words, what to ask next, and what not to do yet."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from regulars.records.models.customer import Customer, Person


class KnowledgeKind(models.TextChoices):
    """What a card answers."""

    BROUGHT = "brought", "What brought them"
    CAME_BACK = "came_back", "Why they came back"
    JOB = "job", "Which job they hire us for"
    DRIVERS = "drivers", "What drives their business"
    CONTINUE = "continue", "Why they continue"
    THINK = "think", "What they think of us"
    NEED = "need", "What they need to succeed"
    OTHERS = "others", "Who else they could go to, and why they stay"


class Knowledge(models.Model):
    """One card of what we know: said by them or assumed by us, with its date. Never overwritten.

    A changed card ends and names the one that took its place; ``still_true_on`` renews an old one.
    """

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="knowledge")
    kind = models.CharField(max_length=10, choices=KnowledgeKind.choices)
    text = models.CharField(max_length=500)
    said_by_them = models.BooleanField(help_text="Said by them; otherwise assumed by us.")
    said_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    noted_on = models.DateField()
    still_true_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    replaced_by = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="replaces")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    moved_from = models.ForeignKey(Customer, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        db_table = "knowledge"
        indexes = [models.Index(fields=["kind", "ended_on"], name="knowledge_kind")]

    def __str__(self) -> str:
        return self.text


class QuestionAsked(models.Model):
    """A question that was put to a customer and not answered: not asked again for a while."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="questions_asked")
    kind = models.CharField(max_length=10, choices=KnowledgeKind.choices)
    asked_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    moved_from = models.ForeignKey(Customer, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        db_table = "question_asked"

    def __str__(self) -> str:
        return f"{self.kind} {self.asked_on}"


class NotYet(models.Model):
    """Do not sell to them until something is so; looked at again on a day by itself."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="not_yets")
    until = models.CharField(max_length=300, help_text="What must be so first.")
    look_again_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    ended_on = models.DateField(null=True)
    moved_from = models.ForeignKey(Customer, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        db_table = "not_yet"
        indexes = [models.Index(fields=["ended_on", "look_again_on"], name="not_yet_open")]

    def __str__(self) -> str:
        return self.until
