"""The data page, and pairs that may be one customer."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from regulars.ledger.models import ImportRun
from regulars.records.models import Customer, MergeProposal, Source
from regulars.records.opaque import opaque
from tests.web.factories import customer


@pytest.fixture
def pair(db):
    first, second = customer("Café Nord"), customer("Cafe Nord")
    return MergeProposal.objects.create(first=first, second=second, reason="Names spelled alike")


def test_an_empty_house_says_what_a_source_is_and_offers_one_action(as_max):
    page = as_max.get(reverse("data")).content.decode()
    assert "A source is a till" in page
    assert reverse("import_new") in page


def test_a_viewer_is_not_offered_what_they_may_not_do(as_vic):
    assert reverse("import_new") not in as_vic.get(reverse("data")).content.decode()


def test_the_page_asks_as_often_for_twenty_imports_as_for_one(as_max, max, django_assert_num_queries):
    def some(count):
        for number in range(count):
            source = Source.objects.create(slug=f"s{Source.objects.count()}", name=f"Source {number}")
            ImportRun.objects.create(
                source=source, file_name="f.csv", content_kind="purchases", state="done", started_by=max
            )

    some(1)
    as_max.get(reverse("data"))
    with CaptureQueriesContext(connection) as one:
        as_max.get(reverse("data"))
    some(20)
    with django_assert_num_queries(len(one)):
        as_max.get(reverse("data"))


def test_the_page_asks_again_by_itself_only_while_something_runs(as_max):
    ImportRun.objects.create(file_name="f.csv", content_kind="purchases", state="running")
    assert "hx-trigger" in as_max.get(reverse("data")).content.decode()
    ImportRun.objects.update(state="done")
    assert "hx-trigger" not in as_max.get(reverse("data")).content.decode()


def test_a_source_that_fell_silent_is_marked(as_max):
    long_ago = timezone.now() - timezone.timedelta(days=9)
    Source.objects.create(slug="till", name="Till", expected_every_days=1, last_received_at=long_ago)
    assert "late" in as_max.get(reverse("data")).content.decode()


def test_a_pair_becomes_one_and_can_be_taken_apart_again(as_max, pair):
    answer = as_max.post(reverse("merge_accept", args=[opaque(pair.pk)]), follow=True)
    assert Customer.objects.get(pk=pair.second_id).merged_into_id == pair.first_id
    undo = next(message.extra_tags for message in answer.context["messages"])
    as_max.post(undo)
    assert Customer.objects.get(pk=pair.second_id).merged_into_id is None


def test_a_pair_kept_apart_is_not_asked_about_again_unless_taken_back(as_max, pair):
    answer = as_max.post(reverse("merge_refuse", args=[opaque(pair.pk)]), follow=True)
    assert pair.reason not in answer.content.decode()
    undo = next(message.extra_tags for message in answer.context["messages"])
    assert pair.reason in as_max.post(undo, follow=True).content.decode()


def test_a_viewer_sees_pairs_and_decides_nothing(as_vic, pair):
    page = as_vic.get(reverse("merges")).content.decode()
    assert pair.reason in page
    assert "One customer<" not in page
    assert as_vic.post(reverse("merge_accept", args=[opaque(pair.pk)])).status_code == 403
