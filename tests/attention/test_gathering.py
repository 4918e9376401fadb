"""What is kept between assessments comes to the same as gathering everybody from their facts."""

import random
from dataclasses import replace

import numpy as np
import pytest
from django.conf import settings

from regulars.attention.base import laid_out
from regulars.attention.facts import facts_at
from regulars.attention.gathering import everybody, gathered
from regulars.attention.models import Standing
from regulars.attention.reassess import reassess_all
from regulars.attention.write.standings import Written
from regulars.ledger.facts import gathered_file
from regulars.ledger.imports import begin_run, open_path, plan_import, run_import, undo_import
from regulars.ledger.plans import Plan, Tick
from regulars.ledger.seal import seal_facts
from regulars.records.models import Customer
from regulars.records.read.company import company
from regulars.records.write.company import change_company
from regulars.records.write.merges import merge_customers, unmerge_customers
from regulars.store.kept import keep_columns, kept_columns, kept_rests_on
from tests.attention.stands import END, START, bought, go_on, record, stand

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "REGULARS_HOME", tmp_path)


def who(name):
    return Customer.objects.get(identifiers__value=name).pk


def same_rows(day):
    """Gather as of a day by both ways, see that they agree, and return the rows."""
    with facts_at(day) as at:
        drawn, together = laid_out(at.facts, at.collect, company(), day)
        rows, anew = gathered(at, drawn, together.days), everybody(at, drawn)
    assert rows.keys() == anew.keys()
    for name, column in anew.items():
        # The engine adds fractions up in an order of its own.
        np.testing.assert_allclose(
            rows[name], column, rtol=1e-12 if column.dtype.kind == "f" else 0, err_msg=name
        )
    return rows


def gathered_again(day):
    """Return who is gathered again as of a day, by a mark on everybody's kept row; the mark is gone after."""
    path = gathered_file()
    before, rests_on = kept_columns(path), kept_rests_on(path)
    keep_columns(path, {**before, "facts": before["facts"] + 1_000}, rests_on)
    with facts_at(day) as at:
        drawn, together = laid_out(at.facts, at.collect, company(), day)
        rows = gathered(at, drawn, together.days)
    keep_columns(path, before, rests_on)
    return set(rows["customer"][rows["facts"] < 1_000].tolist())


def sealed_stand():
    source = stand()
    seal_facts(min_rows=1)
    same_rows(END)
    return source


def test_nobody_is_gathered_again_when_only_the_day_moved():
    sealed_stand()
    for day in (END, END + 1, END + 30, END):
        assert gathered_again(day) == set()
        same_rows(day)


def test_who_has_news_is_gathered_again_and_nobody_else():
    source = sealed_stand()
    record(source, [bought("Nord", END + 1), bought("New", END + 1)], END + 1)
    news = {who("Nord"), who("New")}
    assert gathered_again(END + 1) == news
    same_rows(END + 1)
    assert gathered_again(END + 1) == set(), "the same unsealed facts are no news"
    seal_facts(min_rows=1)
    assert gathered_again(END + 1) == news
    same_rows(END + 1)


def test_a_late_fact_of_an_old_day_counts():
    source = sealed_stand()
    record(source, [bought("Nord", START + 3), bought("Guest 1", END - 2)], END + 1)
    assert gathered_again(END + 1) == {who("Nord"), who("Guest 1")}
    same_rows(END + 1)


def test_a_fact_before_the_first_day_shifts_every_open_day():
    source = sealed_stand()
    record(source, [bought("Nord", START - 9)], END)
    assert len(gathered_again(END)) == 41
    same_rows(END)


def test_facts_recorded_ahead_of_their_day_count_when_it_comes():
    source = stand()
    record(source, [bought("Nord", END + 2)], END)
    seal_facts(min_rows=1)
    same_rows(END)
    assert gathered_again(END + 1) == set()
    assert gathered_again(END + 2) == {who("Nord")}
    same_rows(END + 2)
    assert gathered_again(END) == {who("Nord")}, "and no longer when asked of the day before"
    same_rows(END)


