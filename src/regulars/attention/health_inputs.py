"""What is known of customers when their health is asked for, gathered as of any past day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from django.db.models import Q

from regulars.attention.contracts import customer_contracts
from regulars.attention.read.outcomes import outcomes_now
from regulars.insight.contract_terms import ContractTold
from regulars.insight.health_inputs import HealthInputs, health_inputs
from regulars.insight.health_profile import DEAL_BREAKERS, INPUTS
from regulars.insight.outcome import OutcomeRecord, OutcomeState
from regulars.ledger.told import last_answers, last_told, times_told, told_facts
from regulars.ledger.used import ItemUse, item_uses, purchase_days
from regulars.records.models import Blocker, Role
from regulars.records.read.company import calendar_date, company
from regulars.records.read.outcomes import OutcomeNow, recorded_by

Known = dict[int, tuple[float, int]]
"""A value and its age in days, by customer; who is missing is not known."""

FEW = 500
"""Up to so many customers are named in a condition; beyond, everybody's rows are read and sorted out."""

LATELY, BEFORE = 28, 182
"""Days: use of the last four weeks is held against the 26 weeks before."""
SELDOM, SELDOM_LATELY = 14, 62
"""Days between two reports from which use is told seldom; what is lately then."""
LEAST_BEFORE = 28
"""Days of use before the last weeks without which nothing is usual."""
RHYTHM_DAYS, RHYTHM_VISITS = 730, 4
TOUCH_DAYS = 90
ANSWER_DAYS = 730
COMPLAINT_OPEN_DAYS = 30
MONTHS_BACK = 365
PLACES = 4
"""Decimals kept, so that the order in which a database adds up never shows."""

RELATIONSHIP_LEVELS = ("nobody in touch", "in touch", "a champion", "a champion and a sponsor")
"""What a relationship is gathered as: places in this list."""


def gathered_inputs(customers: Sequence[int] | None, as_of: int, known_by: int | None = None) -> HealthInputs:
    """Return what is known of everybody under contract or with agreed or drafted outcomes, by a day.

    The number of queries is the same for two customers and for all.

    Parameters
    ----------
    customers
        Only of these; None is everybody.
    known_by
        Leave out what was recorded after this day, where its row says when that was: whether a blocker was
        closed, a role ended or an outcome reworded by then is told by the days people gave.
    """
    few = list(customers) if customers is not None and len(customers) <= FEW else None
    outcomes = outcomes_now(few, as_of, known_by)
    yearly, over = _contract_money(few, as_of, known_by)
    ours = {one for one, own in outcomes.items() if _open(own)} - over | set(yearly)
    who = sorted(ours if customers is None else ours & set(customers))
    if not who:
        return _assembled([], {}, {}, set())
    touched = last_told(["touchpoint"], as_of, customers=few, known_by=known_by)
    complaints = times_told(["complaint"], as_of - TOUCH_DAYS + 1, as_of, customers=few, known_by=known_by)
    blockers = _blockers(few, as_of, known_by)
    parts = _parts(few, as_of)
    known: dict[str, Known] = {
        "outcome_progress": _progress(outcomes, as_of),
        "rhythm_or_usage": _usage(who, as_of, known_by),
        "relationship": _relationship(touched, parts, as_of),
        "blockers_and_complaints": _in_the_way(blockers, complaints, touched, as_of),
        "survey_answers": _answers(few, as_of, known_by),
        "money": {one: (ratio, 0) for one, ratio in yearly.items() if ratio is not None},
    }
    breaking = {
        "outcome_missed": _missed(outcomes),
        "champion_gone": _champion_gone(few, parts, as_of, known_by),
        "severe_complaint_open": _complaint_open(few, touched, as_of, known_by),
    }
    return _assembled(who, known, breaking, _agreed(outcomes, as_of))


def _assembled(
    who: Sequence[int], known: Mapping[str, Known], breaking: Mapping[str, set[int]], agreed: set[int]
) -> HealthInputs:
    nothing = (None, None)
    columns = {key: [known.get(key, {}).get(one, nothing) for one in who] for key in INPUTS}
    return health_inputs(
        who,
        {key: [value for value, _ in column] for key, column in columns.items()},
        {key: [age for _, age in column] for key, column in columns.items()},
        {key: [float(one in breaking.get(key, ())) for one in who] for key in DEAL_BREAKERS},
        [float(one in agreed) for one in who],
    )


# --- outcomes ---


def _open(own: Sequence[OutcomeNow]) -> bool:
    return any(one.standing.state is not OutcomeState.DROPPED for one in own)


