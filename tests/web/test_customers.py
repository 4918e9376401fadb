"""The customer list: views by address, changes to many with undo, export, rewind and reveal."""

from __future__ import annotations

import csv
import io
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from regulars.attention.models import Rewind, RewoundStanding, StageCount
from regulars.insight.stage import Stage
from regulars.records.models import AuditEntry, Customer, Note, SavedView, Tag
from regulars.records.opaque import opaque
from regulars.records.read.company import calendar_date
from regulars.web.pages.customers.page import CustomersPage
from tests.web.factories import counted, customer, regular, standing, step, today

pytestmark = pytest.mark.django_db


def page_of(client: Any, query: str = "") -> CustomersPage:
    response = client.get(f"/customers{query}")
    assert response.status_code == 200, response.content.decode()
    page: CustomersPage = response.context["page"]
    return page


def names(client: Any, query: str = "") -> list[str]:
    return [row.standing.name for row in page_of(client, query).rows]


def test_each_view_holds_its_stages_and_says_how_many(as_vic: Any) -> None:
    regular("Rita")
    regular("Leo", stage=Stage.FOR_LIFE)
    regular("Quinn", times=12, last=40, stage=Stage.GONE_QUIET)
    standing(customer("Pia"), Stage.PROSPECT)
    counted()
    assert names(as_vic) == ["Leo", "Pia", "Quinn", "Rita"]
    assert set(names(as_vic, "?view=regulars")) == {"Rita", "Leo"}
    assert names(as_vic, "?view=quiet") == ["Quinn"]
    assert names(as_vic, "?view=for-life") == ["Leo"]
    assert names(as_vic, "?view=prospects") == ["Pia"]
    assert names(as_vic, "?stage=3") == ["Rita"]
    counts = {choice.word: choice.customers for choice in page_of(as_vic).views}
    assert (counts["All"], counts["Regulars"], counts["Going quiet"], counts["Won back"]) == (4, 2, 1, 0)


def test_the_same_address_shows_the_same_rows_to_another_session(as_ana: Any, as_vic: Any) -> None:
    for number in range(5):
        regular(f"Customer {number}", times=number + 1)
    address = "?view=regulars&sort=value&dir=asc"
    assert names(as_ana, address) == names(as_vic, address) == [f"Customer {number}" for number in range(5)]


def test_pages_follow_one_another_by_address(as_vic: Any) -> None:
    for number in range(60):
        standing(customer(f"Customer {number:02}"), Stage.REGULAR, value=number % 3)
    first = page_of(as_vic, "?sort=value&dir=desc")
    second = page_of(as_vic, f"?{urlsplit(first.next).query}")
    seen = [row.standing.name for row in (*first.rows, *second.rows)]
    assert (len(first.rows), len(second.rows), len(set(seen)), second.next) == (50, 10, 60, "")
    assert as_vic.get("/customers?sort=value&after=not-a-row").status_code == 404


def test_nonsense_in_the_address_is_answered_in_words(as_vic: Any) -> None:
    assert as_vic.get("/customers?sort=colour").status_code == 400
    assert as_vic.get("/customers?as_of=yesterday").status_code == 400
    assert names(as_vic, "?stage=99&view=nothing&owner=x&rainy=7") == []


def test_tags_are_hung_on_many_and_taken_off_again_by_undo(as_max: Any) -> None:
    one, other, third = regular("A"), regular("B"), regular("C")
    Tag.objects.create(name="wholesale").customers.add(one)
    picked = [opaque(one.pk), opaque(other.pk)]
    said = as_max.post(
        "/customers/change", {"do": "tag", "tag": "wholesale", "customer": picked}, follow=True
    )
    assert "1 customer tagged wholesale." in said.content.decode()
    assert set(Tag.objects.get().customers.all()) == {one, other}
    as_max.post(f"/customers/undo/{opaque(AuditEntry.objects.latest('id').pk)}")
    assert set(Tag.objects.get().customers.all()) == {one}
    assert third.tags.count() == 0


def test_hand_over_keeps_a_brief_and_undo_gives_each_back_to_whom_they_had(
    as_max: Any, ana: Any, max: Any
) -> None:
    one, other = regular("A"), regular("B")
    Customer.objects.filter(pk=one.pk).update(owner=max)
    form = {
        "do": "hand_over",
        "owner": ana.pk,
        "brief": "Ask about oats",
        "scope": "all",
        "query": "view=regulars",
    }
    as_max.post("/customers/change", form)
    assert list(Customer.objects.values_list("owner", flat=True)) == [ana.pk, ana.pk]
    assert list(Note.objects.values_list("text", flat=True)) == ["Hand-over: Ask about oats"] * 2
    entry = AuditEntry.objects.get(action="hand_over")
    Customer.objects.filter(pk=other.pk).update(owner=max)
    as_max.post(f"/customers/undo/{opaque(entry.pk)}")
    assert dict(Customer.objects.values_list("name", "owner")) == {"A": max.pk, "B": max.pk}
    assert not Note.objects.filter(removed_at=None).exists()


