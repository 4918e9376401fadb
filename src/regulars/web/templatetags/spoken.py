"""How public pages speak: sentences filled in, days and figures as a language writes them."""

from __future__ import annotations

from datetime import date

from django import template

from regulars.web.public.words import Words

register = template.Library()


@register.simple_tag
def filled(sentence: str, **values: object) -> str:
    """Fill a sentence of ours in; what it is filled with is escaped like any value."""
    return sentence.format(**values)


@register.filter
def sentence(words: Words, name: str) -> str:
    """Return a sentence by its name."""
    return str(getattr(words, name))


@register.filter
def day_in(day: date, words: Words) -> str:
    """Write a day as a language does."""
    return words.day(day)


@register.filter
def figure_in(value: float, words: Words) -> str:
    """Write a figure as a language does."""
    return words.figure(value)
