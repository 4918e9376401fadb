"""Colleagues from the command line: for the first admin, for scripts, for the day nobody can sign in."""

from __future__ import annotations

import json
import sys

import click
from django.conf import settings
from django.urls import reverse

from regulars.cli.root import regulars
from regulars.insight.errors import RegularsError
from regulars.records.models import Colleague
from regulars.records.write.team import add_colleague, disable_colleague, enable_colleague, renew_invitation


@regulars.group()
def user() -> None:
    """Add colleagues and end their access."""


def _link(key: str) -> str:
    path = reverse("account_reset_password_from_key", args=key.split("-", 1))
    return f"{settings.REGULARS_URL}{path}"


def colleague_of(email: str) -> Colleague:
    found = Colleague.objects.filter(email__iexact=email.strip()).first()
    if found is None:
        raise RegularsError(
            "colleague-unknown",
            f"Nobody on the team has the e-mail address {email}. `regulars user list` shows all.",
            404,
        )
    return found


def _say(told: dict[str, object], words: str, *, as_json: bool) -> None:
    click.echo(json.dumps(told) if as_json else words)


@user.command("add")
@click.argument("email")
@click.option("--name", default="", help="Shown to colleagues. Left out: the part before the @.")
@click.option("--role", type=click.Choice(Colleague.Role.values), default="member", show_default=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def add(email: str, name: str, role: str, *, password_stdin: bool, as_json: bool) -> None:
    """Add a colleague and print the link by which they set their password."""
    password = sys.stdin.readline().rstrip("\n") if password_stdin else None
    colleague = add_colleague(None, email=email, name=name, role=role, password=password)
    told: dict[str, object] = {"email": colleague.email, "name": colleague.name, "role": colleague.role}
    if password is not None:
        return _say(told, f"{colleague.name} is on the team as {colleague.role}.", as_json=as_json)
    told["link"] = _link(renew_invitation(None, colleague))
    return _say(
        told,
        f"{colleague.name} is on the team as {colleague.role}. They set a password here, once, "
        f"within three days:\n{told['link']}",
        as_json=as_json,
    )


@user.command("link")
@click.argument("email")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def link(email: str, *, as_json: bool) -> None:
    """Print a fresh link by which a colleague sets a password."""
    address = _link(renew_invitation(None, colleague_of(email)))
    _say({"email": email, "link": address}, address, as_json=as_json)


@user.command("disable")
@click.argument("email")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def disable(email: str, *, as_json: bool) -> None:
    """End a colleague's access: they are signed out everywhere, their notes stay."""
    colleague = colleague_of(email)
    ended = disable_colleague(None, colleague)
    words = f"{colleague.name} can no longer sign in; {ended} session{'' if ended == 1 else 's'} ended."
    _say({"email": colleague.email, "sessions_ended": ended}, words, as_json=as_json)


@user.command("enable")
@click.argument("email")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def enable(email: str, *, as_json: bool) -> None:
    """Let a colleague sign in again."""
    colleague = colleague_of(email)
    enable_colleague(None, colleague)
    _say({"email": colleague.email, "active": True}, f"{colleague.name} can sign in again.", as_json=as_json)


@user.command("list")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def listed(*, as_json: bool) -> None:
    """List colleagues with their roles."""
    rows = [
        {"email": row.email, "name": row.name, "role": row.role, "active": row.is_active}
        for row in Colleague.objects.order_by("-is_active", "email")
    ]
    if as_json:
        click.echo(json.dumps(rows))
    for row in () if as_json else rows:
        click.echo(f"{row['email']:40} {row['role']:8} {'' if row['active'] else 'may not sign in'}".rstrip())
