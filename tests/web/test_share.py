"""Colleagues share a plan: the link is shown once, ended at will, and the preview is the customer's own page."""

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
import segno
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from regulars.records.models import AuditEntry, Person, ShareLink
from regulars.records.opaque import opaque
from regulars.records.write.shares import revoke_share, share_plan
from regulars.web.pages.customer.share import made_link
from tests.web.factories import customer
from tests.web.test_public import holder, ida, link, nord, outcome

__all__ = ["ida", "link", "nord", "outcome"]


@pytest.fixture
def address(nord):
    return f"/customers/{opaque(nord.pk)}/share"


def shown_link(answer):
    return re.search(r'class="share-link" readonly value="([^"]+)"', answer.content.decode()).group(1)


def test_nothing_is_shared_until_a_link_is_made(as_max, address, nord, outcome):
    page = as_max.get(address).content.decode()
    assert "No link was made. Nothing of this customer is shared with anyone." in page
    assert not ShareLink.objects.exists()


def test_a_page_of_many_links_asks_no_more_than_one_of_one(as_max, max, address, nord, outcome):
    def statements() -> int:
        with CaptureQueriesContext(connection) as caught:
            as_max.get(address)
        return len(caught)

    share_plan(max, nord.pk)
    as_max.get(address)
    alone = statements()
    for _ in range(10):
        share_plan(max, nord.pk)
    assert statements() == alone


def test_a_link_is_made_for_a_person_in_a_language_and_opens_the_plan(
    as_max, address, ida, outcome, settings
):
    answer = as_max.post(f"{address}/new", {"person": opaque(ida.pk), "language": "de", "days": "30"})
    assert answer.status_code == 200
    made = shown_link(answer)
    assert made.startswith(f"{settings.REGULARS_URL}/l/")
    share = ShareLink.objects.get()
    assert (share.person, share.language) == (ida, "de")
    assert share.expires_at < timezone.now() + timedelta(days=30)
    page = holder(made.rsplit("/", 1)[1]).get("/plan").content.decode()
    assert "Was wir gemeinsam erreichen wollen" in page
    assert outcome.sentence in page


def test_a_link_is_shown_once(as_max, address, outcome):
    token = shown_link(as_max.post(f"{address}/new", {"days": "90"})).rsplit("/", 1)[1]
    assert token not in as_max.get(address).content.decode()
    assert not AuditEntry.objects.filter(detail__icontains=token).exists()


def test_the_code_holds_the_link_and_the_strictest_policy_shows_it():
    made = made_link("Ida", "x" * 43)
    assert "style=" not in made.picture
    drawing = ElementTree.fromstring(made.picture)
    assert drawing.get("viewBox") == "0 0 45 45"
    assert segno.make(made.address, error="m", micro=False).symbol_size() == (45, 45)
    strokes = drawing.find("path").get("d")
    assert strokes.startswith("M4 4.5h7"), "the dark top of a finder, after the quiet zone"


def test_links_are_listed_with_the_days_of_answers(as_max, address, link, outcome):
    reader = holder(link[1])
    reader.post("/plan", {"do": "tell", "message": "Hello", "name": "", "once": "1"})
    page = as_max.get(address).content.decode()
    assert "Ida Berg" in page
    today = timezone.now().date()
    assert page.count(f">{today.day} {today:%b %Y}</td>") == 2


def test_revoking_and_renewing(as_max, max, address, link, outcome):
    share, token = link
    reader = holder(token)
    assert as_max.post(f"/shares/{opaque(share.pk)}/renew").status_code == 303
    assert reader.get("/plan").status_code == 200
    assert as_max.post(f"/shares/{opaque(share.pk)}/revoke").status_code == 303
    assert reader.get("/plan").status_code == 404
    page = as_max.get(address).content.decode()
    assert "revoked" in page
    assert f"/shares/{opaque(share.pk)}/renew" not in page
    answer = as_max.post(f"/shares/{opaque(share.pk)}/renew")
    assert answer.status_code == 409
    assert "Make a new one" in answer.content.decode()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"days": "9999"}, "A link opens for 1 to 365 days"),
        ({"language": "tlh"}, "Choose one of"),
        ({"person": "stranger"}, "not noted at this customer"),
    ],
)
def test_what_cannot_be_made_is_said_beside_its_field(as_max, address, outcome, typed, sentence):
    if typed.get("person"):
        typed = {"person": opaque(Person.objects.create(name="Stranger").pk)}
    answer = as_max.post(f"{address}/new", typed)
    page = answer.content.decode()
    assert answer.status_code in {400, 404}
    assert sentence in page
    assert f'id="{next(iter(typed))}-error"' in page
    assert not ShareLink.objects.exists()


def test_viewers_see_the_links_and_make_none(as_vic, address, link):
    page = as_vic.get(address).content.decode()
    assert "Ida Berg" in page
    for act in ("/new", "/renew", "/revoke"):
        assert act not in page
    assert as_vic.post(f"{address}/new").status_code == 403


def test_the_preview_is_the_customers_page_with_nothing_to_send(as_max, max, address, nord, outcome):
    share, token = share_plan(max, nord.pk, language="en")
    theirs = holder(token).get("/plan").content.decode()
    preview = as_max.get(f"{address}/preview?lang=en").content.decode()
    assert '<fieldset class="all" disabled>' in preview
    assert "This is what the customer sees" in preview
    same = re.compile(
        r'name="(?:once|link|csrfmiddlewaretoken)" value="[^"]*"|<p class="note" role="note">[^<]*</p>'
    )
    addresses = (" disabled", f"{address}/preview"), ("", "/plan")
    for old, new in zip(*addresses, strict=True):
        preview = preview.replace(old, new)
    assert same.sub("", preview).split() == same.sub("", theirs).split()
    assert as_max.post(f"{address}/preview", {"do": "tell", "message": "x", "name": "y"}).status_code == 200
    revoke_share(max, share)


def test_a_preview_carries_no_link(as_max, address, outcome):
    as_max.get(f"{address}/preview")
    assert "link" not in as_max.cookies
    assert not ShareLink.objects.exists()


def test_a_plan_without_anything_agreed_says_so_on_both_sides(as_max, address, max, nord):
    assert "Nothing is agreed with them yet" in as_max.get(address).content.decode()
    page = holder(share_plan(max, nord.pk)[1]).get("/plan?lang=en").content.decode()
    assert "Nothing is agreed yet. As soon as it is, it stands here." in page


def test_a_customers_page_leads_to_its_links(as_vic, nord, address):
    assert f'href="{address}"' in as_vic.get(f"/customers/{opaque(nord.pk)}").content.decode()
    assert Client().get(address).status_code == 302


def test_people_who_left_are_not_offered(as_max, address, ida):
    assert f'value="{opaque(ida.pk)}"' in as_max.get(address).content.decode()
    ida.roles.update(until=timezone.now().date() - timedelta(days=1))
    assert f'value="{opaque(ida.pk)}"' not in as_max.get(address).content.decode()


def test_a_merged_customers_links_are_those_of_the_one_that_was_kept(as_max, nord, address):
    kept = customer("Café Nord GmbH")
    type(nord).objects.filter(pk=nord.pk).update(merged_into=kept)
    assert as_max.get(address)["Location"] == f"/customers/{opaque(kept.pk)}/share"
