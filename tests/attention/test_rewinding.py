import csv
import io

import pytest
from click.testing import CliRunner
from django.utils import timezone

from regulars.attention import rewinding
from regulars.attention.models import Rewind, RewoundStanding, Standing
from regulars.attention.reassess import reassess_all
from regulars.attention.rewinding import compute_rewind
from regulars.attention.write.rewinds import request_rewind
from regulars.cli.standings import standings
from regulars.insight.stage import Stage
from regulars.ledger.models import Fact
from regulars.records.models import Customer
from regulars.records.read.company import calendar_date, company
from regulars.records.write.company import change_company
from regulars.records.write.merges import merge_customers, unmerge_customers
from tests.attention.stands import END, START, bought, record, stand, weekly

pytestmark = pytest.mark.django_db(transaction=True)

THEN = END - 30


def rewound(mode: str) -> dict[str, tuple]:
    rewind = compute_rewind(request_rewind(None, THEN, mode, today=END).pk)
    assert rewind.state == "done", rewind.message
    rows = RewoundStanding.objects.filter(rewind=rewind).select_related("customer")
    return {row.customer.name: (row.stage, row.purchase_days, row.last_day) for row in rows}


def test_a_rewound_list_is_what_would_have_been_assessed_that_day():
    stand()
    then = rewound("happened")
    reassess_all(THEN)
    direct = {
        row.customer.name: (row.stage, row.purchase_days, row.last_day)
        for row in Standing.objects.select_related("customer")
    }
    assert then == direct


def test_a_late_import_changes_what_had_happened_and_never_what_we_knew():
    source = stand()
    record(source, weekly("Early bird", THEN - 14), received=THEN - 10)
    happened, known = rewound("happened"), rewound("known")
    # Everything but Early bird was received at the end: on that day nothing of it was known.
    assert set(known) == {"Early bird"}
    late = [bought("Nord", day) for day in range(THEN - 60, THEN, 7)] + weekly("Newly told", THEN - 7)
    record(source, late, received=END)
    again = rewound("happened")
    assert again["Nord"] != happened["Nord"]
    assert "Newly told" in again
    assert "Newly told" not in happened
    assert rewound("known") == known


def test_reveal_says_who_never_came_back_and_lists_the_misses():
    source = stand()
    record(source, [*weekly("Back again", THEN - 30), bought("Back again", THEN + 2)])
    compute_rewind(request_rewind(None, THEN, "happened", today=END).pk)
    rewind = Rewind.objects.get()
    told = rewind.reveal
    quiet = RewoundStanding.objects.filter(rewind=rewind, stage=Stage.GONE_QUIET)
    assert told["named"] == quiet.exclude(never_came_back=None).count()
    assert told["share"]["n"] == told["named"]
    returned = Customer.objects.get(name="Back again").pk
    row = RewoundStanding.objects.get(rewind=rewind, customer=returned)
    assert row.never_came_back in {False, None}


def test_the_command_prints_what_the_page_lists(as_ana):
    stand()
    today = company().day_of(timezone.now())
    assert today > END
    day = calendar_date(THEN).isoformat()
    for mode, flag in (("happened", []), ("known", ["--known-then"])):
        printed = CliRunner().invoke(standings, ["--as-of", day, *flag], catch_exceptions=False)
        rows = list(csv.DictReader(io.StringIO(printed.output)))
        page = as_ana.get(f"/customers?as_of={day}&mode={mode}").content.decode()
        export = b"".join(as_ana.get(f"/customers.csv?as_of={day}&mode={mode}")).decode("utf-8-sig")
        amounts = [
            (row["customer"], row["value"], row["currency"]) for row in csv.DictReader(io.StringIO(export))
        ]
        assert [(row["name"], row["value"], row["currency"]) for row in rows] == amounts
        assert all("." in value for _, value, _ in amounts)
        shown = [row["name"] for row in rows if f">{row['name']}<" in page]
        assert shown == [row["name"] for row in rows][: len(shown)]
        assert len(shown) == min(len(rows), 50)
        for row in rows[:50]:
            assert row["sentence"].split(",")[0].replace("'", "&#x27;") in page


def test_the_first_day_of_the_shop_can_be_rewound_to():
    stand()
    then = compute_rewind(request_rewind(None, START, "happened", today=END).pk)
    assert then.state == "done"
    assert then.customers < 10


def done():
    return compute_rewind(request_rewind(None, THEN, "happened", today=END).pk)


def test_a_rewound_list_is_taken_again_only_while_what_it_rests_on_is_the_same(ana):
    source = stand(5)
    first = done()
    assert request_rewind(None, THEN, "happened", today=END) == first
    one, other = Customer.objects.order_by("pk")[:2]
    merge = merge_customers(ana, one.pk, other.pk)
    merged = request_rewind(None, THEN, "happened", today=END)
    assert merged != first
    compute_rewind(merged.pk)
    unmerge_customers(ana, merge.pk)
    parted = done()
    assert parted != merged
    Fact.objects.filter(source=source, day=START).delete()  # as undoing an import does
    undone = done()
    assert undone != parted
    change_company(ana, {"timezone": "Asia/Tokyo"})
    assert request_rewind(None, THEN, "happened", today=END) != undone


def test_a_rewind_that_went_wrong_inside_can_be_asked_for_again(monkeypatch):
    stand(5)
    asked = request_rewind(None, THEN, "happened", today=END)

    def fails(*_given, **_named):
        raise ValueError

    with monkeypatch.context() as patch:
        patch.setattr(rewinding, "learnt", fails)
        with pytest.raises(ValueError):
            compute_rewind(asked.pk)
    asked.refresh_from_db()
    assert asked.state == "failed"
    assert asked.message
    assert done().state == "done"
