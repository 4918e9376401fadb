from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from regulars.attention import reassess
from regulars.attention.models import NextStep, StageCount, Standing, StandingHistory, StoredResult
from regulars.attention.reassess import claim_due, reassess_all, reassess_due, reassess_some
from regulars.attention.write import standings
from regulars.attention.write.standings import FACTUAL, SCORES, Written
from regulars.insight.stage import Stage
from regulars.ledger.dialects.incoming import IncomingFact
from regulars.ledger.models import DueCustomer
from regulars.ledger.record import record_facts
from regulars.records.models import Customer, Source
from tests.attention.stands import END, bought, go_on, moment, record, stand, weekly

pytestmark = pytest.mark.django_db(transaction=True)


def who(name):
    return Customer.objects.get(identifiers__value=name)


def stored(customer):
    return Standing.objects.values(*FACTUAL, *SCORES).get(customer=customer)


def test_everybody_gets_a_standing_with_what_it_rests_on():
    stand()
    outcome = reassess_all(END)
    assert outcome.written == Written(new=41)
    nord = Standing.objects.get(customer=who("Nord"))
    assert Stage(nord.stage) in {Stage.GONE_QUIET, Stage.LAPSED}
    assert nord.inputs["days"] == nord.purchase_days == 25
    assert nord.usual_gap == pytest.approx(7, abs=0.5)
    assert nord.last_day == END - 72
    guest = Standing.objects.get(customer=who("Guest 1"))
    assert Stage(guest.stage) == Stage.REGULAR
    assert guest.p_buy is not None
    assert guest.p_buy > 0.8


@pytest.mark.parametrize("silence", [20, 27, 34, 48, 62])
def test_nobody_gone_quiet_stands_beside_a_chance_near_certainty(silence):
    source = stand()
    record(source, weekly("Sund", END - silence))
    reassess_all(END)
    sund = Standing.objects.get(customer=who("Sund"))
    assert Stage(sund.stage) in {Stage.GONE_QUIET, Stage.LAPSED}
    assert sund.p_buy is None or sund.p_buy < 0.9
    quiet = Standing.objects.filter(stage__in=(Stage.GONE_QUIET, Stage.LAPSED))
    assert not quiet.filter(p_buy__gte=0.9).exists()
    assert Standing.objects.filter(stage=Stage.REGULAR, p_buy__gte=0.9).count() >= 30


def test_nothing_is_written_when_nothing_changed():
    stand()
    reassess_all(END)
    assert reassess_all(END).written == Written()


def test_a_day_later_only_scores_and_stages_move():
    stand()
    reassess_all(END)
    outcome = reassess_all(END + 1)
    assert outcome.written.new == 0
    assert outcome.written.changed <= 2, list(StandingHistory.objects.values())


def test_one_customer_and_everybody_come_to_the_same():
    source = stand()
    reassess_all(END)
    record(source, [bought("Guest 3", END + 1), bought("Guest 4", END + 1)], END + 1)
    guest = who("Guest 3")
    reassess_some([guest.pk, who("Guest 4").pk], END + 1)
    alone = stored(guest)
    Standing.objects.all().delete()
    StoredResult.objects.filter(key="base").update(as_of=END)
    reassess_all(END + 1)
    together = stored(guest)
    for name in (*FACTUAL, *SCORES):
        if name not in {
            "row_hash",
            "stage_day",
            "quiet_day",
            "lapse_day",
            "due_day",
            "usual_gap",
            "inputs",
            *SCORES,
        }:
            assert alone[name] == together[name], name
    # What is learnt of the whole base moved by one day; what is told of one customer hardly does.
    assert alone["usual_gap"] == pytest.approx(together["usual_gap"], abs=0.2)
    assert alone["p_buy"] == pytest.approx(together["p_buy"], abs=0.03)


def test_news_marks_a_customer_due_and_working_it_off_clears_the_mark():
    source = stand()
    reassess_all(END)
    assert not DueCustomer.objects.exists()
    record(source, [bought("Nord", END + 1)], END + 1)
    assert [row.customer for row in DueCustomer.objects.all()] == [who("Nord")]
    outcome = reassess_due(END + 1)
    assert outcome.customers == 1
    assert not DueCustomer.objects.exists()
    assert Stage(Standing.objects.get(customer=who("Nord")).stage) == Stage.WON_BACK
    change = StandingHistory.objects.get(customer=who("Nord"))
    assert change.stage == Stage.WON_BACK
    assert change.day == END + 1


def test_news_during_an_assessment_takes_the_claim_back():
    source = stand()
    reassess_all(END)
    record(source, [bought("Nord", END + 1)], END + 1)
    claimed = claim_due()
    assert claimed is not None
    assert claim_due() is None
    record(source, [bought("Nord", END + 2)], END + 2)
    token, customers = claimed
    assert customers == [who("Nord").pk]
    DueCustomer.objects.filter(claimed_by=token).delete()
    assert DueCustomer.objects.filter(customer=who("Nord"), claimed_by="").exists()


def while_everybody_is_read(monkeypatch, happens):
    """Let something happen once, after the facts of everybody were read and before standings are written."""
    real = reassess.learn_item_habits

    def meanwhile(at, as_of):
        monkeypatch.setattr(reassess, "learn_item_habits", real)
        happens()
        return real(at, as_of)

    monkeypatch.setattr(reassess, "learn_item_habits", meanwhile)


def test_news_while_everybody_is_assessed_is_not_lost_even_of_somebody_who_was_due(monkeypatch):
    source = stand()
    reassess_all(END)
    record_facts(source, [bought("Nord", END - 1)])
    while_everybody_is_read(monkeypatch, lambda: record_facts(source, [bought("Nord", END)]))
    reassess_all(END)
    assert [row.customer for row in DueCustomer.objects.all()] == [who("Nord")]
    reassess_due(END)
    assert Standing.objects.get(customer=who("Nord")).last_day == END
    assert not DueCustomer.objects.exists()


