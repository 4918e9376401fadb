"""The one shape that every foreign shape is turned into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

KINDS: frozenset[str] = frozenset(
    {
        "purchase", "refund", "missed_us", "trial_started", "trial_ended", "contract_started",
        "contract_renewed", "contract_changed", "contract_cancelled", "usage", "request", "feedback",
        "complaint", "praise", "referral", "recovery", "case_opened", "case_closed", "survey_answer",
        "touchpoint", "blocker_opened", "blocker_closed", "commitment_made", "commitment_kept",
        "commitment_missed", "outcome_agreed", "outcome_measured", "outcome_confirmed", "outcome_disputed",
        "milestone_reached", "renewal_forecast", "expansion_opened", "expansion_closed", "person_left",
        "characteristic_noted", "correction_asked",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class IncomingFact:
    """One observation as a source tells it, before identity and registry are consulted.

    ``who`` is the identifier of the customer in that source, or "" for anonymous demand.
    ``amount`` is in minor units of ``currency``. ``message_id`` is unique within the source.
    ``timed`` says whether the source gave a time of day or only a date. ``received_at`` is set when the
    source knows when it was learnt; otherwise the moment of recording counts.
    """

    message_id: str
    kind: str
    who: str
    occurred_at: datetime
    timed: bool = True
    amount: int | None = None
    currency: str = ""
    item: str = ""
    quantity: float | None = None
    serial: str = ""
    order_number: str = ""
    text: str = ""
    who_name: str = ""
    properties: Mapping[str, Any] = field(default_factory=dict)
    received_at: datetime | None = None
