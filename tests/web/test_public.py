"""The page of a plan, and the links that open it: who sees what, and what a visit may never do."""

import gzip
import io
import itertools
import logging
import re
import uuid
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.crypto import get_random_string

from regulars.records.models import (
    Acknowledgement,
    Colleague,
    Commitment,
    Confirmation,
    Customer,
    Outcome,
    Person,
    Reading,
    Role,
    ShareLink,
)
from regulars.records.opaque import opaque
from regulars.records.write.company import change_company
from regulars.records.write.shares import renew_share, revoke_share, share_plan
from regulars.server.logs import MaskedFormatter
from regulars.server.processes import web_command
from regulars.web.public.misses import EVERYWHERE, HERE, SECONDS, Misses, misses
from regulars.web.public.view import PLAN
from tests.web.factories import customer

UNKNOWN = "A" * 43


@pytest.fixture(autouse=True)
def no_misses_yet():
    misses.forget()
    yield
    misses.forget()


@pytest.fixture
def nord(db):
    return customer("Café Nord")


@pytest.fixture
def ida(nord):
    person = Person.objects.create(name="Ida Berg", email="ida@example.org", phone="+49 30 1234")
    Role.objects.create(person=person, customer=nord, title="Owner")
    return person


@pytest.fixture
def outcome(nord):
    today = timezone.now().date()
    return Outcome.objects.create(
        customer=nord,
        sentence="Twenty deliveries a day",
        why="The second shop opens in May",
        measure="Deliveries",
        unit="a day",
        baseline=5,
        target=20,
        noted_on=today,
        agreed_on=today,
        due_on=today + timedelta(days=60),
    )


@pytest.fixture
def link(max, nord, ida):
    return share_plan(max, nord.pk, person=ida.pk)


def holder(token):
    """Return a client that followed a link."""
    client = Client()
    answer = client.get(f"/l/{token}")
    assert (answer.status_code, answer["Location"]) == (303, "/plan")
    return client


def told_apart(answer):
    """Return everything of an answer that somebody who guesses could compare."""
    return answer.status_code, answer.content, dict(answer.headers), str(answer.cookies)


# --- guessing ---


def test_unknown_ended_revoked_and_wrong_links_answer_alike_to_every_byte(max, nord, outcome, as_nobody):
    shares = {name: share_plan(max, nord.pk) for name in ("ended", "revoked", "of another scope")}
    ShareLink.objects.filter(pk=shares["ended"][0].pk).update(expires_at=timezone.now())
    revoke_share(max, shares["revoked"][0])
    ShareLink.objects.filter(pk=shares["of another scope"][0].pk).update(scope="survey")
    tokens = [UNKNOWN, "short", "x" * 2000, *(token for _, token in shares.values())]
    answers, counted = [], []
    for token in tokens:
        with CaptureQueriesContext(connection) as asked:
            answers.append(told_apart(as_nobody.get(f"/l/{token}")))
        counted.append(len(asked))
    assert answers[0][0] == 404
    assert all(answer == answers[0] for answer in answers)
    assert set(counted) == {1}, "the same questions, whatever the link"


def test_an_ended_cookie_answers_like_none(max, link, outcome, as_nobody):
    share, token = link
    client = holder(token)
    assert client.get("/plan").status_code == 200
    revoke_share(max, share)
    assert told_apart(client.get("/plan")) == told_apart(as_nobody.get("/plan"))
    assert client.get("/plan").status_code == 404


def test_revoking_holds_for_the_next_request_and_its_forms(max, link, outcome):
    share, token = link
    client = holder(token)
    revoke_share(max, share)
    answer = client.post("/plan", form(outcome, "confirmed"))
    assert answer.status_code == 404
    assert not Confirmation.objects.exists()


def test_a_link_for_something_else_does_not_open_the_plan(link, outcome):
    share, token = link
    client = holder(token)
    ShareLink.objects.filter(pk=share.pk).update(scope="survey")
    assert client.get("/plan").status_code == 404


def test_a_cookie_is_signed(link, outcome, as_nobody):
    share, token = link
    genuine = holder(token).cookies["link"].value
    assert genuine.startswith(f"plan.{opaque(share.pk)}:")
    for forged in (
        f"plan.{opaque(share.pk)}",
        f"plan.{opaque(share.pk)}:{'A' * 43}",
        genuine[:-1],
        genuine.replace("plan.", "survey."),
        "plan.:x",
        "",
    ):
        as_nobody.cookies["link"] = forged
        assert as_nobody.get("/plan").status_code == 404, forged


