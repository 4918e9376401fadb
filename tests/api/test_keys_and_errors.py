"""Who may ask, and how errors are told."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from django.test import Client

from regulars.insight.errors import RegularsError
from regulars.records.models import ApiKey, AuditEntry, Source
from regulars.records.write.api_keys import hash_of, make_key, revoke_key
from regulars.records.write.team import disable_colleague

pytestmark = pytest.mark.django_db


def test_without_a_key_the_answer_is_a_problem_that_says_what_to_do():
    for headers in ({}, {"Authorization": "Bearer rgl_guessed"}, {"Authorization": "Basic Zm9v"}):
        response = Client(headers=headers).get("/api/v1/customers")
        told = response.json()
        assert response.status_code == told["status"] == 401
        assert response["Content-Type"] == "application/problem+json"
        assert response["WWW-Authenticate"].startswith("Bearer")
        assert told["code"] == "key-missing"
        assert "regulars key add" in told["detail"]
        assert told["request_id"] == response["X-Request-Id"]


def test_a_session_is_no_key(client, colleague):
    client.force_login(colleague("admin"))
    assert client.get("/api/v1/customers").status_code == 401


def test_only_the_hash_of_a_key_is_kept(colleague):
    row, key = make_key(None, "Report", colleague=colleague("viewer"))
    assert row.key_hash == hash_of(key)
    assert key not in json.dumps([str(vars(row)), *(str(vars(one)) for one in AuditEntry.objects.all())])
    assert len(key) > 40


def test_a_revoked_key_and_one_of_a_colleague_who_left_are_dead_at_once(program, colleague):
    mine, theirs = program("admin"), program("member")
    assert mine.get("/api/v1/customers").status_code == theirs.get("/api/v1/customers").status_code == 200
    disable_colleague(None, colleague("member"))
    assert theirs.get("/api/v1/customers").status_code == 401
    revoke_key(None, ApiKey.objects.get(colleague__role="admin"))
    assert mine.get("/api/v1/customers").status_code == 401


def test_the_day_of_the_last_use_is_kept_and_no_more(program):
    program().get("/api/v1/customers")
    row = ApiKey.objects.get()
    assert row.last_used_on is not None
    assert not any(name in vars(row) for name in ("ip", "agent", "last_used_at"))


def test_a_key_needs_somebody_or_a_source():
    with pytest.raises(RegularsError) as raised:
        make_key(None, "Nobody's")
    assert raised.value.code == "key-of-nobody"


def test_a_key_that_only_brings_in_facts_reads_nothing():
    source = Source.objects.create(slug="till", name="Till")
    _, key = make_key(None, "Till", source=source)
    response = Client(headers={"Authorization": f"Bearer {key}"}).get("/api/v1/customers")
    assert (response.status_code, response.json()["code"]) == (403, "forbidden")


def test_unfit_queries_name_the_field(program):
    told = program().get("/api/v1/customers?limit=1000").json()
    assert (told["status"], told["code"]) == (422, "body-unfit")
    assert told["errors"][0]["pointer"] == "/limit"
    told = program().get("/api/v1/customers?stage=royal").json()
    assert (told["status"], told["code"]) == (400, "stage-unknown")
    assert program().get("/api/v1/customers/nothing").json()["code"] == "not-found"


def test_keys_are_made_listed_and_revoked_on_the_command_line(colleague):
    import regulars.cli.keys
    from regulars.cli.root import regulars

    colleague("viewer")
    run = CliRunner().invoke
    made = json.loads(run(regulars, ["key", "add", "--for", "viewer@example.org", "--json"]).output)
    assert (
        Client(headers={"Authorization": f"Bearer {made['key']}"}).get("/api/v1/customers").status_code == 200
    )
    made_for_source = json.loads(run(regulars, ["key", "add", "--source", "Till", "--json"]).output)
    assert made_for_source["key"].startswith("rgl_")
    assert [row["name"] for row in json.loads(run(regulars, ["key", "list", "--json"]).output)] == [
        "viewer@example.org",
        "Till",
    ]
    run(regulars, ["key", "revoke", str(made["id"])])
    assert ApiKey.objects.get(pk=made["id"]).revoked_at is not None
