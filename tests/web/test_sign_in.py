"""Who gets in, for how long, and what is remembered of it."""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from regulars.records.models import Colleague
from regulars.records.write.team import new_setup_token
from regulars.web.device import coarse_address, device_words
from regulars.web.sign_in import LONGEST_SESSION
from tests.conftest import PASSWORD

GOOD = "correct horse battery staple"
SETUP = {
    "email": "ida@example.org", "name": "Ida", "password": GOOD, "company_name": "Lemon & Bean",
    "timezone": "Europe/Berlin", "currency": "EUR", "buying": "again",
}  # fmt: skip
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture(autouse=True)
def nobody_has_guessed_yet():
    """Start every test with the full number of attempts."""
    cache.clear()
    yield
    cache.clear()


def sign_in(client, colleague, password=PASSWORD, **headers):
    return client.post(reverse("account_login"), {"login": colleague.email, "password": password}, **headers)


def code_of(secret):
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


# --- the first admin ---


def test_the_first_visit_of_an_empty_house_leads_to_the_setup(db):
    client = Client()
    assert client.get(reverse("account_login")).headers["Location"] == reverse("setup")
    asked = {"HTTP_HOST": "localhost", "HTTP_USER_AGENT": FIREFOX}
    assert client.post(reverse("set_up"), SETUP, **asked).headers["Location"] == "/"
    ida = Colleague.objects.get()
    assert ida.role == "admin"
    assert client.get("/").status_code == 200, "who has just set it up is let in"
    assert "140" not in UserSession.objects.get(user=ida).user_agent
    assert sign_in(Client(), ida, GOOD).headers["Location"] == "/"


def test_what_was_typed_stays_when_the_setup_is_refused_but_never_the_password(db):
    answer = Client().post(reverse("set_up"), {**SETUP, "currency": "Taler"}, HTTP_HOST="localhost")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="ida@example.org"' in page
    assert GOOD not in page
    assert not Colleague.objects.exists()


@pytest.mark.parametrize("password", ["short", "password1234", "ida@example.org"])
def test_a_weak_first_password_is_refused(db, password):
    answer = Client().post(reverse("set_up"), {**SETUP, "password": password}, HTTP_HOST="localhost")
    assert 'id="password-error"' in answer.content.decode()
    assert not Colleague.objects.exists()


@pytest.mark.parametrize(
    "asked",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"HTTP_X_FORWARDED_FOR": "192.0.2.7"},
        {"HTTP_FORWARDED": "for=192.0.2.7"},
        {"HTTP_HOST": "regulars.example.org"},
    ],
)
def test_the_setup_is_closed_to_others_than_this_machine(db, settings, asked):
    settings.ALLOWED_HOSTS = ["*"]
    asked = {"HTTP_HOST": "localhost", **asked}
    assert Client().get(reverse("setup"), **asked).status_code == 403
    assert Client().post(reverse("set_up"), SETUP, **asked).status_code == 403
    assert not Colleague.objects.exists()


def test_a_public_address_closes_the_setup_even_to_this_machine(db, settings):
    settings.REGULARS_URL = "https://regulars.example.org"
    assert Client().get(reverse("setup"), HTTP_HOST="localhost").status_code == 403


def test_the_printed_link_opens_the_setup_once_and_leaves_the_address(db):
    far = {"REMOTE_ADDR": "192.0.2.7", "HTTP_HOST": "localhost"}
    token = new_setup_token()
    guest = Client()
    opened = guest.get(reverse("setup_link", args=[token]), **far)
    assert opened.headers["Location"] == reverse("setup")
    assert opened.headers["Referrer-Policy"] == "no-referrer"
    assert guest.get(reverse("setup"), **far).status_code == 200
    assert guest.post(reverse("set_up"), SETUP, **far).status_code == 302
    assert Client().get(reverse("setup_link", args=[token]), **far).status_code == 404
    assert new_setup_token() is None


def test_a_newer_link_replaces_the_older(db):
    older = new_setup_token()
    new_setup_token()
    assert Client().get(reverse("setup_link", args=[older])).status_code == 404


def test_a_guessed_link_opens_nothing(db):
    new_setup_token()
    assert Client().get(reverse("setup_link", args=["guess"])).status_code == 404


def test_the_setup_is_gone_once_somebody_is_there(ana):
    assert Client().get(reverse("setup"), HTTP_HOST="localhost").status_code == 404
    assert Client().post(reverse("set_up"), SETUP, HTTP_HOST="localhost").status_code == 404
    assert Colleague.objects.count() == 1


# --- signing in ---


