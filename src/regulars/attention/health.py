"""Everybody's health: gathered, judged by the profile of their kind, stored so that it can be replayed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from regulars.attention.health_inputs import gathered_inputs
from regulars.attention.health_profiles import (
    check_fit,
    current_profile,
    current_profiles,
    fitting_profile,
    kinds_of,
    numbered,
    parsed,
)
from regulars.attention.models import HealthHistory, HealthProfileVersion
from regulars.attention.success_models import HealthColumns
from regulars.attention.write.health import HealthRow, write_health
from regulars.attention.write.health_profiles import install_shipped, keep_profile, put_back_profile
from regulars.insight.errors import RegularsError
from regulars.insight.health import UNITS, Band, HealthScores, health
from regulars.insight.health_band import BandReason, band_reason, named
from regulars.insight.health_change import HealthChange, change, dry_run
from regulars.insight.health_inputs import HealthInputs, health_inputs
from regulars.insight.health_profile import DEAL_BREAKERS, HealthProfile, diff
from regulars.insight.health_profile_text import parse_profile
from regulars.records.models import Colleague, Customer

AGREED = "success_agreed"
WEEK = 7


def refresh_health(customers: Sequence[int] | None, as_of: int) -> int:
    """Work out the health of these customers (None: everybody), and store what changed.

    Returns how many standings were written or removed.
    """
    install_shipped()
    inputs = gathered_inputs(customers, as_of)
    stored = current_profiles()
    rows = {one.profile.fingerprint: one.row for one in stored.values()}
    found: list[HealthRow] = []
    for scores in _judged(inputs, [one.profile for one in stored.values()]):
        found += health_rows(scores, rows[scores.fingerprint])
    return write_health(found, customers, as_of)


def _judged(inputs: HealthInputs, profiles: Sequence[HealthProfile]) -> Iterator[HealthScores]:
    for profile, places in _by_profile(inputs, profiles):
        yield health(profile, inputs[places])


def _by_profile(
    inputs: HealthInputs, profiles: Sequence[HealthProfile]
) -> list[tuple[HealthProfile, list[int]]]:
    """Return each profile with the places of those it judges."""
    kinds = kinds_of(inputs.customers.tolist())
    places: dict[str, list[int]] = {profile.name: [] for profile in profiles}
    for place, customer in enumerate(inputs.customers.tolist()):
        places[fitting_profile(kinds.get(customer, ()), profiles).name].append(place)
    return [(profile, places[profile.name]) for profile in profiles if places[profile.name]]


def health_rows(scores: HealthScores, profile_row: int) -> list[HealthRow]:
    """Return scores as they are stored: whole points, rounded down so that no band looks reached early."""
    return [
        HealthRow(
            customer=customer,
            score=int(scores.total[place]) // UNITS if scores.scored[place] else None,
            band=int(scores.band[place]),
            based_on=round(100 * float(scores.based_on[place])),
            contributions={key: part for key, _, part in scores.contributions(place) if part is not None},
            inputs=stored_inputs(scores.inputs, place),
            profile=profile_row,
        )
        for place, customer in enumerate(scores.inputs.customers.tolist())
    ]


def stored_inputs(inputs: HealthInputs, place: int) -> dict[str, list[float]]:
    """Return what is known of one customer as it is stored: key to value and age, flags at age 0."""
    flags = {**inputs.deal_breakers, AGREED: inputs.success_agreed}
    values = {
        key: [float(column[place]), float(inputs.ages[key][place])]
        for key, column in inputs.values.items()
        if not np.isnan(column[place])
    }
    return values | {
        key: [float(column[place]), 0.0] for key, column in flags.items() if not np.isnan(column[place])
    }


def inputs_from(customer: int, stored: Mapping[str, Sequence[float]]) -> HealthInputs:
    """Return the inputs that `stored_inputs` made of one customer."""
    flags = {*DEAL_BREAKERS, AGREED}
    values = {key: pair for key, pair in stored.items() if key not in flags}
    return health_inputs(
        [customer],
        {key: [value] for key, (value, _) in values.items()},
        {key: [age] for key, (_, age) in values.items()},
        {key: [stored[key][0]] for key in DEAL_BREAKERS if key in stored},
        [stored[AGREED][0]] if AGREED in stored else None,
    )


# --- what was stored, again ---


def replayed(customer: int, row: HealthColumns) -> HealthScores:
    """Return a stored health calculated again from what it kept."""
    return health(parsed(row.profile.text), inputs_from(customer, row.inputs))


def band_reason_of(customer: int, row: HealthColumns) -> BandReason | None:
    """Return why a stored band is lower than its score says; None where it is not, or cannot be told."""
    try:
        profile = parsed(row.profile.text)
        raw = sum(int(part) for part in row.contributions.values() if part > 0)
        if row.score is not None and named(profile, raw) == row.band:
            return None
        return band_reason(profile, replayed(customer, row), 0)
    except RegularsError:
        return None


def health_on(customer: int, day: int) -> HealthHistory | None:
    """Return a customer's health as it stood on a day, by what was stored then."""
    rows = HealthHistory.objects.filter(customer_id=customer, day__lte=day).select_related("profile")
    return rows.order_by("-day", "-pk").first()


