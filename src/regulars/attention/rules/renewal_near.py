"""A contract ends soon and nobody knows what comes."""

from __future__ import annotations

from regulars.attention.rules.book import Step
from regulars.attention.rules.success_book import SuccessBook, SuccessCase, SuccessRule, gone
from regulars.insight.figures import counted, in_days

KIND = "renewal_near"
WINDOW = 90
"""Days before the last day to give notice, or before the end where there is none."""


def steps(book: SuccessBook) -> list[Step]:
    """Return one step for each renewal in sight without a forecast or without a confirmed outcome."""
    return [
        _step(book, case, case.renewal_day, _decides(case))
        for case in book.cases
        if case.renewal_day is not None
        and not case.leaving
        and 0 <= _decides(case) - book.as_of <= WINDOW
        and (case.forecast is None or not case.proven)
    ]


def _decides(case: SuccessCase) -> int:
    """Return the day by which they decide."""
    return case.notice_day if case.notice_day is not None else case.renewal_day or 0


def _notice(left: int) -> str:
    """Return for how much longer they may give notice."""
    if left == 0:
        return "today is the last day to give notice"
    return f"notice possible for {counted(left, 'more day', 'more days')}"


def _step(book: SuccessBook, case: SuccessCase, renewal: int, decides: int) -> Step:
    open_points = [
        *([] if case.forecast is not None else ["nobody has said what to expect"]),
        *([] if case.proven else ["no outcome of theirs is reached"]),
    ]
    worth = f" ({book.money(case.yearly)} a year)" if case.yearly else ""
    notice = f", {_notice(decides - book.as_of)}" if decides != renewal else ""
    return Step(
        kind=KIND,
        customer=case.customer,
        occasion=str(renewal),
        sentence=(
            f"renews {in_days(renewal - book.as_of)}{worth}{notice}; {' and '.join(open_points)}. "
            "Talk about what they came for, not about the contract."
        ),
        urgency=gone(book.as_of, decides - WINDOW, WINDOW),
        until_day=renewal,
        opening_line="What would have to be true for you to choose us again without a second thought?",
        evidence={
            "renewal_day": renewal,
            "yearly": book.money(case.yearly) if case.yearly else None,
            "fact_kinds": ["contract_started", "contract_renewed", "contract_changed", "renewal_forecast"],
        },
    )


RULE = SuccessRule(
    kind=KIND,
    title="A renewal is near",
    help="Within 90 days of the decision there is no forecast, or no outcome is reached.",
    at_stake=0.8,
    steps=steps,
)