def test_many_is_never_nobody_and_never_unknown(as_max: Any, as_vic: Any) -> None:
    one = regular("A")
    assert as_max.post("/customers/change", {"do": "tag", "tag": "x"}).status_code == 400
    assert as_max.post("/customers/change", {"do": "dance", "customer": opaque(one.pk)}).status_code == 400
    assert (
        as_max.post("/customers/change", {"do": "hand_over", "customer": opaque(one.pk)}).status_code == 400
    )
    form = {"do": "tag", "tag": "x", "customer": opaque(one.pk)}
    assert as_vic.post("/customers/change", form).status_code == 403
    rewound = {"do": "tag", "tag": "x", "scope": "all", "query": "as_of=2026-01-01"}
    assert "for looking" in as_max.post("/customers/change", rewound).content.decode()
    assert not Tag.objects.exists()


def test_what_cannot_be_done_to_many_is_said_on_the_same_list_with_all_that_was_typed(as_max: Any) -> None:
    one = regular("Café Nord")
    standing(customer("Pia"), Stage.PROSPECT)
    typed = {"do": "tag", "tag": "oat milk", "brief": "Ask", "query": "view=regulars&sort=value"}
    answer = as_max.post("/customers/change", {**typed, "back": "/customers?view=regulars&sort=value"})
    html = answer.content.decode()
    assert answer.status_code == 400
    assert "Tick at least one customer first" in html
    assert [row.standing.name for row in answer.context["page"].rows] == ["Café Nord"], "the same view"
    assert 'name="tag" maxlength="60" list="bulk-tags" value="oat milk"' in html
    assert 'name="back" value="/customers?view=regulars&amp;sort=value"' in html
    html = as_max.post(
        "/customers/change", {**typed, "do": "hand_over", "customer": opaque(one.pk)}
    ).content.decode()
    assert "Choose whom to hand them over to." in html
    assert f'value="{opaque(one.pk)}" checked' in html
    assert not Tag.objects.exists()


def test_a_view_is_kept_by_its_address_and_shared_if_wished(as_max: Any, as_vic: Any, max: Any) -> None:
    form = {"view_name": "My best", "query": "view=regulars&sort=value&evil=1", "shared": "on"}
    as_max.post("/views/keep", form)
    view = SavedView.objects.get()
    assert view.query == "view=regulars&sort=value"
    assert [(saved.name, current) for saved, current in page_of(as_vic, f"?{view.query}").saved] == [
        ("My best", True)
    ]
    assert as_vic.post(f"/views/{opaque(view.pk)}/drop").status_code == 404
    as_max.post(f"/views/{opaque(view.pk)}/drop")
    assert not SavedView.objects.exists()


def test_the_chip_of_two_stages_says_how_many_stand_at_each(as_vic: Any) -> None:
    for stage, number in ((Stage.REGULAR, 1), (Stage.FOR_LIFE, 2)):
        for each in range(number):
            standing(customer(f"{stage.name} {each}"), stage)
        StageCount.objects.update_or_create(stage=int(stage), defaults={"customers": number})
    page = page_of(as_vic, "?view=regulars")
    [chip] = [choice for choice in page.views if choice.current]
    assert (chip.word, chip.customers) == ("Regulars", 3)
    assert chip.help.endswith("Now 1 regular and 2 on the way to for life.")
    assert page.about == chip.help
    assert page.about in as_vic.get("/customers?view=regulars").content.decode()
    [stages] = [one for one in page.filters if one.name == "stage"]
    assert dict(stages.choices)[str(int(Stage.REGULAR))] == "regular, not yet on the way to for life"


def test_the_export_is_the_whole_view_and_runs_in_no_spreadsheet(as_vic: Any) -> None:
    regular('=HYPERLINK("http://evil")')
    regular("Café Nord", times=3)
    for number in range(60):
        standing(customer(f"Prospect {number}"), Stage.PROSPECT)
    response = as_vic.get("/customers.csv")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 62
    assert rows[0]["customer"] == '\'=HYPERLINK("http://evil")'
    cafe = next(row for row in rows if row["customer"] == "Café Nord")
    assert (cafe["stage"], cafe["purchases"], cafe["value"], cafe["currency"]) == (
        "regular",
        "3",
        "13.50",
        "EUR",
    )
    assert cafe["last purchase"] == calendar_date(today() - 3).isoformat()


