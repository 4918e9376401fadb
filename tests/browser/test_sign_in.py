"""Signing in with the keyboard alone, with six digits, and with a passkey."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache

from tests.conftest import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def nobody_has_guessed_yet():
    cache.clear()
    yield
    cache.clear()


def type_in(page, *words):
    """Type into the fields in the order in which Tab reaches them."""
    for word in words:
        page.keyboard.type(word)
        page.keyboard.press("Tab")


def sign_in(page, colleague):
    page.get_by_label("Email").focus()
    type_in(page, colleague.email)
    page.keyboard.type(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def say_once_more(page):
    """Answer the question "Is it you?" that stands before changes to signing in."""
    page.get_by_label("Password").fill(PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Go on").click()


def code_for(secret):
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def test_the_keyboard_alone_signs_in(browse, ana):
    page = browse("/settings/you", javascript=False)
    assert "/account/login/" in page.url
    sign_in(page, ana)
    assert page.url.endswith("/settings/you")


def test_an_authenticator_app_is_set_up_and_asked_for_without_javascript(browse, ana, axe):
    page = browse("/account/2fa/totp/activate/", javascript=False)
    sign_in(page, ana)
    say_once_more(page)
    secret = page.locator(".signing-secret").inner_text()
    page.locator("#id_code").fill(code_for(secret))
    with page.expect_navigation():
        page.get_by_role("button", name="Turn on").click()
    assert "recovery" in page.url
    assert len(re.findall(r"\S{8,}", page.get_by_label("Unused codes").input_value())) == 10
    recovery = page.get_by_label("Unused codes").input_value().split()[0]
    again = browse("/account/login/", javascript=False)
    sign_in(again, ana)
    assert again.get_by_role("heading", level=1).inner_text() == "One more step"
    again.locator("#id_code").fill(recovery)
    with again.expect_navigation():
        again.keyboard.press("Enter")
    again.goto("/settings/you")
    assert again.get_by_text("Where you are signed in").is_visible()


def test_a_passkey_is_added_and_signs_in(browse, ana):
    page = browse("/account/2fa/webauthn/add/")
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    sign_in(page, ana)
    say_once_more(page)
    page.locator("#id_name").fill("My laptop")
    page.locator("#id_passwordless").check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url("**/recovery-codes/**")
    assert Authenticator.objects.filter(user=ana, type="webauthn").count() == 1
    page.goto("/settings/you")
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.goto("/account/login/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(lambda url: "/account/" not in url)
    page.goto("/settings/you")
    assert page.get_by_role("heading", level=1).inner_text() == "Ana"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_every_page_of_sign_in_is_accessible_and_fits(browse, axe, ana, theme, width):
    def check(page):
        assert axe(page) == [], page.url
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url

    page = browse("/account/login/", theme=theme, width=width)
    check(page)
    for path in ("/account/password/reset/", "/account/signup/", "/account/password/reset/key/1-none/"):
        page.goto(path)
        check(page)
    page.goto("/account/2fa/totp/activate/")
    sign_in(page, ana)
    check(page)
    say_once_more(page)
    check(page)
    for path in (
        "/account/2fa/",
        "/account/2fa/webauthn/add/",
        "/account/sessions/",
        "/account/password/change/",
    ):
        page.goto(path)
        check(page)


def test_the_first_admin_is_made_in_the_browser(browse, axe, db):
    page = browse("/", width=360)
    assert page.url.endswith("/setup")
    assert axe(page) == []
    page.get_by_label("Your name").fill("Ida")
    page.get_by_label("Your e-mail address").fill("ida@example.org")
    page.get_by_label("A password").fill("correct horse battery staple")
    page.get_by_role("button", name="Set up Regulars").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Welcome"
    assert axe(page) == []
