"""The team page: roles, links that are shown once, and access that ends at once."""

import pytest
from django.test import Client
from django.urls import reverse

from regulars.records.models import Colleague
from regulars.records.opaque import opaque

GOOD = "correct horse battery staple"


def act(client, name, colleague, **post):
    return client.post(reverse(name, args=[opaque(colleague.pk)]), post, follow=True)


def test_a_link_is_shown_once_and_lets_a_colleague_in(as_ana):
    shown = as_ana.post(
        reverse("team_add"), {"email": "ida@example.org", "name": "Ida", "role": "member"}, follow=True
    )
    link = shown.context["page"].link
    assert link in shown.content.decode()
    assert link not in as_ana.get(reverse("team")).content.decode()
    guest = Client()
    path = "/account/" + link.partition("/account/")[2]
    form = guest.get(path, follow=True)
    guest.post(form.request["PATH_INFO"], {"password1": GOOD, "password2": GOOD})
    done = guest.post(reverse("account_login"), {"login": "ida@example.org", "password": GOOD})
    assert done.status_code == 302
    assert guest.get(reverse("you")).status_code == 200


def test_what_was_typed_stays_when_a_colleague_cannot_be_added(as_ana, vic):
    answer = as_ana.post(reverse("team_add"), {"email": vic.email, "name": "Somebody", "role": "viewer"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert 'value="Somebody"' in page
    assert "Already on the team." in page


def test_a_role_holds_from_the_next_click_and_can_be_taken_back(as_ana, max, as_max):
    assert as_max.get(reverse("import_new")).status_code == 200
    answer = act(as_ana, "team_role", max, role="viewer")
    assert as_max.get(reverse("import_new")).status_code == 403
    undo = next(message.extra_tags for message in answer.context["messages"])
    as_ana.post(undo)
    assert as_max.get(reverse("import_new")).status_code == 200


def test_ended_access_kills_the_sessions_at_once(as_ana, max, as_max):
    assert as_max.get(reverse("team")).status_code == 200
    act(as_ana, "team_disable", max)
    assert as_max.get(reverse("team")).status_code == 302
    assert not Client().login(username=max.email, password="a long pass phrase for the cast")
    act(as_ana, "team_enable", max)
    max.refresh_from_db()
    assert max.is_active


def test_nobody_ends_their_own_access(as_ana, ana):
    assert act(as_ana, "team_disable", ana).status_code == 409
    ana.refresh_from_db()
    assert ana.is_active


def test_the_only_admin_stays_an_admin(as_ana, ana):
    answer = act(as_ana, "team_role", ana, role="member")
    assert answer.status_code == 409
    assert "only admin" in answer.content.decode()
    ana.refresh_from_db()
    assert ana.role == "admin"


@pytest.mark.parametrize("role", ["member", "viewer"])
def test_addresses_and_sign_ins_are_for_admins(cast, role, ana):
    page = cast[role].get(reverse("team")).content.decode()
    assert "Ana" in page
    assert ana.email not in page
    assert "Last signed in" not in page
    assert "Add a colleague" not in page


@pytest.mark.parametrize("role", ["member", "viewer"])
@pytest.mark.parametrize("name", ["team_role", "team_link", "team_disable", "team_enable"])
def test_only_admins_change_the_team(cast, role, name, ana):
    answer = cast[role].post(reverse(name, args=[opaque(ana.pk)]), {"role": "viewer"})
    assert answer.status_code == 403
    ana.refresh_from_db()
    assert ana.role == "admin"
    assert ana.is_active


def test_the_page_asks_the_database_as_often_for_twenty_as_for_one(as_ana, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    as_ana.get(reverse("team"))
    with CaptureQueriesContext(connection) as one:
        as_ana.get(reverse("team"))
    Colleague.objects.bulk_create(
        Colleague(email=f"c{number}@example.org", name=f"C{number}") for number in range(20)
    )
    with django_assert_num_queries(len(one)):
        as_ana.get(reverse("team"))