def _agreed(outcomes: Mapping[int, Sequence[OutcomeNow]], as_of: int) -> set[int]:
    return {
        customer
        for customer, own in outcomes.items()
        if any(
            one.standing.state is not OutcomeState.DROPPED
            and one.record.agreed_day is not None
            and one.record.agreed_day <= as_of
            for one in own
        )
    }


def _missed(outcomes: Mapping[int, Sequence[OutcomeNow]]) -> set[int]:
    return {
        customer
        for customer, own in outcomes.items()
        if any(one.standing.state is OutcomeState.MISSED for one in own)
    }


def _progress(outcomes: Mapping[int, Sequence[OutcomeNow]], as_of: int) -> Known:
    """Return how far each has come against the time gone: of the outcome that has come least far."""
    found: Known = {}
    for customer, own in outcomes.items():
        told = [one for now in own if (one := outcome_pace(now, as_of)) is not None]
        if told:
            found[customer] = min(told)
    return found


_DONE = (OutcomeState.CONFIRMED, OutcomeState.REACHED)
_FAILED = (OutcomeState.MISSED, OutcomeState.DISPUTED)
_UNTOLD = (OutcomeState.DROPPED, OutcomeState.DRAFT, OutcomeState.AGREED)


def outcome_pace(now: OutcomeNow, as_of: int) -> tuple[float, int] | None:
    """Return the share of the way over the share of the time gone, at most 1, and how old that is in days.

    None where nothing tells: a draft, one given up, or one of which nothing was read or done yet.
    """
    standing, record = now.standing, now.record
    if standing.state in _UNTOLD:
        return None
    if standing.state in _DONE or standing.state in _FAILED:
        return float(standing.state in _DONE), as_of - standing.since_day
    read = record.reading_on(as_of)
    if standing.progress is not None and record.due_day is not None and read is not None:
        return _pace(record, standing.progress, read[0]), as_of - read[0]
    done = [day for _, day in record.milestones if day is not None and day <= as_of]
    late = standing.state is OutcomeState.LATE
    worth = max(0.0, 1 - standing.days_late / TOUCH_DAYS) if late else 1.0
    return round(worth, PLACES), 0 if late else as_of - max([*done, *([read[0]] if read else [])])


def _pace(record: OutcomeRecord, share: float, read_day: int) -> float:
    agreed, due = record.agreed_day or 0, record.due_day or 0
    gone = (read_day - agreed) / (due - agreed) if due > agreed else 1.0
    return 1.0 if gone <= 0 else round(min(1.0, max(0.0, share) / min(1.0, gone)), PLACES)


# --- contracts ---


def _contract_money(
    customers: Sequence[int] | None, as_of: int, known_by: int | None
) -> tuple[dict[int, float | None], set[int]]:
    """Return what a year brings over what it brought a year before, and whose contracts are all over.

    The ratio is None in the first year, and where no amount is in the company's currency.
    """
    currency, own = company().currency, defaultdict[int, list[ContractTold]](list)
    for one in customer_contracts(as_of, customers=customers, known_by=known_by):
        own[one.customer].append(one.told)
    running, over = dict[int, float | None](), set[int]()
    for customer, told in own.items():
        if all(one.state == "ended" for one in told):
            over.add(customer)
            continue
        before = sum(_monthly(one, as_of - MONTHS_BACK, currency) for one in told)
        begun = [one for one in told if one.state in ("active", "late")]
        now = sum(one.monthly for one in begun if one.current.currency == currency)
        running[customer] = round(now / before, PLACES) if before else None
    return running, over


def _monthly(told: ContractTold, day: int, currency: str) -> int:
    if told.current.currency != currency:
        return 0
    return sum(one.monthly for one in told.pieces if one.start <= day and (one.end is None or day < one.end))


# --- use and rhythm ---


def _usage(who: Sequence[int], as_of: int, known_by: int | None) -> Known:
    """Return use against their own past; of those who use nothing, the rhythm of their purchases."""
    lately = as_of - LATELY + 1
    starts = (lately, as_of - SELDOM_LATELY + 1, lately - BEFORE)
    found: Known = {}
    for customer, uses in item_uses(who, starts, as_of, known_by).items():
        ratios = [ratio for use in uses if (ratio := _use_ratio(use, lately)) is not None]
        if ratios:
            age = as_of - max(use.last_day for use in uses)
            found[customer] = round(sum(ratios) / len(ratios), PLACES), age
    rest = [one for one in who if one not in found]
    for customer, (days, first, last) in purchase_days(rest, as_of - RHYTHM_DAYS, as_of, known_by).items():
        if days >= RHYTHM_VISITS:
            usual, silent = (last - first) / (days - 1), as_of - last
            found[customer] = round(min(1.0, usual / silent) if silent else 1.0, PLACES), 0
    return found