def test_a_hundred_misses_are_answered_the_next_is_told_to_wait(as_nobody, link, outcome):
    statuses = [as_nobody.get(f"/l/{UNKNOWN}").status_code for _ in range(HERE)]
    assert statuses == [404] * 100
    answer = as_nobody.get(f"/l/{UNKNOWN}")
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= SECONDS
    assert as_nobody.get(f"/l/{link[1]}").status_code == 429, "nor does a good guess get through"
    elsewhere = Client(REMOTE_ADDR="198.51.100.7")
    assert elsewhere.get(f"/l/{link[1]}").status_code == 303


def test_misses_from_everywhere_do_not_shut_out_those_who_hold_a_link(as_nobody, link, outcome):
    for number in range(EVERYWHERE):
        misses.add(f"198.51.{number % 100}.0")
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    assert elsewhere.get(f"/l/{UNKNOWN}").status_code == 429
    assert elsewhere.get(f"/l/{link[1]}").status_code == 303
    assert elsewhere.get("/plan").status_code == 200


def test_misses_are_forgotten_after_ten_minutes_and_take_no_more_memory_than_allowed():
    now = [0.0]
    counted = Misses(clock=lambda: now[0])
    for number in range(EVERYWHERE * 2):
        counted.add(str(number))
    assert counted.too_many_everywhere()
    assert not counted.too_many_here(str(EVERYWHERE + 1)), "no room was taken for it"
    for _ in range(HERE):
        counted.add("0")
    assert counted.too_many_here("0")
    now[0] = SECONDS
    assert not counted.too_many_here("0")
    assert not counted.too_many_everywhere()


# --- leaks by the address ---


@pytest.mark.parametrize("token", ["good", "bad"])
def test_a_link_may_be_kept_found_or_passed_on_by_nobody(link, outcome, as_nobody, token):
    answer = as_nobody.get(f"/l/{link[1] if token == 'good' else UNKNOWN}")
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["Cache-Control"] == "no-store"
    assert "noindex" in answer["X-Robots-Tag"]


def test_the_plan_is_kept_by_no_browser_and_found_by_no_search_engine(link, outcome):
    answer = holder(link[1]).get("/plan")
    assert answer["Cache-Control"] == "no-store"
    assert "noindex" in answer["X-Robots-Tag"]
    assert "script-src 'none'" in answer["Content-Security-Policy"]
    assert link[1] not in answer.content.decode()


def test_the_cookie_says_which_link_and_ends_with_it(link, outcome):
    token = link[1]
    morsel = holder(token).cookies["link"]
    assert (morsel["httponly"], morsel["samesite"], morsel["path"]) == (True, "Lax", "/")
    assert 89 * 86400 < morsel["max-age"] <= 90 * 86400
    assert token not in morsel.value


def test_under_tls_the_cookie_is_bound_to_this_host(link, outcome, settings):
    settings.SESSION_COOKIE_SECURE, settings.LINK_COOKIE_NAME = True, "__Host-link"
    client = Client()
    morsel = client.get(f"/l/{link[1]}", secure=True).cookies["__Host-link"]
    assert (morsel["secure"], morsel["path"], morsel["domain"]) == (True, "/", "")
    assert client.get("/plan", secure=True).status_code == 200


def test_no_log_line_holds_the_secret_of_a_link(link, outcome, as_nobody):
    (written := logging.StreamHandler(io.StringIO())).setFormatter(MaskedFormatter("%(message)s"))
    logger = logging.getLogger("django")
    logger.addHandler(written)
    try:
        as_nobody.get(f"/l/{link[1]}x")
        as_nobody.get(f"/l/{link[1]}/more")
    finally:
        logger.removeHandler(written)
    lines = written.stream.getvalue()
    assert lines.count("/l/…") == 2
    assert link[1] not in lines


def test_our_own_log_is_the_masked_one_and_the_server_keeps_no_access_log():
    handlers = [one for one in logging.getLogger().handlers if isinstance(one.formatter, MaskedFormatter)]
    assert len(handlers) == 1
    assert "--no-access-log" in web_command("127.0.0.1", 8000)


