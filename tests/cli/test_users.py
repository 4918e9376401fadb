"""Colleagues from the command line."""

import json

import pytest
from click.testing import CliRunner
from django.test import Client

import regulars.cli.users
from regulars.cli.root import regulars
from regulars.insight.errors import RegularsError
from regulars.records.models import AuditEntry, Colleague

pytestmark = pytest.mark.django_db
GOOD = "correct horse battery staple"


def run(*words, typed=None):
    return CliRunner().invoke(regulars, ["user", *words], input=typed, catch_exceptions=False)


def test_an_added_colleague_gets_a_link_that_sets_a_password_once():
    told = json.loads(run("add", "Ida@example.org", "--name", "Ida", "--role", "admin", "--json").output)
    assert told["email"] == "ida@example.org"
    path = "/account/" + told["link"].partition("/account/")[2]
    client = Client()
    form = client.get(path, follow=True)
    done = client.post(form.request["PATH_INFO"], {"password1": GOOD, "password2": GOOD})
    assert done.status_code == 302
    ida = Colleague.objects.get(email="ida@example.org")
    assert ida.role == "admin"
    assert ida.check_password(GOOD)
    assert "done its work" in Client().get(path, follow=True).content.decode()


def test_a_password_may_come_from_standard_input():
    run("add", "ida@example.org", "--password-stdin", typed=f"{GOOD}\n")
    ida = Colleague.objects.get()
    assert ida.name == "ida"
    assert ida.check_password(GOOD)


def test_a_weak_password_is_refused_and_nobody_is_added():
    with pytest.raises(RegularsError) as refused:
        run("add", "ida@example.org", "--password-stdin", typed="password\n")
    assert refused.value.code == "password-weak"
    assert not Colleague.objects.exists()


def test_the_same_address_is_not_added_twice():
    run("add", "ida@example.org")
    with pytest.raises(RegularsError) as refused:
        run("add", "IDA@example.org")
    assert refused.value.code == "colleague-exists"


def test_a_disabled_colleague_can_be_let_in_again(ana):
    run("add", "ida@example.org")
    assert json.loads(run("disable", "ida@example.org", "--json").output)["sessions_ended"] == 0
    assert not Colleague.objects.get(email="ida@example.org").is_active
    run("enable", "ida@example.org")
    assert Colleague.objects.get(email="ida@example.org").is_active


def test_the_only_admin_cannot_be_disabled(ana):
    with pytest.raises(RegularsError) as refused:
        run("disable", ana.email)
    assert refused.value.code == "last-admin"


def test_an_unknown_address_is_named_in_the_error():
    with pytest.raises(RegularsError, match=r"nobody@example\.org"):
        run("link", "nobody@example.org")


def test_the_list_names_everybody_with_their_role(ana, vic):
    rows = json.loads(run("list", "--json").output)
    assert [(row["name"], row["role"]) for row in rows] == [("Ana", "admin"), ("Vic", "viewer")]


def test_every_change_leaves_an_entry(ana):
    run("add", "ida@example.org")
    run("disable", "ida@example.org")
    assert list(AuditEntry.objects.order_by("id").values_list("action", flat=True)) == [
        "add_colleague",
        "renew_invitation",
        "disable_colleague",
    ]
