"""The command line's entry."""

from __future__ import annotations

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.server.settings")


def main() -> None:
    """Run one command; errors that people can act on become one line on stderr."""
    import django

    from regulars.insight.errors import RegularsError

    try:
        django.setup()
        from regulars.cli.root import regulars

        regulars()
    except RegularsError as error:
        sys.stderr.write(f"regulars: {error.message} [{error.code}]\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
