"""Find anyone: by name, person, e-mail, domain, phone ending, number of an order, a thing or a contract.

Pieces of a name are found through an index of trigrams, words with typos through an index of deletions;
both databases have both, and neither orders a long list to show a short one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from regulars.records.folding import folded
from regulars.records.models import Customer, Person, Role
from regulars.records.read.lines import Line, lines_beginning, lines_containing, lines_due, lines_with
from regulars.records.read.numbers import by_identifier, by_order, by_phone, by_serial
from regulars.records.read.spellings import Spellings, spellings, words_spelled
from regulars.records.words import typos, words_of

LONGEST = 120
TELLING = 6
"""So many letters found in the middle of a word are not taken for a typo."""
SAME_NAME = 3
"""Of hits with the very same name no more than these come first, so that one name cannot fill the list."""


_Found = tuple[str, int, int | None, str]


@dataclass(frozen=True, slots=True)
class Hit:
    """One answer: who, and what of them matched.

    ``kind`` is customer, person, email, phone, identifier, order, serial, contract or expansion.
    """

    kind: str
    customer: int
    person: int | None
    label: str
    matched: str


@dataclass(frozen=True, slots=True)
class _Asked:
    text: str
    words: tuple[str, ...]
    parts: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> _Asked:
        parts = tuple(part for piece in text.split() if (part := piece.strip(",.;:!?'\"()")))
        return cls(text, tuple(words_of(text)), parts)


def find(text: str, *, limit: int = 8) -> list[Hit]:
    """Return who or what a few letters mean, the likeliest first.

    Numbers come first, then whole names, beginnings, words, pieces of words, and last words with a typo each
    (two from eight letters). A merged customer is found by its old names, as the customer it is today.

    Example
    -------
    ``find("cafe nrod")[0].label`` is ``"Café Nord"``.
    """
    text = text.replace("\x00", "").strip()[:LONGEST]
    asked = folded(text)
    if not asked:
        return []
    hits = _by_number(text, limit)
    if len(hits) < limit:
        hits += _shown(_lines(_Asked.of(asked), limit), asked)
    return _without_repeats(hits)[:limit]


def _by_number(text: str, limit: int) -> list[Hit]:
    """Return exact hits of whatever has a number; names without a digit have none."""
    if not any(letter.isdigit() for letter in text):
        return []
    hits: list[_Found] = [("identifier", customer, None, text) for customer in by_identifier(text, limit)]
    hits += [("order", customer, None, text) for customer in by_order(text, limit)]
    hits += [(kind, customer, None, text) for customer, kind in by_serial(text, limit).items()]
    people = by_phone(text, limit)
    customers = _customers_of(people)
    hits += [
        ("phone", customer, person, phone)
        for person, phone in people.items()
        for customer in customers.get(person, ())
    ]
    return _labelled(hits)


def _lines(asked: _Asked, limit: int) -> list[Line]:
    """Return lines that match, the best first; each further way is tried when those before left room."""
    found = {line.id: line for line in lines_beginning(asked.text, limit)}
    exact = lines_with(words_spelled(asked.words)) if asked.words else []
    found |= {line.id: line for line in exact}
    # Who types whole words that somebody has is neither mistyping them nor typing pieces.
    meant = bool(exact) and len(asked.words) > 1
    for parts in _pieces(asked) if not meant else ():
        if len(_one_name_not_all(_ordered(found, asked))[0]) >= limit:
            break
        found |= {line.id: line for line in (*lines_containing(parts), *lines_due(parts))}
    first, later = _one_name_not_all(_ordered(found, asked))
    if len(first) < limit and asked.words and not exact and not _is_piece(asked, first):
        near, near_later = _one_name_not_all(_near_lines(asked, limit, found))
        return first + near + later + near_later
    return first + later


def _is_piece(asked: _Asked, lines: Sequence[Line]) -> bool:
    """Return whether what was asked is found from the middle of a word on, so that it is no mistyped word."""
    return len(asked.text) >= TELLING and any(
        asked.text in line.text and f" {asked.text}" not in f" {line.text}" for line in lines
    )


def _pieces(asked: _Asked) -> list[tuple[str, ...]]:
    """Return what to look for within texts: all in one piece, then the parts in any order."""
    if not asked.parts:
        return []
    return [(asked.text,), asked.parts] if len(asked.parts) > 1 else [asked.parts]


def _ordered(found: Mapping[int, Line], asked: _Asked) -> list[Line]:
    return sorted(
        found.values(), key=lambda line: (_grade(line.text, asked), len(line.text), line.text, line.id)
    )


def _one_name_not_all(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """Part lines into the first few of each name and the rest."""
    seen: dict[str, int] = {}
    first: list[Line] = []
    later: list[Line] = []
    for line in lines:
        seen[line.text] = seen.get(line.text, 0) + 1
        (first if seen[line.text] <= SAME_NAME else later).append(line)
    return first, later


def _grade(text: str, asked: _Asked) -> int:
    """Return how well a text matches what was asked without typos: 0 is the very same."""
    if text == asked.text:
        return 0
    words = words_of(text)
    if set(asked.words) <= set(words):
        return 1 if words[: len(asked.words)] == list(asked.words) else 2
    if text.startswith(asked.text):
        return 3
    if asked.text in text:
        return 4
    return 5 if all(any(word.startswith(part) for word in words) for part in asked.words) else 6


def _near_lines(asked: _Asked, limit: int, found: Mapping[int, Line]) -> list[Line]:
    """Return lines whose words are those asked for but for typos, the fewest typos first."""
    ways = {word: spellings(word) for word in asked.words}
    known = [word for word in asked.words if ways[word]]
    # A word that stands for nothing may be left out, as long as it is not most of what was asked.
    if 2 * sum(map(len, known)) < sum(map(len, asked.words)):
        return []
    numbers = [word for word in asked.words if not ways[word] and not word.isalpha()]
    lines: dict[int, Line] = {}
    for costs in _levels([ways[word] for word in known]):
        for line in lines_with([ways[word][cost] for word, cost in zip(known, costs, strict=True)]):
            if line.id not in found and all(number in line.text for number in numbers):
                lines.setdefault(line.id, line)
        if len({line.text for line in lines.values()}) >= 4 * limit:
            break
    return sorted(lines.values(), key=lambda line: (_distance(line.text, asked), line.text, line.id))


def _levels(ways: Sequence[Spellings]) -> list[tuple[int, ...]]:
    """Return all combinations of costs, one for each word, the cheapest first; at most 24."""
    combinations: list[tuple[int, ...]] = [()]
    for way in ways:
        combinations = [(*costs, cost) for costs in combinations for cost in way][:512]
    return sorted(combinations, key=lambda costs: (sum(costs), max(costs)))[:24]


def _distance(text: str, asked: _Asked) -> tuple[float, int]:
    words = words_of(text)
    total = sum(min((_word_distance(part, word) for word in words), default=9.0) for part in asked.words)
    return total, abs(len(words) - len(asked.words))


def _word_distance(part: str, word: str) -> float:
    if part == word:
        return 0
    return min(typos(part, word), 0.5 if word.startswith(part) else 9)


def _shown(lines: Sequence[Line], asked: str) -> list[Hit]:
    """Return hits for lines: a person stands under each customer they belong to."""
    customers = _customers_of([line.person for line in lines if line.person is not None])
    hits: list[_Found] = []
    for line in lines:
        if line.customer is not None:
            hits.append(("customer", line.customer, None, ""))
        elif line.person is not None:
            kind = "email" if "@" in line.text and _is_in_address(asked, line.text) else "person"
            hits += [(kind, customer, line.person, "") for customer in customers.get(line.person, ())]
    return _labelled(hits)


def _is_in_address(asked: str, text: str) -> bool:
    address = next((part for part in text.split() if "@" in part), "")
    return "@" in asked or (asked in address and asked not in text.removesuffix(address))


def _customers_of(people: Iterable[int]) -> dict[int, list[int]]:
    customers: dict[int, list[int]] = {}
    roles = (
        Role.objects.filter(person__in=list(people)).order_by("pk").values_list("person_id", "customer_id")
    )
    for person, customer in roles:
        customers.setdefault(person, []).append(customer)
    return customers


def _labelled(hits: Sequence[_Found]) -> list[Hit]:
    """Give hits the names that people read, and merged customers' hits to the customer of today."""
    customers = _current({customer for _, customer, _, _ in hits})
    people = Person.objects.in_bulk([person for _, _, person, _ in hits if person is not None])
    labelled = []
    for kind, customer, person, matched in hits:
        if customer not in customers or (person is not None and person not in people):
            continue
        current, name = customers[customer]
        if person is None:
            labelled.append(Hit(kind, current, None, name, matched or name))
        else:
            human = people[person]
            shown = matched or (human.email if kind == "email" else human.name or human.email)
            labelled.append(Hit(kind, current, person, human.name or human.email, shown))
    return labelled


def _current(ids: set[int]) -> dict[int, tuple[int, str]]:
    """Return, for each customer, the id it has today and the name it is known by."""
    found: dict[int, tuple[int, str]] = {}
    rows = Customer.objects.filter(pk__in=ids).values_list("pk", "name", "merged_into_id")
    for customer, name, into in rows:
        current = customer
        while into is not None:
            current = into
            into = Customer.objects.values_list("merged_into_id", flat=True).get(pk=current)
        found[customer] = (current, name)
    return found


def _without_repeats(hits: Iterable[Hit]) -> list[Hit]:
    """Keep the first hit of each name at a customer."""
    kept: dict[tuple[int, str], Hit] = {}
    for hit in hits:
        kept.setdefault((hit.customer, hit.label), hit)
    return list(kept.values())
