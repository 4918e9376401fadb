"""To-dos and notes."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from regulars.records.models.customer import Customer
from regulars.records.seen import seen_as


class ToDo(models.Model):
    """Something one of us promised to do, with a date."""

    customer = models.ForeignKey(Customer, null=True, on_delete=models.CASCADE, related_name="todos")
    text = models.CharField(max_length=500)
    due_on = models.DateField(null=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="todos"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True)
    moved_from = models.ForeignKey(Customer, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        db_table = "todo"
        indexes = [models.Index(fields=["owner", "done_at", "due_on"], name="todo_open")]

    def __str__(self) -> str:
        return self.text

    @property
    def seen(self) -> str:
        """The mark of what is shown of it, by which a form tells that it changed since."""
        return seen_as(self.text, self.due_on, self.done_at is None)


class Note(models.Model):
    """What one of us wants the others to know about a customer."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField(max_length=5000)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    noted_on = models.DateField()
    created_at = models.DateTimeField(auto_now_add=True)
    removed_at = models.DateTimeField(null=True)
    moved_from = models.ForeignKey(Customer, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        db_table = "note"

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def seen(self) -> str:
        """The mark of what is shown of it, by which a form tells that it changed since."""
        return seen_as(self.text, self.removed_at is None)
