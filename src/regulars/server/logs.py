"""How log lines are written: a link that opens a customer's plan never stands in one."""

from __future__ import annotations

import logging
import re

_LINK = re.compile(r"/l/[^\s\"'?#]+")


def masked(text: str) -> str:
    """Return a text with the secret of every link taken out.

    Example
    -------
    >>> masked("Not Found: /l/Zm9vYmFy")
    'Not Found: /l/…'
    """
    return _LINK.sub("/l/…", text)


class MaskedFormatter(logging.Formatter):
    """Writes a line with its traceback, the secrets of links taken out."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))