def test_visits_write_nothing(link, outcome, as_ana):
    client = holder(link[1])
    for visitor in (client, as_ana):
        with CaptureQueriesContext(connection) as asked:
            for method, path in itertools.product(
                ("get", "head"), (f"/l/{link[1]}", "/plan", "/plan?lang=de")
            ):
                for _ in range(2):
                    assert getattr(visitor, method)(path).status_code in {200, 303}
        written = [one["sql"] for one in asked if not one["sql"].startswith(("SELECT", "EXPLAIN"))]
        assert written == []
    share = ShareLink.objects.get(pk=link[0].pk)
    assert (share.first_seen_on, share.last_seen_on) == (None, None)


def test_other_methods_open_nothing(link, outcome, as_nobody):
    for method in ("post", "put", "delete", "patch", "options"):
        assert getattr(as_nobody, method)(f"/l/{link[1]}").status_code == 404


def test_the_pages_load_nothing_but_their_stylesheet_and_icon(link, outcome, as_nobody):
    pages = [holder(link[1]).get("/plan").content.decode(), as_nobody.get(f"/l/{UNKNOWN}").content.decode()]
    for page in pages:
        assert "<script" not in page
        assert "//" not in re.sub(r"<!doctype[^>]*>", "", page)
        loaded = re.findall(r'(?:src|href)="([^"]+)"', page)
        assert all(re.match(r"/(style-|static/lemon\.svg|plan\?lang=)|#", address) for address in loaded), (
            loaded
        )


def test_a_full_page_with_its_style_stays_within_30_kilobytes(max, link, nord, outcome):
    for number in range(4):
        another = Outcome.objects.create(
            customer=nord,
            sentence=f"Another aim, number {number}, said in a sentence of usual length",
            measure="Orders",
            noted_on=outcome.noted_on,
            agreed_on=outcome.noted_on,
        )
        Commitment.objects.create(customer=nord, outcome=another, side="theirs", text="Train two people")
        Commitment.objects.create(customer=nord, outcome=another, side="ours", text="Come by on Monday")
    client = holder(link[1])
    sizes = {}
    for language in ("en", "de", "fr", "es", "pt"):
        page = client.get(f"/plan?lang={language}").content
        sheet = re.search(rb'stylesheet" href="([^"]+)"', page).group(1).decode()
        sizes[language] = len(page) + len(client.get(sheet).content)
    assert all(size <= 30_000 for size in sizes.values()), sizes


def test_a_plan_on_which_nothing_is_agreed_does_not_say_that_it_is(link):
    page = holder(link[1]).get("/plan?lang=en").content.decode()
    assert "Nothing is agreed yet" in page
    assert "This is what we agreed on" not in page


def test_a_plan_of_fifty_outcomes_travels_in_30_kilobytes(max, link, nord, outcome):
    for number in range(49):
        another = Outcome.objects.create(
            customer=nord,
            sentence=f"Aim {number}: {get_random_string(60)}",
            measure="Orders",
            noted_on=outcome.noted_on,
            agreed_on=outcome.noted_on,
        )
        Commitment.objects.create(customer=nord, outcome=another, side="theirs", text=get_random_string(40))
    client, packed = holder(link[1]), {"HTTP_ACCEPT_ENCODING": "gzip"}
    page = client.get("/plan", **packed)
    assert page.headers["Content-Encoding"] == "gzip"
    sheet = re.search(rb'stylesheet" href="([^"]+)"', gzip.decompress(page.content)).group(1).decode()
    assert len(page.content) + len(client.get(sheet, **packed).content) <= 30_000


# --- who sees what ---


def test_colleagues_see_no_more_than_the_customer(as_ana, link, outcome, as_nobody):
    assert told_apart(as_ana.get("/plan")) == told_apart(as_nobody.get("/plan"))
    client = holder(link[1])
    as_ana.get(f"/l/{link[1]}")
    theirs, hers = client.get("/plan").content.decode(), as_ana.get("/plan").content.decode()
    once = re.compile(r'name="(?:once|csrfmiddlewaretoken)" value="[^"]*"')
    assert once.sub("", theirs) == once.sub("", hers)
    assert "Ana" not in hers