def test_nobody_writes_a_newer_standing_that_the_assessment_of_everybody_then_overwrites(monkeypatch):
    source = stand()
    reassess_all(END)

    def news_and_another_worker():
        record_facts(source, [bought("Nord", END)])
        assert reassess_due(END).customers == 0

    while_everybody_is_read(monkeypatch, news_and_another_worker)
    reassess_all(END)
    assert reassess_due(END).customers == 1
    assert Standing.objects.get(customer=who("Nord")).last_day == END


def test_news_taken_up_by_a_faster_worker_is_assessed_once_more_by_the_slower(monkeypatch):
    source = stand()
    reassess_all(END)
    record_facts(source, [bought("Nord", END - 1)])
    real = reassess.write_standings
    told = []

    def slowly(columns, stored, as_of):
        monkeypatch.setattr(reassess, "write_standings", real)
        record_facts(source, [bought("Nord", END)])
        told.append(reassess_due(END).customers)
        return real(columns, stored, as_of)

    monkeypatch.setattr(reassess, "write_standings", slowly)
    assert reassess_due(END).customers == 2
    assert told == [1]
    assert Standing.objects.get(customer=who("Nord")).last_day == END


def test_an_assessment_that_fails_gives_its_customers_back(monkeypatch):
    source = stand()
    reassess_all(END)
    record_facts(source, [bought("Nord", END)])

    def fails(*_given):
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(reassess, "write_standings", fails)
        for assess in (reassess_due, reassess_all):
            with pytest.raises(RuntimeError):
                assess(END)
            assert DueCustomer.objects.get(customer=who("Nord")).claimed_by == ""
    assert reassess_due(END).customers == 1


def test_a_new_stage_is_never_stored_without_its_history(monkeypatch):
    source = stand()
    reassess_all(END)
    record(source, [bought("Nord", END + 1)], END + 1)

    def killed(*_given):
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(standings, "_append_history", killed)
        with pytest.raises(RuntimeError):
            reassess_due(END + 1)
    assert Stage(Standing.objects.get(customer=who("Nord")).stage) != Stage.WON_BACK
    reassess_due(END + 1)
    assert StandingHistory.objects.get(customer=who("Nord")).stage == Stage.WON_BACK


@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_two_workers_count_stages_side_by_side():
    stand()
    reassess_all(END)

    def count(_worker):
        try:
            for _ in range(40):
                standings.count_stages()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as workers:
        list(workers.map(count, range(2)))
    assert sum(StageCount.objects.values_list("customers", flat=True)) == Standing.objects.count()


def test_a_regular_gone_quiet_is_a_next_step_that_goes_when_they_return():
    source = stand()
    reassess_all(END)
    step = NextStep.objects.get(kind="gone_quiet", customer=who("Nord"))
    assert step.state == NextStep.State.OPEN
    assert step.place is not None
    assert "every 7 is usual" in step.sentence
    record(source, [bought("Nord", END + 1)], END + 1)
    reassess_due(END + 1)
    step.refresh_from_db()
    assert step.state == NextStep.State.WITHDRAWN
    assert NextStep.objects.get(kind="won_back", customer=who("Nord")).state == NextStep.State.OPEN


def test_an_answered_step_does_not_come_back_for_the_same_occasion():
    stand()
    reassess_all(END)
    NextStep.objects.filter(kind="gone_quiet").update(state=NextStep.State.DONE)
    reassess_all(END + 1)
    assert NextStep.objects.filter(kind="gone_quiet", state=NextStep.State.OPEN).count() == 0


def test_a_snoozed_step_returns_on_its_day():
    source = stand()
    reassess_all(END)
    go_on(source, 3)
    NextStep.objects.filter(kind="gone_quiet").update(state=NextStep.State.SNOOZED, snoozed_until=END + 3)
    reassess_all(END + 2)
    assert NextStep.objects.get(kind="gone_quiet", customer=who("Nord")).state == NextStep.State.SNOOZED
    reassess_all(END + 3)
    assert NextStep.objects.get(kind="gone_quiet", customer=who("Nord")).state == NextStep.State.OPEN


def test_who_missed_us_is_said_the_same_day():
    source = stand()
    reassess_all(END)
    shut = IncomingFact("shut-1", "missed_us", "Guest 2", moment(END), text="We were closed.")
    record(source, [shut])
    reassess_due(END)
    step = NextStep.objects.get(kind="missed_us")
    assert step.customer == who("Guest 2")
    assert step.sentence.startswith("came today and we could not serve them")


def test_one_customer_who_stops_goes_quiet_and_their_silence_is_not_closing_time():
    source = Source.objects.create(slug="till", name="Till")
    record(source, weekly("Solo", END))
    found = []
    for later in (0, 20, 60, 200):
        reassess_all(END + later)
        found.append(Stage(Standing.objects.get().stage))
    assert found[0] == Stage.REGULAR
    assert Stage.REGULAR not in found[2:], found


def test_one_purchase_dated_long_ago_changes_nobody_elses_chances():
    source = stand(40)
    reassess_all(END)
    before = dict(Standing.objects.values_list("customer__name", "expected"))
    record(source, [bought("Old", 5_000)])
    reassess_all(END)
    after = dict(Standing.objects.values_list("customer__name", "expected"))
    assert before["Guest 3"] > 20
    assert after["Guest 3"] == pytest.approx(before["Guest 3"], rel=0.35)