def _use_ratio(use: ItemUse, lately: int) -> float | None:
    """Return use over its usual; None where nothing is usual yet.

    What is told once a month or so is compared report by report, or a month of 31 days would look like a
    loss.
    """
    days = lately - use.first_day
    now, month, before = use.amounts
    told, told_month, told_before = use.reports
    if days < LEAST_BEFORE or month + before <= 0:
        return None
    if days <= SELDOM * (told_month + told_before):
        return max(0.0, now) / LATELY / ((month + before) / days)
    if before <= 0:
        return None
    recent = told + told_month
    return max(0.0, now + month) / recent / (before / told_before) if recent else 0.0


# --- people ---


def _parts(customers: Sequence[int] | None, as_of: int) -> dict[int, set[str]]:
    """Return the parts that somebody plays on a day, and "was champion" where somebody did before."""
    on = calendar_date(as_of)
    roles = Role.objects.filter(part__in=(Role.Part.CHAMPION, Role.Part.SPONSOR))
    roles = roles.filter(Q(since=None) | Q(since__lte=on))
    if customers is not None:
        roles = roles.filter(customer_id__in=customers)
    found = defaultdict[int, set[str]](set)
    for customer, part, until in roles.values_list("customer_id", "part", "until"):
        found[customer].add(f"was {part}" if until is not None and until <= on else part)
    return dict(found)


def _relationship(touched: Mapping[int, int], parts: Mapping[int, set[str]], as_of: int) -> Known:
    found: Known = {}
    for customer, day in touched.items():
        played = parts.get(customer, set())
        level = 0
        if as_of - day < TOUCH_DAYS:
            level = 1 if Role.Part.CHAMPION not in played else 3 if Role.Part.SPONSOR in played else 2
        found[customer] = float(level), as_of - day
    return found


def _champion_gone(
    customers: Sequence[int] | None, parts: Mapping[int, set[str]], as_of: int, known_by: int | None
) -> set[int]:
    """Return whose champion left, by an entry or by the end of the role, while nobody took the part."""
    left = told_facts(["person_left"], customers=customers, until_day=as_of, known_by=known_by)
    gone = {fact.customer for fact in left if fact.item == Role.Part.CHAMPION}
    gone |= {one for one, played in parts.items() if f"was {Role.Part.CHAMPION}" in played}
    return {one for one in gone if Role.Part.CHAMPION not in parts.get(one, set())}


# --- what stands in the way, and what they say ---


def _blockers(customers: Sequence[int] | None, as_of: int, known_by: int | None) -> dict[int, int]:
    on = calendar_date(as_of)
    rows = Blocker.objects.filter(Q(closed_on=None) | Q(closed_on__gt=on), opened_on__lte=on)
    rows = rows.filter(**recorded_by("created_at", known_by))
    if customers is not None:
        rows = rows.filter(customer_id__in=customers)
    found = defaultdict[int, int](int)
    for customer in rows.values_list("customer_id", flat=True):
        found[customer] += 1
    return dict(found)


def _in_the_way(
    blockers: Mapping[int, int], complaints: Mapping[int, int], touched: Mapping[int, int], as_of: int
) -> Known:
    """Return open blockers and recent complaints; that there are none is as old as the last time we met."""
    found: Known = {}
    for customer in {*blockers, *complaints, *touched}:
        number = blockers.get(customer, 0) + complaints.get(customer, 0)
        found[customer] = float(number), 0 if number else as_of - touched[customer]
    return found


def _answers(customers: Sequence[int] | None, as_of: int, known_by: int | None) -> Known:
    since = as_of - ANSWER_DAYS
    told = last_answers(since, as_of, customers=customers, known_by=known_by)
    return {customer: (round(answer, PLACES), as_of - day) for customer, (answer, day) in told.items()}


def _complaint_open(
    customers: Sequence[int] | None, touched: Mapping[int, int], as_of: int, known_by: int | None
) -> set[int]:
    """Return who complained lately and heard nothing of us on any later day."""
    last = last_told(["complaint"], as_of, customers=customers, known_by=known_by)
    made_good = last_told(["recovery"], as_of, customers=customers, known_by=known_by)
    return {
        one
        for one, day in last.items()
        if as_of - day < COMPLAINT_OPEN_DAYS and max(touched.get(one, 0), made_good.get(one, -1)) <= day
    }
