"""The frame: sign-in, theme, keys, stylesheet, find, errors."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory

from regulars.attention.models import ContractStanding
from regulars.records.write.search_index import index_due
from regulars.web import errors
from regulars.web.style import style, style_address
from tests.web.factories import regular

pytestmark = pytest.mark.django_db


def test_whoever_is_not_signed_in_is_asked_to(as_nobody: Any) -> None:
    for address in ("/", "/customers", "/find?q=x", "/customers/00000000", "/steps/00000000"):
        answer = as_nobody.get(address)
        assert answer.status_code == 302
        assert "login" in answer.url


def test_the_stylesheet_is_one_small_and_kept_by_its_content(as_nobody: Any) -> None:
    answer = as_nobody.get(style_address(), headers={"accept-encoding": "gzip"})
    assert gzip.decompress(answer.content).decode() == style()
    assert "immutable" in answer["Cache-Control"]
    assert len(answer.content) < 30_000
    assert as_nobody.get("/style-old.css")["Cache-Control"] == "no-cache"
    assert as_nobody.get("/style-old.css").content.decode() == style()


def test_the_chosen_look_is_kept_and_shown_without_a_flash(as_vic: Any, vic: Any) -> None:
    assert 'data-theme="system"' in as_vic.get("/").content.decode()
    as_vic.post("/theme", {"theme": "dark"})
    assert 'data-theme="dark"' in as_vic.get("/").content.decode()
    assert as_vic.post("/theme", {"theme": "pink"}).status_code == 400


def test_single_keys_can_be_switched_off(as_vic: Any) -> None:
    assert 'data-keys="on"' in as_vic.get("/").content.decode()
    as_vic.post("/keys", {"keys": "off"})
    assert 'data-keys="off"' in as_vic.get("/").content.decode()


def test_places_that_do_not_exist_are_absent(as_vic: Any) -> None:
    html = as_vic.get("/").content.decode()
    assert all(word in html for word in ("Today", "Customers", "Reports"))
    assert "Feedback" not in html
    assert "Meetings" not in html


def palette_of(client: Any) -> str:
    html: str = client.get("/").content.decode()
    return html.split('id="palette-places"')[1].split("</dialog>")[0]


def test_the_palette_leads_to_every_place_and_act_that_one_may_use(as_vic: Any, as_max: Any) -> None:
    one = regular("Café Nord")
    acts, contracts = ("Add a customer", "Import a file"), ("Renewals", "Board page", "Revenue")
    offered = palette_of(as_max)
    for word in (*acts, "Export all customers", "Is our score right?", "Theme: dark"):
        assert f"{word}<" in offered
    assert not any(f"{word}<" in offered for word in contracts)
    ContractStanding.objects.create(customer=one)
    assert all(f"{word}<" in palette_of(as_max) for word in contracts)
    assert not any(f"{word}<" in palette_of(as_vic) for word in acts)


def test_the_how_to_names_the_key_that_the_help_names(as_vic: Any) -> None:
    told = Path("docs/how-to/record-a-touchpoint.md").read_text(encoding="utf-8")
    [key] = re.findall(r"press <kbd>(.)</kbd>, or \*\*Record\*\*", told)
    assert f"<kbd>{key}</kbd></dt><dd>Record a touchpoint</dd>" in as_vic.get("/").content.decode()


def test_find_answers_on_its_own_page_and_briefly_to_the_palette(as_vic: Any) -> None:
    regular("Café Nord", last=9)
    index_due()
    page = as_vic.get("/find?q=cafe").content.decode()
    assert "regular, last bought 9 days ago" in page
    assert "<h1>" in page
    brief = as_vic.get("/find?q=cafe", headers={"hx-request": "true"}).content.decode()
    assert "data-hit" in brief
    assert "<html" not in brief
    assert "Nobody answers to" in as_vic.get("/find?q=zzz").content.decode()


def test_errors_are_ours_and_carry_the_request_id(as_vic: Any) -> None:
    answer = as_vic.get("/nothing-here")
    html = answer.content.decode()
    assert answer.status_code == 404
    assert "There is nothing at this address." in html
    assert answer["X-Request-Id"] in html
    request = RequestFactory().get("/")
    assert "Nothing was half-saved." in errors.failed(request).content.decode()
    assert errors.failed(request).status_code == 500
    assert errors.forbidden(request, PermissionDenied()).status_code == 403
    assert errors.bad_request(request, ValueError()).status_code == 400


def test_no_page_speaks_inline_or_to_another_house(as_ana: Any) -> None:
    regular("Café Nord")
    for address in ("/", "/customers", "/find?q=x"):
        html = as_ana.get(address).content.decode()
        assert " style=" not in html
        assert " onclick=" not in html
        assert 'src="http' not in html


def test_every_kind_of_entry_has_an_icon_that_exists() -> None:
    from regulars.ledger.dialects.incoming import KINDS
    from regulars.web.templatetags.shown import icon, kind_icon

    for kind in KINDS:
        assert "<svg" in icon(kind_icon(kind))
