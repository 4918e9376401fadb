"""What public pages say, in each language: one that lacks a sentence does not pass the type check."""

from __future__ import annotations

from babel.core import negotiate_locale

from regulars.web.public.words import de, en, es, fr, pt
from regulars.web.public.words.sentences import Words

OTHERWISE = en.WORDS
_SPOKEN: dict[str, Words] = {module.WORDS.code: module.WORDS for module in (en, de, fr, es, pt)}

__all__ = ["Words", "accepted", "words_of"]


def words_of(language: str) -> Words:
    """Return the sentences of one language, English where we do not speak it.

    Example
    -------
    >>> words_of("de").number_of("12,5"), words_of("de").number_of("12.5"), words_of("de").number_of("nan")
    (12.5, 12.5, None)
    >>> words_of("fr").thanks
    'Merci.'
    """
    return _SPOKEN.get(language, OTHERWISE)


def accepted(header: str) -> str:
    """Return the language of ours that a browser's wishes come closest to, in their order; "" for none.

    Example
    -------
    >>> accepted("fi, pt-BR;q=0.9, en;q=0.5"), accepted("fi")
    ('pt', '')
    """
    wished = [part.split(";")[0].strip() for part in header[:200].split(",")]
    return negotiate_locale([one for one in wished if one.isascii()], list(_SPOKEN), sep="-") or ""