def test_password_and_six_digits_sign_in_without_javascript(ana):
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(ana, secret)
    client = Client()
    first = sign_in(client, ana)
    assert first.headers["Location"] == reverse("mfa_authenticate")
    assert client.get(reverse("you")).status_code == 302
    done = client.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert done.headers["Location"] == "/"
    assert client.get(reverse("you")).status_code == 200


def test_the_same_six_digits_work_only_once(ana):
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(ana, secret)
    code = code_of(secret)
    for expected in (302, 200):
        client = Client()
        sign_in(client, ana)
        assert client.post(reverse("mfa_authenticate"), {"code": code}).status_code == expected


def test_nobody_signs_themselves_up(db):
    client = Client()
    assert "Only by invitation" in client.get(reverse("account_signup")).content.decode()
    client.post(reverse("account_signup"), {"email": "eve@example.org", "password1": GOOD})
    assert not Colleague.objects.exists()


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(ana):
    client = Client()
    wrong = sign_in(client, ana, "not the password").content.decode()
    unknown = sign_in(client, Colleague(email="eve@example.org"), "not the password").content.decode()
    pattern = r'role="alert">([^<]+)<'
    assert re.findall(pattern, wrong) == re.findall(pattern, unknown) != []


def test_guessing_is_slowed_down(ana):
    client = Client()
    answers = [sign_in(client, ana, f"guess number {number}") for number in range(12)]
    assert "Too many failed" in answers[-1].content.decode() or answers[-1].status_code == 429


# --- sessions ---


def test_a_session_ends_after_the_longest_time_however_busy(ana):
    client = Client()
    sign_in(client, ana)
    assert client.get(reverse("you")).status_code == 200
    session = client.session
    session["signed_in_at"] = int(time.time()) - LONGEST_SESSION - 5
    session.save()
    answer = client.get(reverse("you"))
    assert answer.headers["Location"] == f"{reverse('account_login')}?next={reverse('you')}"
    assert client.get(reverse("you")).status_code == 302


def test_signing_in_anew_starts_the_clock_anew(ana):
    client = Client()
    sign_in(client, ana)
    session = client.session
    session["signed_in_at"] = 5
    session.save()
    client.get(reverse("you"))
    sign_in(client, ana)
    assert client.get(reverse("you")).status_code == 200


def test_signing_out_clears_what_the_browser_kept(as_ana):
    answer = as_ana.post(reverse("account_logout"))
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert as_ana.get(reverse("you")).status_code == 302


def test_no_browser_keeps_signed_in_pages(as_ana):
    assert "no-store" in as_ana.get(reverse("you")).headers["Cache-Control"]


def test_of_a_device_only_its_kind_and_its_network_are_kept(ana):
    sign_in(Client(), ana, HTTP_USER_AGENT=FIREFOX, REMOTE_ADDR="192.0.2.77")
    kept = UserSession.objects.get()
    assert kept.user_agent == "Firefox on Linux"
    assert kept.ip == "192.0.2.0"


def test_other_sessions_can_be_ended(ana):
    here, there = Client(), Client()
    sign_in(here, ana)
    sign_in(there, ana)
    here.post(reverse("usersessions_list"))
    assert there.get(reverse("you")).status_code == 302
    assert here.get(reverse("you")).status_code == 200


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
            "Safari on iPhone",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Firefox on Linux", "Firefox on Linux"),
        ("", "Something else on an unknown device"),
    ],
)
def test_a_device_is_named_in_three_words(said, words):
    assert device_words(said) == words


@pytest.mark.parametrize(
    ("address", "network"),
    [("192.0.2.77", "192.0.2.0"), ("2001:db8:1:2::3", "2001:db8:1::"), ("::ffff:192.0.2.77", "192.0.2.0")],
)
def test_an_address_is_coarsened_to_its_network(address, network):
    assert coarse_address(address) == network


# --- every page of it is ours ---


@pytest.mark.parametrize(
    "name",
    [
        "account_login", "account_logout", "account_inactive", "account_signup", "account_reset_password",
        "account_reset_password_done", "account_reset_password_from_key_done", "account_change_password",
        "account_reauthenticate", "mfa_index", "mfa_activate_totp", "mfa_list_webauthn", "mfa_add_webauthn",
        "mfa_generate_recovery_codes", "usersessions_list",
    ],
)  # fmt: skip
def test_every_page_of_sign_in_wears_our_frame(as_ana, as_nobody, name):
    answer = as_ana.get(reverse(name), follow=True)
    if answer.request["PATH_INFO"] == "/":
        answer = as_nobody.get(reverse(name), follow=True)
    page = answer.content.decode()
    assert "<title>" in page
    assert "· Regulars</title>" in page
    assert page.count("<h1") == 1
    assert "Menu:" not in page