def test_the_demo_signs_nobody_in_where_links_lead(ana, link, outcome, settings):
    settings.REGULARS_DEMO = True
    client = holder(link[1])
    page = client.get("/plan").content.decode()
    style = re.search(r'<link rel="stylesheet" href="([^"]+)"', page).group(1)
    assert client.get(style, headers={"accept": "text/css,*/*;q=0.1"}).status_code == 200
    assert set(client.cookies) == {"link", "csrf"}
    ana.refresh_from_db()
    assert ana.last_login is None


def test_a_form_from_too_old_a_page_is_told_so_on_a_page_of_ours(link, outcome):
    strict = Client(enforce_csrf_checks=True)
    strict.get(f"/l/{link[1]}")
    answer = strict.post("/plan", {"do": "read"})
    assert answer.status_code == 403
    assert "Please send it once more" in answer.content.decode()
    assert "Go to Today" not in answer.content.decode()


def test_what_is_not_agreed_or_was_given_up_or_belongs_to_others_is_not_shown(link, outcome, nord):
    other = customer("Bakery South")
    day = outcome.noted_on
    hidden = {
        "A draft": Outcome(customer=nord, noted_on=day),
        "Given up": Outcome(customer=nord, noted_on=day, agreed_on=day, dropped_on=day),
        "Of another": Outcome(customer=other, noted_on=day, agreed_on=day),
    }
    for sentence, row in hidden.items():
        row.sentence = sentence
        row.save()
    page = holder(link[1]).get("/plan").content.decode()
    assert outcome.sentence in page
    assert [sentence for sentence in hidden if sentence in page] == []
    assert "Bakery" not in page


RULE = {"kind": "usage", "item": f"LEAK-{uuid.uuid4()}", "what": "sum", "days": 30}


class Seed:
    """Makes a row of any model, every word of it a sentinel."""

    def __init__(self, **known):
        self.known = known

    def row(self, model, **given):
        values = {
            field.name: given.get(field.name, self.value(field))
            for field in model._meta.concrete_fields
            if not field.primary_key or isinstance(field, models.OneToOneField)
        }
        return model.objects.create(**values)

    def value(self, field):
        kind = field.related_model
        if kind is not None:
            found = next((one for one in self.known.values() if isinstance(one, kind)), None)
            return found or (None if field.null else self.row(kind))
        if getattr(field, "choices", None):
            return field.choices[0][0]
        return self.plain(field)

    def plain(self, field):
        now = timezone.now()
        made = {
            models.JSONField: lambda: {"said": f"LEAK-{uuid.uuid4()}"},
            models.DateTimeField: lambda: now,
            models.DateField: now.date,
            models.BooleanField: lambda: True,
            models.FloatField: lambda: 1.0,
            models.IntegerField: lambda: 1,
        }
        if isinstance(field, (models.CharField, models.TextField)):
            return f"LEAK-{uuid.uuid4()}"[: field.max_length or 60]
        return next((make() for kind, make in made.items() if isinstance(field, kind)), None)


GIVEN = {Customer, Role, Person, ShareLink, Colleague, Outcome}
"""Made by hand above: part of what they hold is the plan itself."""


def about(*kinds):
    """Return the models that point at one of these."""
    return [
        model
        for model in apps.get_models()
        if model.__module__.startswith("regulars.")
        and model not in GIVEN
        and any(field.related_model in kinds for field in model._meta.concrete_fields)
    ]


