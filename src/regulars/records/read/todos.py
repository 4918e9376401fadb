"""To-dos: what we owe."""

from __future__ import annotations

from datetime import date

from django.db.models import F, Q, QuerySet

from regulars.records.models import Colleague, ToDo


def open_todos(colleague: Colleague) -> QuerySet[ToDo]:
    """Return what a colleague still owes, and what nobody took, earliest date first."""
    return (
        ToDo.objects.filter(Q(owner=colleague) | Q(owner=None), done_at=None)
        .select_related("customer")
        .order_by(F("due_on").asc(nulls_last=True), "id")
    )


def todos_of(customer: int) -> QuerySet[ToDo]:
    """Return what we still owe a customer, earliest date first."""
    return (
        ToDo.objects.filter(customer_id=customer, done_at=None)
        .select_related("owner")
        .order_by(F("due_on").asc(nulls_last=True), "id")
    )


def days_late(todo: ToDo, today: date) -> int:
    """Return by how many days a to-do is late; not positive when it is not."""
    return (today - todo.due_on).days if todo.due_on else 0
