"""The command `regulars`; each group registers itself here."""

from __future__ import annotations

import click


@click.group()
def regulars() -> None:
    """Know who your customers are, where each stands, and who deserves you today."""
