"""The command line's entry."""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
from collections.abc import Sequence

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.server.settings")


def main() -> None:
    """Run one command; errors that people can act on become one line on stderr."""
    import django

    from regulars.insight.errors import RegularsError

    try:
        django.setup()
        gather_commands()
        from regulars.cli.root import regulars

        if needs_tables(sys.argv[1:]):
            make_first_tables()
        regulars()
    except RegularsError as error:
        sys.stderr.write(f"regulars: {error.message} [{error.code}]\n")
        sys.exit(1)


def needs_tables(arguments: Sequence[str]) -> bool:
    """Return whether a command reads or writes; those that serve make the tables themselves."""
    return bool(arguments) and arguments[0] not in ("serve", "demo", "work") and "--help" not in arguments


def make_first_tables() -> None:
    """Make the tables of a home that has none yet: any command may be the first."""
    from django.db import connection

    from regulars.server.commands import prepare_database

    if "django_migrations" not in connection.introspection.table_names():
        prepare_database()


def gather_commands() -> None:
    """Import every group of commands, each of which registers itself."""
    import regulars.cli
    import regulars.server.commands

    for module in pkgutil.iter_modules(regulars.cli.__path__):
        importlib.import_module(f"regulars.cli.{module.name}")


if __name__ == "__main__":
    main()
