"""The command line's entry."""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.server.settings")


def main() -> None:
    """Run one command; errors that people can act on become one line on stderr."""
    import django

    from regulars.insight.errors import RegularsError

    try:
        django.setup()
        gather_commands()
        from regulars.cli.root import regulars

        regulars()
    except RegularsError as error:
        sys.stderr.write(f"regulars: {error.message} [{error.code}]\n")
        sys.exit(1)


def gather_commands() -> None:
    """Import every group of commands, each of which registers itself."""
    import regulars.cli
    import regulars.server.commands

    for module in pkgutil.iter_modules(regulars.cli.__path__):
        importlib.import_module(f"regulars.cli.{module.name}")


if __name__ == "__main__":
    main()
