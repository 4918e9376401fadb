"""A health profile from its text, or the line at fault and what to do about it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any, Literal, cast

from regulars.insight.errors import RegularsError
from regulars.insight.health_profile import DealBreaker, HealthProfile, ProfileInput, Step, faults

TOP = {
    "name": str,
    "version": int,
    "kinds": list,
    "good": int,
    "watch": int,
    "least_known": float,
    "no_success_cap": int,
    "input": list,
    "deal_breaker": list,
}
INPUT = {"key": str, "points": int, "shelf_life": int, "more_is": str, "knots": list, "levels": list}
BREAKER = {"key": str, "cap": int}
OPTIONAL = {"deal_breaker", "knots", "levels"}
WORDS = {str: "a text in quotes", int: "a whole number", float: "a number", list: "a list"}
LONGEST = 65_536


def parse_profile(text: str, *, file: str = "the health profile") -> HealthProfile:
    """Return the profile that a text describes.

    Parameters
    ----------
    file
        What to call the text in errors.

    Raises
    ------
    RegularsError
        ``health-profile-invalid`` with the line, the key and what to do; ``fields`` has all of them by key.

    Example
    -------
    >>> parse_profile('name = "shop')
    Traceback (most recent call last):
    ...
    regulars.insight.errors.RegularsError: the health profile, line 1: this is not TOML: ...
    """
    read = _read(text, file)
    source = _Source(text, file)
    _check_keys(read, TOP, "", source)
    profile = HealthProfile(
        read["name"],
        read["version"],
        tuple(_texts(read["kinds"], "kinds", source)),
        read["good"],
        read["watch"],
        float(read["least_known"]),
        read["no_success_cap"],
        tuple(_input(part, source) for part in _tables(read, "input", source)),
        tuple(_breaker(part, source) for part in _tables(read, "deal_breaker", source)),
    )
    found = faults(profile)
    if found:
        raise source.error(*found)
    return profile


class _Source:
    """The text a profile comes from, to say which line is at fault."""

    def __init__(self, text: str, file: str) -> None:
        self.lines = text.splitlines()
        self.file = file

    def error(self, *found: tuple[str, str]) -> RegularsError:
        """Return one error for all faults; the sentence is about the first."""
        key, sentence = found[0]
        line = self.line_of(key)
        where = f"{self.file}, line {line}" if line else self.file
        more = f" ({len(found) - 1} more below it)" if len(found) > 1 else ""
        return RegularsError(
            "health-profile-invalid",
            f"{where}: {key}: {sentence}.{more} Until then the version before stays in use.",
            fields=dict(found),
        )

    def line_of(self, key: str) -> int | None:
        """Return the line of ``good`` or of ``money.points``: the word within the table with that key."""
        table, _, word = key.rpartition(".")
        start = self._start(table) if table else 0
        for number in range(start, len(self.lines)):
            line = self.lines[number].strip()
            if table and number > start and line.startswith("["):
                return start + 1
            if re.match(rf"(\[\[)?[\"']?({self._spellings(word)})\b", line):
                return number + 1
        return start + 1 if table else None

    @staticmethod
    def _spellings(word: str) -> str:
        return "knots|levels" if word == "knots" else re.escape(word)

    def _start(self, table: str) -> int:
        """Return the place of the header above a table's key."""
        header = 0
        for number, line in enumerate(self.lines):
            if line.strip().startswith("[["):
                header = number
            if re.match(rf"\s*key\s*=\s*[\"']{re.escape(table)}[\"']", line):
                return header
        return header


def _read(text: str, file: str) -> dict[str, Any]:
    if len(text) > LONGEST:
        raise RegularsError(
            "health-profile-invalid", f"{file} is longer than a profile can be. Did you name the right file?"
        )
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said = str(error)
        at = re.search(r"\(at line (\d+), column \d+\)", said)
        line = at.group(1) if at else str(len(text.splitlines()) or 1)
        what = re.sub(r"\s*\(at .*\)", "", said)
        raise RegularsError(
            "health-profile-invalid",
            f"{file}, line {line}: this is not TOML: {what}. Correct the line. "
            "Until then the version before stays in use.",
        ) from error


def _check_keys(table: Mapping[str, Any], known: Mapping[str, type], place: str, source: _Source) -> None:
    for key in table:
        if key not in known:
            raise source.error((f"{place}{key}", f"there is no such key; use {', '.join(known)}"))
    for key, kind in known.items():
        if key not in table:
            if key not in OPTIONAL:
                raise source.error((f"{place}{key}", f"is missing; add it as {WORDS[kind]}"))
        elif not _is(table[key], kind):
            raise source.error((f"{place}{key}", f"must be {WORDS[kind]}"))


def _is(value: Any, kind: type) -> bool:
    """Return whether a value is of a kind; a whole number is a number too, true and false are none."""
    if isinstance(value, bool):
        return False
    if kind is float:
        return isinstance(value, int | float) and abs(value) < float("inf")
    return isinstance(value, kind)


def _texts(values: list[Any], key: str, source: _Source) -> list[str]:
    if not all(_is(value, str) and value for value in values):
        raise source.error((key, "must be texts in quotes"))
    return values


def _tables(read: Mapping[str, Any], key: str, source: _Source) -> list[dict[str, Any]]:
    tables = read.get(key, [])
    if not all(isinstance(table, dict) for table in tables):
        raise source.error((key, f"write each one below a line [[{key}]]"))
    return cast(list[dict[str, Any]], tables)


def _input(table: dict[str, Any], source: _Source) -> ProfileInput:
    key = table.get("key", "input")
    place = f"{key}."
    _check_keys(table, INPUT, place, source)
    if table["more_is"] not in ("better", "worse"):
        raise source.error((f"{place}more_is", 'is "better" or "worse"'))
    if ("knots" in table) == ("levels" in table):
        raise source.error((f"{place}knots", "give either knots or levels"))
    steps = _knots(table, place, source) if "knots" in table else _levels(table, place, source)
    more_is = cast(Literal["better", "worse"], table["more_is"])
    return ProfileInput(table["key"], table["points"], table["shelf_life"], more_is, steps)


def _pairs(table: dict[str, Any], word: str, first: type, place: str, source: _Source) -> list[list[Any]]:
    pairs = table[word]
    if not all(isinstance(pair, list) and len(pair) == 2 for pair in pairs) or not all(
        _is(pair[0], first) and _is(pair[1], float) for pair in pairs
    ):
        example = "[[0, 0], [1, 1]]" if word == "knots" else '[["poor", 0], ["fine", 1]]'
        raise source.error((f"{place}{word}", f"is a list of pairs such as {example}"))
    return cast(list[list[Any]], pairs)


def _knots(table: dict[str, Any], place: str, source: _Source) -> tuple[Step, ...]:
    pairs = _pairs(table, "knots", float, place, source)
    return tuple(Step(float(at), float(worth)) for at, worth in pairs)


def _levels(table: dict[str, Any], place: str, source: _Source) -> tuple[Step, ...]:
    pairs = _pairs(table, "levels", str, place, source)
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names) or not all(names):
        raise source.error((f"{place}levels", "each needs a name of its own"))
    return tuple(Step(float(at), float(worth), name) for at, (name, worth) in enumerate(pairs))


def _breaker(table: dict[str, Any], source: _Source) -> DealBreaker:
    _check_keys(table, BREAKER, f"{table.get('key', 'deal_breaker')}.", source)
    return DealBreaker(table["key"], table["cap"])
