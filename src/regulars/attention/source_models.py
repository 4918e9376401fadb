"""Lifetime models of one source's purchases, for the command line and the curious."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from regulars.attention.facts import facts_at
from regulars.insight.days import purchase_days
from regulars.insight.errors import RegularsError
from regulars.insight.lifetime.models import fit_named
from regulars.insight.lifetime.skill import SkillCard, skill_card
from regulars.insight.lifetime.summary import summaries
from regulars.insight.shapes import columns
from regulars.records.models import Source
from regulars.records.read.company import calendar_date

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True)
class SourceDays:
    """Purchase days of the customers of a source, up to a day.

    Shape
    -----
    ``customer`` and ``day`` of one length, one entry per purchase day.
    """

    customer: IntArray
    day: IntArray
    until: int


def source_days(slug: str, until: int | None) -> SourceDays:
    """Return the purchase days that a source (or all of them, for "") told of.

    Raises
    ------
    RegularsError
        ``source-unknown`` or ``no-purchases``.
    """
    far = 2**31 - 1
    with facts_at(far if until is None else until) as at:
        facts = at.facts
        if slug:
            facts = facts.filter(facts.source_id == access_source(slug).pk)
        days = columns(at.collect(purchase_days(facts).select("customer", "day")))
    if not days["day"].size:
        raise RegularsError(
            "no-purchases",
            "No purchases by known customers are on record up to that day. Import a purchase file first.",
        )
    last = int(days["day"].max()) if until is None else until
    return SourceDays(days["customer"], days["day"], last)


def access_source(slug: str) -> Source:
    """Return the source of this name.

    Raises
    ------
    RegularsError
        ``source-unknown``, naming the ones there are.
    """
    source = Source.objects.filter(slug=slug).first()
    if source is None:
        known = ", ".join(Source.objects.values_list("slug", flat=True)) or "none yet"
        raise RegularsError("source-unknown", f"There is no source {slug!r}. Known sources: {known}.", 404)
    return source


def fitted_in_weeks(slug: str, until: int | None, model: str, estimate: Any) -> dict[str, Any]:
    """Return a fit told in weeks: parameters, standard errors, log-likelihood and what it rests on.

    Units
    -----
    alpha and beta in weeks; the log-likelihood is of densities per week.
    """
    days = source_days(slug, until)
    summary = summaries(days.customer, days.day, days.until)
    fitted = fit_named(model, summary, estimate)
    told = fitted.in_weeks()
    return {
        "model": fitted.name,
        "estimate": estimate,
        "unit": told.unit,
        "parameters": told.parameters,
        "standard_errors": told.standard_errors,
        "log_likelihood": told.log_likelihood,
        "customers": len(summary),
        "repeat_buyers": summary.repeat_buyers,
        "until": calendar_date(days.until).isoformat(),
        "gradient_norm": fitted.fit.gradient_norm,
        "converged": fitted.fit.converged,
        "boundary": fitted.fit.boundary,
        "prior": fitted.fit.prior,
    }


def source_card(slug: str, until: int | None, horizon: int) -> SkillCard:
    """Return the rolling-origin skill card of MBG/NBD on a source's purchases."""
    days = source_days(slug, until)
    return skill_card(days.customer, days.day, days.until, horizon=horizon)
