"""The list rewound: what is said above it, and what was revealed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from regulars.attention.models import Rewind
from regulars.web.pages.customers.address import Address

MODES = {
    "happened": "what had happened by then",
    "known": "what we knew then",
}


@dataclass(frozen=True, slots=True)
class Rewound:
    """The state of a rewound list.

    Units
    -----
    ``day`` is an epoch day; shares are 0 to 1.
    """

    day: int
    mode: str
    mode_words: str
    state: str
    customers: int
    message: str
    revealed: bool
    reveal: dict[str, Any]
    reveal_address: str
    missed_address: str
    named_address: str
    back_address: str


def rewound(address: Address, day: int, found: Rewind | None) -> Rewound:
    """Return what is said above a rewound list."""
    return Rewound(
        day=day,
        mode=address.mode,
        mode_words=MODES.get(address.mode, MODES["happened"]),
        state=found.state if found else "unknown",
        customers=found.customers if found else 0,
        message=found.message if found else "",
        revealed="reveal" in address.asked,
        reveal=found.reveal if found else {},
        reveal_address=address.changed(reveal="1", view="quiet"),
        missed_address=address.changed(reveal="missed", view=""),
        named_address=address.changed(reveal="1", view="quiet"),
        back_address=address.changed(as_of="", mode="", reveal=""),
    )