def change_between(customer: int, before: HealthColumns, after: HealthColumns) -> HealthChange:
    """Return why one stored health is not what another was."""
    profiles = [parsed(row.profile.text) for row in (before, after)]
    return change(replayed(customer, before), replayed(customer, after), profiles)


# --- trying another profile, and using it ---


@dataclass(frozen=True, slots=True)
class Move:
    """A customer who would change band."""

    customer: int
    name: str
    before: Band
    after: Band


@dataclass(frozen=True, slots=True)
class Trial:
    """What a text would change: in the profile, and for whom."""

    profile: HealthProfile
    diff: str
    looked_at: int
    moves: tuple[Move, ...]

    @property
    def sentence(self) -> str:
        """The trial in one sentence."""
        ways = dict[tuple[Band, Band], int]()
        for move in self.moves:
            ways[move.before, move.after] = ways.get((move.before, move.after), 0) + 1
        parts = [f"{count:,} from {old.words} to {new.words}" for (old, new), count in sorted(ways.items())]
        said = f"{len(self.moves):,} of {self.looked_at:,} customers would change band"
        return f"{said}: {'; '.join(parts)}." if parts else f"{said}."


def tried_profile(text: str, as_of: int, *, file: str = "the health profile") -> Trial:
    """Return what using a text as a profile would change today; nothing is written.

    Raises
    ------
    RegularsError
        ``health-profile-invalid`` or ``health-profile-unfit``, with the line or the field at fault.
    """
    return _trial(parse_profile(numbered(parse_profile(text, file=file).name, text), file=file), as_of)


def _trial(new: HealthProfile, as_of: int) -> Trial:
    now = {name: one.profile for name, one in current_profiles().items()}
    check_fit(new, [one for name, one in now.items() if name != new.name])
    old = now.get(new.name)
    looked_at, moves = _moves(list(now.values()), list({**now, new.name: new}.values()), as_of)
    return Trial(new, "" if old is None else diff(old, new), looked_at, moves)


def _moves(
    before: Sequence[HealthProfile], after: Sequence[HealthProfile], as_of: int
) -> tuple[int, tuple[Move, ...]]:
    inputs = gathered_inputs(None, as_of)
    new = {place: profile for profile, places in _by_profile(inputs, after) for place in places}
    moved: dict[int, tuple[Band, Band]] = {}
    for old, places in _by_profile(inputs, before):
        for profile in after:
            mine = [place for place in places if new[place] is profile]
            if mine:
                moved |= {one: (was, now) for one, was, now in dry_run(old, profile, inputs[mine]).moves()}
    names = dict(Customer.objects.filter(health_standing__isnull=False).values_list("pk", "name"))
    missing = [one for one in moved if one not in names]
    for start in range(0, len(missing), 500):
        some = Customer.objects.filter(pk__in=missing[start : start + 500])
        names |= dict(some.values_list("pk", "name"))
    moves = sorted((Move(one, names[one], *bands) for one, bands in moved.items()), key=_worst_first)
    return len(inputs), tuple(moves)


def _worst_first(move: Move) -> tuple[bool, int, int, str]:
    return move.after is Band.NOT_ENOUGH_KNOWN, int(move.after), int(move.before), move.name


def use_profile(actor: Colleague | None, text: str, why: str, as_of: int) -> HealthProfileVersion:
    """Keep a text as the next version of its profile, use it, and work out everybody's health by it.

    Raises
    ------
    RegularsError
        ``forbidden``, ``health-profile-invalid``, ``health-profile-unfit``, ``health-profile-same`` or
        ``why-missing``.
    """
    kept = keep_profile(actor, text, why)
    refresh_health(None, as_of)
    return kept


def roll_back_profile(
    actor: Colleague | None, name: str, version: int, why: str, as_of: int
) -> HealthProfileVersion:
    """Use an earlier version again, and work out everybody's health by it.

    Raises
    ------
    RegularsError
        ``forbidden``, ``health-profile-unknown``, ``health-profile-unfit`` or ``why-missing``.
    """
    current_profile(name)
    kept = put_back_profile(actor, name, version, why)
    refresh_health(None, as_of)
    return kept
