"""The one error that people see."""

from __future__ import annotations

from collections.abc import Mapping


class RegularsError(Exception):
    """An error with a code, a sentence that says what to do, and the fields it concerns.

    One object becomes one page, one problem+json body or one line on stderr.

    Parameters
    ----------
    code
        Stable, in kebab case, documented in docs/reference/errors.md.
    message
        What happened, why, and what to do next.
    status
        The HTTP status that fits; the command line only uses "not zero".
    fields
        Field name to sentence, for errors that belong to a form field or a column.
    """

    def __init__(
        self, code: str, message: str, status: int = 400, fields: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.fields: dict[str, str] = dict(fields or {})

    def beside(self, field: str) -> RegularsError:
        """Return this error with its sentence beside one field of the form.

        Example
        -------
        >>> RegularsError("text-missing", "Write a few words first.").beside("text").fields
        {'text': 'Write a few words first.'}
        """
        self.fields[field] = self.message
        return self
