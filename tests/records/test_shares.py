"""Links to a customer's plan: made by those who may, kept as a hash, ended at once, answered once."""

import re
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from regulars.insight.errors import RegularsError
from regulars.records.models import AuditEntry, Customer, Person, Role, ShareAnswer, ShareLink
from regulars.records.read.shares import LANGUAGES, share_of_number, share_of_token, shares_of, token_hash
from regulars.records.write.shares import answered_once, renew_share, revoke_share, share_plan

PLAN = ShareLink.Scope.PLAN
DAY = date(2026, 3, 2)


@pytest.fixture
def nord(db):
    return Customer.objects.create(name="Café Nord", name_folded="cafe nord")


@pytest.fixture
def ida(nord):
    person = Person.objects.create(name="Ida Berg", email="ida@example.org")
    Role.objects.create(person=person, customer=nord, title="Owner")
    return person


def kept(table):
    """Return everything a table holds, as text."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table}")
        return str(cursor.fetchall())


def test_a_token_has_256_bits_and_only_its_hash_is_kept(max, nord, ida):
    share, token = share_plan(max, nord.pk, person=ida.pk, language="de")
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", token)
    assert share.token_hash == token_hash(token)
    for table in ("share_link", "audit_entry"):
        assert token not in kept(table)
    assert share.token_hash not in kept("audit_entry")


def test_no_two_tokens_are_alike(max, nord):
    assert len({share_plan(max, nord.pk)[1] for _ in range(50)}) == 50


def test_a_link_opens_for_90_days_unless_said_otherwise(max, nord):
    share, token = share_plan(max, nord.pk)
    now = timezone.now()
    assert timedelta(days=89, hours=23) < share.expires_at - now <= timedelta(days=90)
    assert share_of_token(token, PLAN, share.expires_at - timedelta(seconds=1)) == share
    assert share_of_token(token, PLAN, share.expires_at) is None


def test_a_token_opens_its_scope_and_no_other(max, nord):
    share, token = share_plan(max, nord.pk)
    ShareLink.objects.filter(pk=share.pk).update(scope="survey")
    assert share_of_token(token, PLAN, timezone.now()) is None
    assert share_of_number(share.pk, PLAN, timezone.now()) is None
    assert share_of_token(token, "survey", timezone.now()) == share


def test_looking_a_token_up_asks_the_index_once_whatever_it_is(max, nord, django_assert_num_queries):
    _, token = share_plan(max, nord.pk)
    ended, ended_token = share_plan(max, nord.pk)
    ShareLink.objects.filter(pk=ended.pk).update(expires_at=timezone.now() - timedelta(days=1))
    for tried in (token, ended_token, "unknown", ""):
        with django_assert_num_queries(1) as asked:
            share_of_token(tried, PLAN, timezone.now())
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {asked.captured_queries[0]['sql']}")
                steps = [row[3] for row in cursor.fetchall()]
            assert any("USING INDEX" in step and "token_hash" in step for step in steps), steps


def test_revoking_ends_a_link_at_once_and_for_good(max, nord):
    share, token = share_plan(max, nord.pk)
    revoke_share(max, share)
    assert share_of_token(token, PLAN, timezone.now()) is None
    assert share_of_number(share.pk, PLAN, timezone.now()) is None
    with pytest.raises(RegularsError, match="revoked") as refused:
        renew_share(max, share)
    assert refused.value.code == "share-revoked"


def test_revoking_twice_keeps_the_first_moment(max, nord):
    share, _ = share_plan(max, nord.pk)
    revoke_share(max, share)
    first = ShareLink.objects.get(pk=share.pk).revoked_at
    revoke_share(max, share)
    assert ShareLink.objects.get(pk=share.pk).revoked_at == first


def test_renewing_brings_an_ended_link_back(max, nord):
    share, token = share_plan(max, nord.pk, days=1)
    ShareLink.objects.filter(pk=share.pk).update(expires_at=timezone.now() - timedelta(days=1))
    assert share_of_token(token, PLAN, timezone.now()) is None
    renew_share(max, share, days=30)
    assert share_of_token(token, PLAN, timezone.now() + timedelta(days=29)) == share


@pytest.mark.parametrize("days", [0, -1, 366, 10**9])
def test_a_link_for_no_days_or_for_ever_is_refused(max, nord, days):
    with pytest.raises(RegularsError) as refused:
        share_plan(max, nord.pk, days=days)
    assert refused.value.code == "share-days-unfit"
    assert "days" in refused.value.fields
    assert not ShareLink.objects.exists()


def test_a_language_we_do_not_speak_is_refused(max, nord):
    with pytest.raises(RegularsError) as refused:
        share_plan(max, nord.pk, language="tlh")
    assert refused.value.code == "language-unknown"
    assert all(share_plan(max, nord.pk, language=language)[0].language == language for language in LANGUAGES)


def test_a_link_is_made_only_for_people_of_that_customer(max, nord):
    stranger = Person.objects.create(name="Somebody Else")
    with pytest.raises(RegularsError) as refused:
        share_plan(max, nord.pk, person=stranger.pk)
    assert (refused.value.code, refused.value.status) == ("not-found", 404)


def test_viewers_neither_make_nor_end_links(max, vic, nord):
    share, _ = share_plan(max, nord.pk)
    for act in (
        lambda: share_plan(vic, nord.pk),
        lambda: renew_share(vic, share),
        lambda: revoke_share(vic, share),
    ):
        with pytest.raises(RegularsError) as refused:
            act()
        assert refused.value.code == "forbidden"
    assert [found.revoked_at for found in shares_of(nord.pk)] == [None]


def test_every_change_of_a_link_is_written_down(max, nord):
    share, _ = share_plan(max, nord.pk)
    renew_share(max, share)
    revoke_share(max, share)
    answered_once(share, "form", DAY, lambda: "told")
    entries = AuditEntry.objects.filter(subject=f"customer {nord.pk}").order_by("pk")
    assert [(entry.action, entry.actor) for entry in entries] == [
        ("share_plan", max),
        ("renew_share", max),
        ("revoke_share", max),
        ("answer_share", None),
    ]


def test_a_form_counts_once_and_answers_the_same_twice(max, nord):
    share, _ = share_plan(max, nord.pk)
    acts = []

    def act():
        acts.append(1)
        return f"act {len(acts)}"

    assert [answered_once(share, "one", DAY, act) for _ in range(3)] == ["act 1"] * 3
    assert answered_once(share, "two", DAY, act) == "act 2"
    other, _ = share_plan(max, nord.pk)
    assert answered_once(other, "one", DAY, act) == "act 3"
    assert "one" not in kept("share_answer")


def test_a_form_that_fails_may_be_sent_again(max, nord):
    share, _ = share_plan(max, nord.pk)

    def fail():
        raise RegularsError("not-found", "Gone.")

    with pytest.raises(RegularsError):
        answered_once(share, "one", DAY, fail)
    assert ShareLink.objects.get(pk=share.pk).first_seen_on is None
    assert answered_once(share, "one", DAY, lambda: "told") == "told"


def test_the_database_itself_refuses_the_same_form_twice(max, nord):
    share, _ = share_plan(max, nord.pk)
    ShareAnswer.objects.create(share=share, form_hash="x", day=DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        ShareAnswer.objects.create(share=share, form_hash="x", day=DAY)


def test_the_days_of_the_first_and_last_answer_are_kept(max, nord):
    share, _ = share_plan(max, nord.pk)
    for number, day in enumerate((DAY, DAY + timedelta(days=3), DAY + timedelta(days=9))):
        answered_once(share, f"form {number}", day, lambda: "told")
    found = ShareLink.objects.get(pk=share.pk)
    assert (found.first_seen_on, found.last_seen_on) == (DAY, DAY + timedelta(days=9))