def test_nothing_internal_can_appear_on_the_page(as_ana, ana, link, nord, ida, outcome):
    """Every word that any table holds about this customer is a sentinel, but the plan that is shared."""
    Colleague.objects.filter(pk=ana.pk).update(
        name=f"LEAK-{uuid.uuid4()}", email=f"LEAK-{uuid.uuid4()}@x.org"
    )
    ida.refresh_from_db()
    Person.objects.filter(pk=ida.pk).update(
        email=f"LEAK-{uuid.uuid4()}@x.org", phone=f"LEAK-{uuid.uuid4()}"[:32]
    )
    Role.objects.filter(person=ida).update(title=f"LEAK-{uuid.uuid4()}")
    ana.refresh_from_db()
    Outcome.objects.filter(pk=outcome.pk).update(
        owner=ana, their_owner=ida, created_by=ana, dropped_why=f"LEAK-{uuid.uuid4()}",
        reading_rule=RULE,
    )  # fmt: skip
    seed = Seed(customer=nord, outcome=outcome, colleague=ana)
    draft = seed.row(Outcome, agreed_on=None, dropped_on=None, reading_rule=RULE)
    seed.row(Outcome, agreed_on=outcome.noted_on, reading_rule=RULE)
    given = {
        Commitment: {"text": "A promise of the plan"},
        Confirmation: {"share": None},
        Acknowledgement: {"colleague": ana},
    }
    kinds = about(Customer, Outcome)
    for model in kinds:
        seed.row(model, **given.get(model, {}))
    seed.row(Confirmation, outcome=draft)
    names = {model.__name__ for model in kinds}
    assert {"Note", "Knowledge", "Blocker", "Reading", "OutcomeEdit", "Wish", "Milestone", "Fact"} <= names
    client = holder(link[1])
    answers = [client.get(f"/plan?lang={language}") for language in ("en", "de", "fr", "es", "pt")]
    answers.append(client.post("/plan", {"do": "tell", "message": ""}))
    answers.append(client.post("/plan", form(outcome, "disputed", words="Not so"), follow=True))
    answers.append(as_ana.get(f"/customers/{opaque(nord.pk)}/share/preview"))
    for answer in answers:
        assert outcome.sentence in answer.content.decode()
        assert "LEAK-" not in answer.content.decode() + str(answer.headers)
    assert "LEAK-" in as_ana.get(f"/customers/{opaque(nord.pk)}").content.decode(), "the sentinels are there"


# --- what the customer says is in test_public_answers.py ---


def form(row, act, **typed):
    """Return the form of the page as a browser posts it."""
    key = opaque(row.pk)
    named = {"name", "message", "once", "do"}
    fields = {
        "once": uuid.uuid4().hex[:16],
        "name": "Ida Berg",
        f"version-{key}": str(getattr(row, "version", "")),
    }
    fields |= {(name if name in named else f"{name}-{key}"): value for name, value in typed.items()}
    return {"do": f"{act}-{key}"} | fields


def test_the_page_says_what_is_held_and_only_what_is(link, outcome, nord, ida):
    client = holder(link[1])
    page = client.get("/plan").content.decode()
    assert "We hold 7 things about you" in page
    for held in ("Your name", "Your e-mail address", "Your phone number", "What you do there"):
        assert held in page
    assert "What you bought" not in page
    Person.objects.filter(pk=ida.pk).update(email="", phone="")
    assert "We hold 5 things about you" in client.get("/plan").content.decode()
    assert "Your e-mail address" not in client.get("/plan").content.decode()


def test_the_companys_name_is_written_as_it_is(ana, link, outcome):
    change_company(ana, {"name": "Röst & Söhne"})
    page = holder(link[1]).get("/plan").content.decode()
    assert "Tell Röst &amp; Söhne" in page
    assert "&amp;amp;" not in page


def test_renewing_lets_the_same_link_open_longer(max, link, outcome):
    share, token = link
    ShareLink.objects.filter(pk=share.pk).update(expires_at=timezone.now())
    assert Client().get(f"/l/{token}").status_code == 404
    renew_share(max, share)
    assert holder(token).get("/plan").status_code == 200
    assert share.scope == PLAN


def test_a_page_asks_as_much_for_one_outcome_as_for_twenty(link, outcome, nord):
    client, day = holder(link[1]), outcome.noted_on
    full(outcome, link[0])
    with CaptureQueriesContext(connection) as few:
        client.get("/plan")
    for number in range(19):
        another = Outcome.objects.create(customer=nord, sentence=f"Aim {number}", noted_on=day, agreed_on=day)
        full(another, link[0])
    with CaptureQueriesContext(connection) as many:
        assert client.get("/plan").content.decode().count("Aim ") == 19
    assert len(many) == len(few)


def full(row, share):
    """Give an outcome a row of everything the page shows."""
    Reading.objects.create(outcome=row, day=row.noted_on, value=1)
    Confirmation.objects.create(
        outcome=row, verdict="not_yet", said_on=row.noted_on, share=share, said_by=share.person
    )
    Commitment.objects.create(customer=row.customer, outcome=row, side="theirs", text="Train two people")
    Acknowledgement.objects.create(outcome=row, version=1, person=share.person, seen_on=row.noted_on)
