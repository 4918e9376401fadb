"""Idempotency-Key: what is asked twice happens once."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread

import pytest
from django.db import connections
from django.utils import timezone

from regulars.records.models import ApiAnswer, Outcome, ShareLink
from regulars.records.write.api_answers import forget_answers

pytestmark = pytest.mark.django_db
NAME = "Idempotency-Key"


def _send(client, path, body, name="once"):
    return client.post(f"/api/v1{path}", body, content_type="application/json", headers={NAME: name})


def test_the_same_request_gets_the_same_answer_and_nothing_more_happens(program, at_ida):
    client, path, body = program("member"), f"{at_ida}/outcomes", {"sentence": "More guests"}
    first, second = _send(client, path, body), _send(client, path, body)
    assert first.status_code == second.status_code == 201
    assert first.content == second.content
    assert Outcome.objects.count() == 1
    assert _send(client, path, body, "twice").json()["id"] != first.json()["id"]


@pytest.mark.django_db(transaction=True)
def test_four_at_the_same_time_are_one(program, at_ida):
    client, path, told = program("member"), f"{at_ida}/outcomes", []

    def send():
        told.append(_send(client, path, {"sentence": "More guests"}))
        connections.close_all()

    senders = [Thread(target=send) for _ in range(4)]
    for one in senders:
        one.start()
    for one in senders:
        one.join()
    assert [one.status_code for one in told] == [201] * 4
    assert len({one.content for one in told}) == Outcome.objects.count() == 1


def test_another_request_under_the_same_name_is_refused(program, at_ida):
    client, path = program("member"), f"{at_ida}/outcomes"
    _send(client, path, {"sentence": "More guests"})
    for where, body in ((path, {"sentence": "Fewer"}), (f"{at_ida}/milestones", {"text": "More guests"})):
        told = _send(client, where, body)
        assert (told.status_code, told.json()["code"]) == (422, "idempotency-reused")
    assert Outcome.objects.count() == 1


def test_each_key_has_names_of_its_own(program, at_ida):
    path, body = f"{at_ida}/outcomes", {"sentence": "More guests"}
    assert _send(program("member"), path, body).json() != _send(program("admin"), path, body).json()
    assert Outcome.objects.count() == 2


def test_an_error_is_not_kept_so_it_can_be_tried_again(program, at_ida, ida):
    client, path, body = program("member"), f"{at_ida}/outcomes", {"sentence": "x", "target": 0}
    assert _send(client, path, body).status_code == 400
    assert not ApiAnswer.objects.exists() and not Outcome.objects.exists()
    assert _send(client, path, {"sentence": "x"}).status_code == 201


def test_a_secret_is_shown_once_and_kept_nowhere(program, at_ida):
    client, path = program("member"), f"{at_ida}/shares"
    link = _send(client, path, {}).json()["link"]
    told = _send(client, path, {})
    assert (told.status_code, told.json()["code"]) == (409, "shown-once")
    assert ShareLink.objects.count() == 1
    token = link.rsplit("/", 1)[1]
    assert token not in "".join(ApiAnswer.objects.values_list("body", flat=True))


def test_answers_are_forgotten_after_a_day(program, at_ida):
    client, path, body = program("member"), f"{at_ida}/outcomes", {"sentence": "More guests"}
    _send(client, path, body)
    now = timezone.now()
    assert forget_answers(now + timedelta(hours=23)) == 0
    ApiAnswer.objects.update(created_at=now - timedelta(hours=25))
    assert _send(client, path, {"sentence": "Fewer"}).status_code == 201
    assert ApiAnswer.objects.count() == 1


def test_a_name_too_long_is_refused(program, at_ida):
    told = _send(program("member"), f"{at_ida}/outcomes", {"sentence": "x"}, "x" * 256).json()
    assert (told["status"], told["code"]) == (400, "idempotency-too-long")


def test_whoever_may_not_write_is_told_no_answers_either(program, at_ida):
    path, body = f"{at_ida}/outcomes", {"sentence": "More guests"}
    _send(program("member"), path, body)
    assert _send(program("member", may_write=False), path, body).status_code == 403
