"""A list of contracts from elsewhere beside ours: what is the same, what is missing, what differs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from regulars.attention.models import Contract
from regulars.insight.errors import RegularsError
from regulars.ledger.checks import minor_digits
from regulars.ledger.dialects.amounts import decimal_of, minor_units
from regulars.ledger.dialects.contract_rows import first_day_after
from regulars.ledger.dialects.dates import NEVER, OLDEST, DateReader
from regulars.ledger.dialects.guesses import guessed_fields
from regulars.ledger.files.form import Form, Opener, form_of
from regulars.ledger.files.look import sample_of, told_order, told_sign
from regulars.ledger.files.rows import batches
from regulars.records.read.company import Company, company

AMOUNTS = ("amount", "yearly", "monthly")
ROUNDED = {"amount": 0, "yearly": 12, "monthly": 1}
"""By how many minor units two figures may differ that were rounded by the month."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What the other list says of a contract.

    Units
    -----
    ``amount`` in minor units of our currency, of what ``Comparison.amount_is`` says, and ``written`` the same
    as a decimal number, whatever the currency; ``end`` the first day no longer covered.
    """

    row: int
    number: str
    amount: int | None
    end: int | None
    written: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """A contract of which the two lists say different things; None for what one of them does not say.

    Units
    -----
    Amounts in minor units of ``currency``; ends are last days covered.
    """

    number: str
    customer: int
    name: str
    currency: str
    amounts: tuple[int | None, int | None] | None
    ends: tuple[int | None, int | None] | None


@dataclass(frozen=True, slots=True)
class OnlyHere:
    """A contract that runs here and is not in the other list."""

    number: str
    customer: int
    name: str
    yearly: int
    currency: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """The other list beside ours; nothing was written.

    ``ended_here`` are numbers of the other list that ended here. ``amount_is`` says what its amounts are of:
    amount (of the term), yearly or monthly. ``unreadable`` are rows of which nothing could be read.
    """

    rows: int
    same: int
    differs: tuple[Difference, ...]
    only_there: tuple[Listed, ...]
    ended_here: tuple[Listed, ...]
    only_here: tuple[OnlyHere, ...]
    unreadable: tuple[int, ...]
    amount_is: str

    @property
    def sentence(self) -> str:
        """What came of it, in one sentence."""
        return (
            f"{self.rows:,} contracts in the list: {self.same:,} the same, {len(self.differs):,} differ, "
            f"{len(self.only_there):,} are missing here, {len(self.ended_here):,} have ended here; "
            f"{len(self.only_here):,} of ours are not in the list."
        )


@dataclass(frozen=True, slots=True)
class _Plan:
    """How the other list is read: field to column number."""

    form: Form
    columns: dict[str, int]
    amount_is: str
    order: str
    sign: str


def compare_contracts(opener: Opener, name: str, *, order: str = "", decimal: str = "") -> Comparison:
    """Return a list of contracts in a file beside ours that have not ended; nothing is written.

    Parameters
    ----------
    order, decimal
        How days and amounts are written, where the file itself does not tell.

    Raises
    ------
    RegularsError
        What is wrong with the file, ``field-missing``, ``date-order-ambiguous`` or
        ``decimal-sign-ambiguous``.
    """
    ours = company()
    plan = _plan(opener, name, order, decimal)
    listed, unreadable = dict[str, Listed](), list[int]()
    for one in _listed(opener, name, plan, ours):
        if not one.number or (one.amount is None and one.end is None):
            unreadable.append(one.row)
            continue
        before = listed.get(one.number)
        # Of a list with a row for each term, the last term counts.
        if before is None or (one.end or 1 << 31) >= (before.end or 1 << 31):
            listed[one.number] = one
    return _compared(listed, unreadable, plan)


def _plan(opener: Opener, name: str, order: str, decimal: str) -> _Plan:
    form = form_of(opener, name)
    sample = sample_of(opener, form, name)
    fields = guessed_fields(form.names, sample.columns, "contracts", None, header=form.header)
    columns = {field: number for number, field in enumerate(fields, start=1) if field != "ignore"}
    amount_is = next((field for field in AMOUNTS if field in columns), "")
    if "contract" not in columns or not (amount_is or "end" in columns):
        raise RegularsError(
            "field-missing",
            f"The list needs a column for the contract number, and one for its amount or its end; it has "
            f"{', '.join(form.names)}. Call them Contract, Amount and End.",
        )
    days = [columns[field] for field in ("end", "start") if field in columns]
    told = order or (told_order(opener, form, name, days)[0] if days else "")
    if told == "?":
        raise RegularsError(
            "date-order-ambiguous",
            "No date of the list tells whether the day or the month comes first. Say which.",
            fields={"order": "Say which comes first."},
        )
    sign = decimal
    if not sign and amount_is:
        sign = told_sign(opener, form, name, [columns[amount_is]])[0]
    if sign == "?":
        raise RegularsError(
            "decimal-sign-ambiguous",
            "No amount of the list tells whether its sign parts thousands or begins the decimals. Say which.",
            fields={"decimal": "Say what begins the decimals."},
        )
    return _Plan(form, columns, amount_is, told, sign or ".")


def _listed(opener: Opener, name: str, plan: _Plan, ours: Company) -> Iterator[Listed]:
    wanted = [field for field in ("contract", plan.amount_is, "start", "end") if field in plan.columns]
    dates = DateReader(plan.order, ours.zone)
    digits = minor_digits(ours.currency) or 0
    for batch in batches(opener, plan.form, [plan.columns[field] - 1 for field in wanted], name):
        cells = dict(zip(wanted, batch.columns, strict=True))
        nothing = [""] * len(batch.numbers)
        together = zip(
            batch.numbers,
            cells["contract"],
            cells.get(plan.amount_is, nothing),
            cells.get("start", nothing),
            cells.get("end", nothing),
            strict=True,
        )
        for row, number, amount, start, end in together:
            worth = decimal_of(amount.strip(), plan.sign) if amount.strip() else None
            yield Listed(
                row,
                number.strip(),
                None if worth is None else minor_units(worth, digits),
                _end(dates, start.strip(), end.strip()),
                "" if worth is None else f"{worth:f}",
            )
        yield from (Listed(number, "", None, None) for number, _, _ in batch.faults)


def _end(dates: DateReader, start: str, end: str) -> int | None:
    last = dates.read(end) if end else None
    if last is None or not OLDEST <= last[1] < NEVER:
        return None
    first = dates.read(start) if start else None
    if first is None or not OLDEST <= first[1] < NEVER:
        return last[1] + 1
    return first_day_after(first[1], last[1])


def _compared(listed: dict[str, Listed], unreadable: Sequence[int], plan: _Plan) -> Comparison:
    same, differs, only_here = 0, list[Difference](), list[OnlyHere]()
    running: set[str] = set()
    ended: set[str] = set()
    for row in (
        Contract.objects.select_related("customer")
        .order_by("customer__name_folded", "number")
        .iterator(2_000)
    ):
        if row.state == Contract.State.ENDED:
            ended.add(row.number)
            continue
        running.add(row.number)
        other = listed.get(row.number)
        if other is None:
            only_here.append(
                OnlyHere(row.number, row.customer_id, row.customer.name, 12 * row.monthly, row.currency)
            )
            continue
        found = _difference(row, other, plan)
        if found is None:
            same += 1
        else:
            differs.append(found)
    missing = [one for number, one in listed.items() if number not in running]
    return Comparison(
        rows=len(listed),
        same=same,
        differs=tuple(differs),
        only_there=tuple(one for one in missing if one.number not in ended),
        ended_here=tuple(one for one in missing if one.number in ended),
        only_here=tuple(only_here),
        unreadable=tuple(unreadable),
        amount_is=plan.amount_is,
    )


def _difference(row: Contract, other: Listed, plan: _Plan) -> Difference | None:
    amount = {"amount": row.amount, "yearly": 12 * row.monthly, "monthly": row.monthly}.get(plan.amount_is)
    amounts = ends = None
    if amount is not None:
        digits = minor_digits(row.currency) or 0
        theirs = minor_units(Decimal(other.written), digits) if other.written else None
        far = theirs is None or abs(theirs - amount) > ROUNDED[plan.amount_is]
        amounts = (theirs, amount) if far else None
    if "end" in plan.columns and other.end != row.end_day:
        ends = (_last(other.end), _last(row.end_day))
    if amounts is None and ends is None:
        return None
    return Difference(row.number, row.customer_id, row.customer.name, row.currency, amounts, ends)


def _last(end: int | None) -> int | None:
    return None if end is None else end - 1