def test_merged_and_parted_customers_are_gathered_again():
    sealed_stand()
    one, other = who("Guest 1"), who("Nord")
    merge = merge_customers(None, one, other)
    assert gathered_again(END) == {one}
    assert other not in same_rows(END)["customer"]
    unmerge_customers(None, merge.pk)
    assert gathered_again(END) == {one, other}
    same_rows(END)


def test_what_was_kept_of_removed_facts_is_gone(tmp_path):
    source = sealed_stand()
    path = tmp_path / "more.csv"
    path.write_text("customer,date,amount\nNord,2025-04-01,3.00\nLast,2025-04-01,4.00\n")
    names = enumerate(("customer", "date", "amount"), start=1)
    ticks = tuple(Tick(number, name, name, "Needed") for number, name in names)
    plan = Plan("purchases", source.slug, ticks)
    run = plan_import(None, open_path(None, path, "purchases"), plan, path)
    run = run_import(begin_run(None, run, path).pk, path=path)
    assert run.recorded == 2
    seal_facts(min_rows=1)
    same_rows(END + 100)
    undo_import(None, run.pk)
    assert not gathered_file().exists()
    assert len(same_rows(END + 100)["customer"]) == 41


def test_other_hours_gather_everybody_and_hard_days_are_counted_where_they_turn():
    sealed_stand()
    days = [(np.datetime64(0, "D") + day).astype(str) for day in (END - 10, END - 9, END - 3)]
    before = same_rows(END)["hard_days"].sum()
    change_company(None, {"calendar": {**company().calendar, "adverse": days}})
    assert gathered_again(END) == set()
    assert same_rows(END)["hard_days"].sum() > before
    change_company(None, {"calendar": {**company().calendar, "adverse": []}})
    assert same_rows(END)["hard_days"].sum() == before
    change_company(None, {"calendar": {**company().calendar, "weekdays": [0, 1, 2, 3, 4]}})
    assert len(gathered_again(END)) == 41
    same_rows(END)


@pytest.mark.parametrize("changed", ["calculation", "currency"])
def test_another_calculation_or_currency_gathers_everybody(changed):
    sealed_stand()
    if changed == "currency":
        change_company(None, {"currency": "USD"})
    else:
        keep_columns(
            gathered_file(), kept_columns(gathered_file()), {**kept_rests_on(gathered_file()), changed: ""}
        )
    assert len(gathered_again(END)) == 41
    same_rows(END)


def test_a_file_that_cannot_be_read_is_made_again():
    sealed_stand()
    gathered_file().write_bytes(b"cut short")
    same_rows(END)
    assert kept_rests_on(gathered_file())["as_of"] == END


@pytest.mark.parametrize("seed", range(2))
def test_whatever_happens_in_whatever_order_both_ways_agree(seed):
    chance = random.Random(seed)
    source, day, merges = sealed_stand(), END, []

    def news():
        number = chance.randrange(40)
        record(
            source,
            [bought(f"Guest {number}", day - chance.choice((0, 1, 50)), item=str(chance.random()))],
            day,
        )

    def given_back():
        fact = bought(f"Guest {chance.randrange(40)}", day - 1, amount=450)
        record(source, [replace(fact, kind="refund", message_id=str(chance.random()))], day)

    def merged():
        one, other = chance.sample(
            list(Customer.objects.filter(merged_into=None).values_list("pk", flat=True)), 2
        )
        merges.append(merge_customers(None, one, other).pk)

    def parted():
        if merges:
            unmerge_customers(None, merges.pop(chance.randrange(len(merges))))

    def sealed():
        seal_facts(min_rows=1)

    for _ in range(9):
        chance.choice((news, news, given_back, merged, parted, sealed))()
        day += chance.randrange(2)
        same_rows(day)


def test_standings_from_what_was_kept_are_those_from_scratch():
    source = sealed_stand()
    reassess_all(END)
    go_on(source, 3)
    merge_customers(None, who("Guest 1"), who("Guest 2"))
    outcome = reassess_all(END + 3)
    assert outcome.written.changed > 0
    gathered_file().unlink()
    assert reassess_all(END + 3).written == Written()
    assert Standing.objects.count() == 40
