"""Keys of programs from the command line."""

from __future__ import annotations

import json

import click

from regulars.cli.root import regulars
from regulars.cli.users import colleague_of
from regulars.insight.errors import RegularsError
from regulars.records.models import ApiKey
from regulars.records.write.api_keys import make_key, revoke_key
from regulars.records.write.sources import ensure_source


@regulars.group()
def key() -> None:
    """Make keys for programs, and end them."""


@key.command("add")
@click.option("--name", default="", help="What the key is for. Left out: the source's or colleague's name.")
@click.option("--for", "email", default="", help="E-mail of the colleague the key acts as.")
@click.option("--source", default="", help="Source the key brings in facts for.")
@click.option("--write", "may_write", is_flag=True, help="It may change things, not only read.")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def add(name: str, email: str, source: str, *, may_write: bool, as_json: bool) -> None:
    """Make a key and print it, once."""
    colleague = colleague_of(email) if email else None
    made_for = ensure_source(source.strip().lower().replace(" ", "-"), source) if source else None
    row, text = make_key(
        None, name or source or email, colleague=colleague, source=made_for, may_write=may_write
    )
    told = {"key": text, "name": row.name, "id": row.pk, "may_write": row.may_write}
    click.echo(json.dumps(told) if as_json else f"{text}\nKeep it now: it cannot be shown again.")


@key.command("list")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def show(*, as_json: bool) -> None:
    """List the keys that are good."""
    rows = [
        {
            "id": row.pk,
            "name": row.name,
            "starts": row.start,
            "acts_as": row.colleague.email if row.colleague else "",
            "may_write": row.may_write,
            "last_used": row.last_used_on.isoformat() if row.last_used_on else "",
        }
        for row in ApiKey.objects.filter(revoked_at=None).select_related("colleague").order_by("id")
    ]
    if as_json:
        click.echo(json.dumps(rows))
        return
    for one in rows:
        click.echo(f"{one['id']:>4}  {one['starts']}…  {one['name']}  {one['acts_as']}")


@key.command("revoke")
@click.argument("ref", type=int)
def revoke(ref: int) -> None:
    """End a key at once."""
    row = ApiKey.objects.filter(pk=ref).first()
    if row is None:
        raise RegularsError("key-unknown", f"There is no key {ref}. `regulars key list` shows all.", 404)
    revoke_key(None, row)
    click.echo(f"{row.name} is revoked.")
