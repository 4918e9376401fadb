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
    from regulars.attention.models import Contract
    from regulars.attention.success import refresh_success
    from regulars.records.models import Customer, Outcome
    from regulars.records.opaque import opaque
    from regulars.records.read.company import calendar_date

    one, now = Customer.objects.get(pk=customer), today()
    contract(one, now - 340, notice_days=30, item="Machine care")
    record_told([told(one, "renewal_forecast", now, 90_000, text="Fewer sites next year")])
    Outcome.objects.create(
        customer=one,
        sentence="Twelve regulars",
        noted_on=calendar_date(now - 90),
        agreed_on=calendar_date(now - 90),
        due_on=calendar_date(now - 9),
    )
    refresh_success([customer], now)
    views = [f"/customers?view={view}" for view in ("renewals", "plans", "unagreed", "health")]
    forms = [f"/contracts/{opaque(Contract.objects.get().pk)}/{verb}" for verb in ("renew", "cancel")]
    noting = [f"/customers/{opaque(customer)}/{what}" for what in ("contracts", "expansions")]
    tabs = [f"/customers/{opaque(customer)}?tab={tab}" for tab in ("success", "history", "facts")]
    return [*views, *forms, *noting, *tabs]


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
