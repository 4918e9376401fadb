"""Templates work under a strict policy, with a keyboard and a screen reader, and without JavaScript."""

from __future__ import annotations

from tests.house.markup import template_offences
from tests.house.sources import SOURCE


def test_no_template_breaks_a_rule() -> None:
    offences = template_offences(SOURCE)
    assert offences == [], "\n" + "\n".join(offences)
