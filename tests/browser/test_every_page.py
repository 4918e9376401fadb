"""Every page of a filled company, in a real browser: readable by everyone, in both themes, wide and narrow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from regulars.ledger.by_hand import record_told
from tests.attention.contracts import contract, told
from tests.house.permissions import table
from tests.web.factories import today

# Addresses without arguments that a person opens; the rest are forms, files and parts.
PLAIN = [
    f"/{row.address}"
    for row in table()
    if row.method == "GET"
    and row.expected[0] == "yes"
    and not row.holder  # walked in test_plan.py
    and not any(sign in row.address for sign in ("<", "(", ".csv", "healthz", "webauthn/login", "style-"))
]


@pytest.fixture
def filled(live_server: Any, ana: Any, settings: Any) -> list[str]:
    """Fill the demo company and return the addresses of its pages, one customer and one next step among them."""
    from django.utils import timezone

    from regulars.attention.models import NextStep
    from regulars.records.opaque import opaque
    from regulars.server.demo.load import seed
    from regulars.server.upkeep import reassess_everything

    seed(company="coffee", today=timezone.localdate())
    reassess_everything()
    step = NextStep.objects.filter(customer__isnull=False, place__isnull=False).order_by("place").first()
    assert step is not None
    return [
        *PLAIN,
        f"/customers/{opaque(step.customer_id)}",
        f"/steps/{opaque(step.pk)}",
        *_success(step.customer_id),
    ]


def _success(customer: int) -> list[str]:
    """Give a customer a contract, a plan and a health, and return the addresses that show them."""
    from regulars.attention.models import Contract, HealthProfileVersion, HealthStanding, PlanStanding
    from regulars.attention.write.contract_standings import refresh_contracts
    from regulars.records.models import Customer
    from regulars.records.opaque import opaque

    one, now = Customer.objects.get(pk=customer), today()
    contract(one, now - 340, notice_days=30, item="Machine care")
    record_told([told(one, "renewal_forecast", now, 90_000, text="Fewer sites next year")])
    refresh_contracts(None, now)
    PlanStanding.objects.create(
        customer=one,
        state=2,
        days_late=9,
        next_due_day=now,
        words="Twelve regulars",
        working=True,
        blockers=1,
    )
    profile = HealthProfileVersion.objects.create(name="all", version=1, text="")
    HealthStanding.objects.create(customer=one, band=0, based_on=20, profile=profile, day=now)
    views = [f"/customers?view={view}" for view in ("renewals", "plans", "unagreed")]
    forms = [f"/contracts/{opaque(Contract.objects.get().pk)}/{verb}" for verb in ("renew", "cancel")]
    noting = [f"/customers/{opaque(customer)}/{what}" for what in ("contracts", "expansions")]
    return [*views, *forms, *noting, f"/customers/{opaque(customer)}?tab=facts"]


def _findings(page: Any, axe: Callable[[Any], list[str]]) -> list[str]:
    found = axe(page)
    if page.locator("h1").count() != 1:
        found.append(f"{page.locator('h1').count()} first headings")
    hidden = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if hidden > 0:
        found.append(f"{hidden} px lie beyond the right edge")
    return found


def test_every_page_is_accessible_in_both_themes_and_fits_a_phone(
    filled: list[str], as_ana: Any, browse: Callable[..., Any], axe: Callable[[Any], list[str]]
) -> None:
    wrong: list[str] = []
    for theme, width in (("light", 1440), ("dark", 360)):
        page = browse("/settings/you", client=as_ana, theme=theme, width=width)
        for address in filled:
            response = page.goto(address)
            if response is None or "text/html" not in response.headers.get("content-type", ""):
                continue
            if not response.ok:
                wrong.append(f"{theme} {address}: {response.status}")
            wrong += [f"{theme} {width} {address}: {finding}" for finding in _findings(page, axe)]
    assert wrong == [], "\n" + "\n".join(wrong)


def test_every_page_can_be_read_without_javascript(
    filled: list[str], as_ana: Any, browse: Callable[..., Any]
) -> None:
    page = browse("/settings/you", client=as_ana, javascript=False)
    unread = []
    for address in filled:
        response = page.goto(address)
        assert response is not None
        if (
            "text/html" in response.headers.get("content-type", "")
            and not page.locator("main h1").is_visible()
        ):
            unread.append(address)
    assert unread == []


def test_what_keeps_people_out_is_found(
    ana: Any, browse: Callable[..., Any], axe: Callable[[Any], list[str]]
) -> None:
    page = browse("/account/login/", width=360)
    assert _findings(page, axe) == []
    page.evaluate(
        """() => {
            const input = document.createElement('input');
            const wide = document.createElement('h1');
            wide.textContent = 'x'.repeat(2000);
            document.querySelector('main').append(input, wide);
        }"""
    )
    found = "\n".join(_findings(page, axe))
    for words in ("label:", "2 first headings", "px lie beyond the right edge"):
        assert words in found