def rewound_list(day: int) -> Rewind:
    one, other = regular("Quinn"), regular("Nora")
    share = {
        "value": 0.5,
        "low": 0.1,
        "high": 0.9,
        "n": 2,
        "as_of": today(),
        "method": "Wilson",
        "refusal": "",
    }
    reveal = {"named": 1, "gone": 1, "share": share, "chance": share, "hiatus": share, "horizon_days": 24,
              "sentence": "Of 1 named, 1 never came back.", "missed": [other.pk]}  # fmt: skip
    rewind = Rewind.objects.create(as_of=day, mode="happened", state="done", customers=2, reveal=reveal)
    for who, stage, gone in ((one, Stage.GONE_QUIET, True), (other, Stage.REGULAR, True)):
        RewoundStanding.objects.create(
            rewind=rewind,
            customer=who,
            stage=int(stage),
            stage_day=day,
            name_folded=who.name_folded,
            never_came_back=gone,
        )
    return rewind


def test_a_day_is_rewound_to_by_a_form_and_waits_for_the_worker(as_max: Any) -> None:
    regular("Quinn")
    answer = as_max.post("/customers/rewind", {"days": "90", "view": "quiet"})
    assert parse_qs(urlsplit(answer.url).query) == {
        "as_of": [calendar_date(today() - 90).isoformat()],
        "view": ["quiet"],
    }
    assert Rewind.objects.get().state == "queued"
    page = page_of(as_max, f"?{urlsplit(answer.url).query}")
    assert (page.rewound.state, page.rows) == ("queued", ())
    as_max.post("/customers/rewind", {"days": "90"})
    assert Rewind.objects.count() == 1
    assert as_max.post("/customers/rewind", {"days": "0"}).status_code == 400


def test_a_rewound_list_reveals_who_never_came_back_and_whom_we_missed(as_vic: Any) -> None:
    day = today() - 90
    rewound_list(day)
    address = f"?as_of={calendar_date(day).isoformat()}"
    stood = page_of(as_vic, address)
    assert [row.standing.name for row in stood.rows] == ["Nora", "Quinn"]
    assert not stood.reveals
    named = page_of(as_vic, address + "&view=quiet&reveal=1")
    assert [(row.standing.name, row.standing.never_came_back) for row in named.rows] == [("Quinn", True)]
    html = as_vic.get(f"/customers{address}&view=quiet&reveal=1").content.decode()
    assert "Of 1 named, 1 never came back." in html
    assert "never came back</span>" in html
    assert names(as_vic, address + "&reveal=missed") == ["Nora"]


def test_a_reveal_of_nobody_is_one_sentence(as_vic: Any) -> None:
    day = today() - 90
    rewind = rewound_list(day)
    nothing = {"value": None, "low": None, "high": None, "n": 0, "as_of": today(), "method": "reveal",
               "refusal": "nobody was named whose time is over"}  # fmt: skip
    rewind.reveal |= {"named": 0, "gone": 0, "share": nothing, "chance": nothing, "hiatus": nothing,
                      "sentence": nothing["refusal"], "missed": []}  # fmt: skip
    rewind.save()
    html = as_vic.get(f"/customers?as_of={calendar_date(day).isoformat()}&reveal=1").content.decode()
    assert "nothing to reveal" in html
    assert "nobody was named whose time is over" not in html
    assert "0 of 0" not in html


def test_a_rewound_list_is_not_for_changing(as_max: Any) -> None:
    day = today() - 90
    rewound_list(day)
    html = as_max.get(f"/customers?as_of={calendar_date(day).isoformat()}").content.decode()
    assert 'name="customer"' not in html


def test_the_list_costs_the_same_statements_for_one_row_and_for_twenty(as_max: Any) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as caught:
            as_max.get("/customers")
        return len(caught)

    step(regular("Only one"))
    as_max.get("/customers")
    alone = statements()
    for number in range(20):
        step(regular(f"Another {number}"))
    assert statements() == alone


@pytest.mark.parametrize(
    "hostile",
    ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\xa0=1", "\N{FULLWIDTH EQUALS SIGN}1"],
)
def test_hostile_cells_become_words(hostile: str) -> None:
    from regulars.records.spreadsheet import plain_cell

    assert plain_cell(hostile) == f"'{hostile}"
    assert plain_cell(-3) == "-3"
