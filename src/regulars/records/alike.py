"""When two names are spellings of one."""

from __future__ import annotations

from regulars.records.words import words_of

LEGAL_FORMS = frozenset(
    "ab ag as asbl aps bv bvba co company corp corporation doo ek ev eirl eurl gbr gmbh gie inc "
    "incorporated kg kgaa limited llc llp lp ltd ltda mbh nv oe ohg oy oyj plc pty sa sarl sas se sl snc spa "
    "spol sprl srl sro ug und and et y".split()
)
SHORTEST_KEY = 5


def name_key(text: str) -> str:
    """Return what stays of a folded name when spelling is set aside; "" when too little stays to compare.

    Spaces, marks and legal forms go.

    Example
    -------
    >>> {name_key(name) for name in ("cafe nord", "cafe nord gmbh", "cafe-nord", "cafenord & co. kg")}
    {'cafenord'}
    """
    key = "".join(_telling(text))
    return key if len(key) >= SHORTEST_KEY and not key.isdigit() else ""


def turned_key(text: str) -> str:
    """Return the same without regard to the order of words: "berg, anna" is "anna berg".

    Example
    -------
    >>> turned_key("berg, anna") == turned_key("anna berg")
    True
    """
    words = _telling(text)
    key = "".join(sorted(words))
    return key if len(words) > 1 and len(key) >= SHORTEST_KEY and not key.isdigit() else ""


def has_legal_form(text: str) -> bool:
    """Return whether a folded name says that this is a company.

    Example
    -------
    >>> has_legal_form("cafe nord gmbh"), has_legal_form("anna berg")
    (True, False)
    """
    return len(_telling(text)) < len(words_of(text))


def _telling(text: str) -> list[str]:
    words = words_of(text)
    return [word for word in words if word not in LEGAL_FORMS] or words
