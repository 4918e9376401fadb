"""One customer: what stands on the page, and what is changed there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from regulars.insight.stage import Stage
from regulars.ledger.models import Fact
from regulars.records.models import Customer, Knowledge, Note, Outcome, Person, Role, ShareLink, Tag
from regulars.records.opaque import opaque
from regulars.records.read.company import calendar_date
from regulars.records.write.merges import merge_customers
from regulars.web.pages.customer.page import CustomerPage
from tests.web.factories import customer, fact, regular, standing, step, today

pytestmark = pytest.mark.django_db


def address(one: Customer) -> str:
    return f"/customers/{opaque(one.pk)}"


def page_of(client: Any, one: Customer, query: str = "") -> CustomerPage:
    response = client.get(address(one) + query)
    assert response.status_code == 200
    page: CustomerPage = response.context["page"]
    return page


def test_the_page_says_who_they_are_in_one_sentence(as_vic: Any) -> None:
    one = regular("Café Nord", every=12, times=7, last=9)
    step(one)
    html = as_vic.get(address(one)).content.decode()
    assert "Regular: 7 purchases, every 12 days or so, last 9 ago." in html
    assert "We have missed you. Is everything all right?" in html
    assert "7 purchase days in the last 365 days, last 9 days ago, next expected in 3 days" in html
    assert "Usually" in html


def test_a_stage_opens_to_its_purchases_in_two_clicks(as_vic: Any) -> None:
    one = regular("Café Nord", times=7)
    fact(one, today() - 2, "touchpoint")
    assert "?only=purchases#history" in as_vic.get(address(one)).content.decode()
    days = page_of(as_vic, one, "?only=purchases").history
    assert days is not None
    assert sum(len(day.entries) for day in days.days) == 7


def test_a_customer_without_an_assessment_has_a_page(as_vic: Any) -> None:
    assert page_of(as_vic, customer("New")).stood is None


def test_an_unknown_address_is_nobody(as_vic: Any) -> None:
    for ref in ("00000000", "short", "UPPERCAS", "toolong000"):
        assert as_vic.get(f"/customers/{ref}").status_code == 404


def test_the_address_of_a_merged_customer_leads_to_the_kept_one(as_vic: Any) -> None:
    kept, absorbed = regular("Café Nord"), regular("Cafe Nord")
    merge_customers(None, kept.pk, absorbed.pk)
    assert as_vic.get(address(absorbed)).url == address(kept)


def test_what_is_sent_from_the_page_of_one_who_was_merged_meanwhile_reaches_the_kept_one(as_max: Any) -> None:
    kept, absorbed = customer("Kept"), customer("Absorbed")
    ref = opaque(absorbed.pk)
    merge_customers(None, kept.pk, absorbed.pk)
    as_max.post(f"/customers/{ref}/notes", {"text": "They moved"})
    as_max.post(f"/customers/{ref}/outcomes", {"sentence": "Open on Sundays", "due_on": "2027-05-01"})
    as_max.post(f"/customers/{ref}/cards", {"learnt_kind": "job", "learnt": "Mornings", "said": "them"})
    as_max.post(f"/customers/{ref}/people", {"name": "Ida"})
    as_max.post(f"/customers/{ref}/record", {"text": "Called", "channel": "call"})
    as_max.post(f"/customers/{ref}/share/new", {"days": "30"})
    for table in (Note, Outcome, Knowledge, Role, Fact, ShareLink):
        assert set(table.objects.values_list("customer", flat=True)) == {kept.pk}, table


def test_whoever_is_not_on_the_list_does_not_take_the_owner_away(as_max: Any, max: Any) -> None:
    one = customer("Nord", owner=max)
    for chosen in ("987654", "²", "9" * 5_000):
        answer = as_max.post(f"/customers/{opaque(one.pk)}/owner", {"owner": chosen})
        assert (answer.status_code, "Choose from the list" in answer.content.decode()) == (400, True)
    one.refresh_from_db()
    assert one.owner == max


def test_notes_are_kept_changed_removed_and_brought_back(as_max: Any) -> None:
    one = regular("Café Nord")
    as_max.post(f"{address(one)}/notes", {"text": "Likes it dark"})
    note = Note.objects.get()
    as_max.post(f"/notes/{opaque(note.pk)}/change", {"text": "Likes it very dark"})
    assert [row.text for row in page_of(as_max, one).records.notes] == ["Likes it very dark"]
    as_max.post(f"/notes/{opaque(note.pk)}/remove")
    assert list(page_of(as_max, one).records.notes) == []
    as_max.post(f"/notes/{opaque(note.pk)}/restore")
    assert len(page_of(as_max, one).records.notes) == 1
    assert as_max.post(f"{address(one)}/notes", {"text": "  "}).status_code == 400


def test_what_is_typed_is_shown_and_never_run(as_max: Any) -> None:
    one = regular("<script>alert(1)</script>")
    as_max.post(f"{address(one)}/notes", {"text": "<img src=x onerror=alert(1)>"})
    html = as_max.get(address(one)).content.decode()
    assert "<script>alert" not in html
    assert "<img src=x" not in html


def test_tag_owner_and_kind_are_set_from_the_page(as_max: Any, ana: Any) -> None:
    one = regular("Café Nord")
    as_max.post(f"{address(one)}/tags", {"tag": "wholesale"})
    as_max.post(f"{address(one)}/owner", {"owner": ana.pk})
    as_max.post(f"{address(one)}/kind", {"kind": "café"})
    one.refresh_from_db()
    assert (one.owner, one.kind and one.kind.name) == (ana, "café")
    tag = Tag.objects.get()
    assert list(one.tags.all()) == [tag]
    as_max.post(f"{address(one)}/tags/{opaque(tag.pk)}/off")
    assert not one.tags.exists()
    as_max.post(f"{address(one)}/owner", {"owner": ""})
    one.refresh_from_db()
    assert one.owner is None


def test_of_two_changes_to_one_note_neither_is_lost(as_max: Any, as_ana: Any) -> None:
    one = customer("Nord")
    as_max.post(f"{address(one)}/notes", {"text": "Ida has a new dog"})
    note = Note.objects.get()
    change = f"/notes/{opaque(note.pk)}/change"
    assert f'name="seen" value="{note.seen}"' in as_max.get(address(one)).content.decode()
    as_ana.post(change, {"text": "Ida has two dogs", "seen": note.seen})
    answer = as_max.post(change, {"text": "Ida's dog is called Rex", "seen": note.seen})
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "This was changed after you opened it." in html
    assert "Ida has two dogs" in html
    assert "Ida&#x27;s dog is called Rex</textarea>" in html
    assert Note.objects.get().text == "Ida has two dogs", "the first stands until somebody who saw it decides"
    both = {"text": "Two dogs, one is called Rex", "seen": Note.objects.get().seen}
    assert f'value="{both["seen"]}"' in html
    assert as_max.post(change, both).status_code == 303
    assert Note.objects.get().text == "Two dogs, one is called Rex"
    assert as_ana.post(change, both).status_code == 303, "the same words twice are no quarrel"


def test_words_for_a_note_that_was_removed_meanwhile_are_not_hidden_with_it(as_max: Any, as_ana: Any) -> None:
    one = customer("Nord")
    as_max.post(f"{address(one)}/notes", {"text": "Ida has a new dog"})
    note = Note.objects.get()
    as_ana.post(f"/notes/{opaque(note.pk)}/remove")
    change = f"/notes/{opaque(note.pk)}/change"
    answer = as_max.post(change, {"text": "Ida has two dogs", "seen": note.seen})
    assert answer.status_code == 409
    assert "it was removed" in answer.content.decode()
    as_max.post(change, {"text": "Ida has two dogs", "seen": Note.objects.get().seen})
    assert [shown.text for shown in page_of(as_max, one).records.notes] == ["Ida has two dogs"]


def test_a_person_is_noted_and_taken_off(as_max: Any) -> None:
    one = regular("Café Nord")
    as_max.post(
        f"{address(one)}/people",
        {"name": "Ida", "title": "Owner", "email": "IDA@Example.org", "phone": "+49 30 12"},
    )
    person, role = Person.objects.get(), Role.objects.get()
    assert (person.name, person.email, person.phone_reversed, role.title) == (
        "Ida",
        "ida@example.org",
        "210394",
        "Owner",
    )
    as_max.post(f"{address(one)}/people/{opaque(role.pk)}/end")
    assert not Role.objects.exists()


def test_a_viewer_changes_nothing(as_vic: Any) -> None:
    one = regular("Café Nord")
    for verb in ("notes", "tags", "owner", "kind", "people"):
        assert (
            as_vic.post(f"{address(one)}/{verb}", {"text": "x", "tag": "x", "name": "x"}).status_code == 403
        )
    assert "<textarea" not in as_vic.get(address(one)).content.decode()


def test_back_never_leads_to_another_house(as_max: Any) -> None:
    one = regular("Café Nord")
    for evil in ("//evil.example", "https://evil.example/", r"\\evil.example", "javascript:alert(1)"):
        answer = as_max.post(f"{address(one)}/notes", {"text": "x", "back": evil})
        assert answer.url == address(one)


def test_the_page_costs_the_same_statements_for_one_entry_and_for_twenty(as_max: Any) -> None:
    def statements(one: Customer) -> int:
        as_max.get(address(one))
        with CaptureQueriesContext(connection) as caught:
            as_max.get(address(one))
        return len(caught)

    assert statements(regular("One", times=1)) == statements(regular("Twenty", times=20))


def test_of_many_people_and_steps_the_first_are_shown_and_the_rest_are_a_step_away(as_max, db):
    from regulars.attention.models import NextStep
    from regulars.records.models import Person, Role
    from tests.web.factories import customer, today

    one = customer("Large Company")
    people = Person.objects.bulk_create(Person(name=f"Person {n:02d}") for n in range(30))
    Role.objects.bulk_create(Role(person=person, customer=one) for person in people)
    Role.objects.filter(person=people[-1]).update(part="champion")
    for n in range(8):
        NextStep.objects.create(
            customer=one, kind="outcome_late", key=f"k{n}", sentence=f"is late with {n}.", opened_day=today()
        )
    address = f"/customers/{opaque(one.pk)}"
    page = as_max.get(address).content.decode()
    assert "Person 29" in page, "who plays a part stands first"
    assert page.count("The part Person") == 12
    assert "18 more people" in page
    assert "6 more, less pressing" in page
    assert as_max.get(f"{address}?people=all").content.decode().count("The part Person") == 30


def test_of_many_outcomes_the_most_urgent_are_shown_and_the_rest_are_a_step_away(as_max: Any) -> None:
    one, on = customer("Large Company"), calendar_date(today())
    for number in range(20):
        Outcome.objects.create(customer=one, sentence=f"Reach {number:02d}", noted_on=on, agreed_on=on)
    first = as_max.get(address(one)).context["page"].success
    assert (len(first.cards), first.more) == (13, 7)
    html = as_max.get(address(one)).content.decode()
    assert "7 more outcomes" in html
    last = Outcome.objects.get(sentence="Reach 19")
    named = as_max.get(address(one) + f"?tab=success&outcome={opaque(last.pk)}").context["page"].success
    assert [card.outcome for card in named.cards if card.is_open] == [last]
    every = as_max.get(address(one) + "?tab=success&outcome=all").context["page"].success
    assert (len(every.cards), every.more) == (20, 0)


def test_nothing_is_said_of_purchases_to_who_is_on_contract_and_never_bought(as_vic: Any) -> None:
    one = customer("Quay Hotel")
    inputs = {"days": 0, "last_day": -1, "usual_gap": 0.0, "contract_day": today() - 90, "renewals": 0}
    standing(one, Stage.FIRST_TIME_BUYER, inputs=inputs)
    html = as_vic.get(address(one)).content.decode()
    assert "contract since" in html
    assert "The stage comes from the contracts" in html
    for word in ("0 purchases", "€0.00", "all purchases less refunds", "Buys again"):
        assert word not in html, word
    bought = as_vic.get(address(regular("Café Nord"))).content.decode()
    assert "8 purchases on 8 days" in bought


def test_a_rewound_page_shows_the_notes_and_people_of_that_day_and_no_form_that_writes(as_max: Any) -> None:
    one, then = regular("Café Nord", every=30, times=12), calendar_date(today() - 90)
    for tab in ("success", "history", "facts"):
        assert "New note" in as_max.get(f"{address(one)}?tab={tab}").content.decode()
    Note.objects.create(customer=one, text="Before ten only", noted_on=then - timedelta(days=9))
    as_max.post(f"{address(one)}/notes", {"text": "Ida has a new dog"})
    Tag.objects.create(name="loud").customers.add(one)
    left = calendar_date(today() - 30)
    told = {"Ida": {"since": then - timedelta(days=9), "until": left}, "Ole": {"since": left}, "Pia": {}}
    for name, days in told.items():
        Role.objects.create(person=Person.objects.create(name=name), customer=one, **days)
    Person.objects.create(name="Quin").roles.create(customer=one)
    Person.objects.filter(name="Pia").update(created_at=timezone.now() - timedelta(days=100))
    past = f"?as_of={then.isoformat()}"
    page = page_of(as_max, one, past)
    assert [note.text for note in page.records.notes] == ["Before ten only"]
    assert [(role.person.name, role.until) for role in page.people.shown] == [("Pia", None), ("Ida", None)]
    known = page_of(as_max, one, past + "&mode=known")
    assert (list(known.records.notes), [role.person.name for role in known.people.shown]) == ([], ["Pia"])
    for tab in ("success", "history", "facts"):
        html = as_max.get(f"{address(one)}{past}&tab={tab}").content.decode()
        body = html.partition('<article id="customer"')[2].partition("</article>")[0]
        actions = [part.partition('"')[0] for part in body.split('action="')[1:]]
        assert actions == ["/customers/rewind"], tab
        assert "9 days ago" in body, "as old as it was then"


def test_a_purchase_expected_tomorrow_is_said_so(as_vic: Any) -> None:
    one = regular("Café Nord", every=12, times=7, last=11)
    html = as_vic.get(address(one)).content.decode()
    assert "next expected tomorrow" in html
    assert "in 1 days" not in html
