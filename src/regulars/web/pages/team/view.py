"""The team: who is on it, what they may do, and the links by which they join."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from regulars.insight.errors import RegularsError
from regulars.records.models import Colleague
from regulars.records.opaque import number, opaque
from regulars.records.write import team
from regulars.web.access import ColleagueRequest, access, post_only
from regulars.web.pages.team.page import team_page_for
from regulars.web.undo import back, say

_LINK = "team_link"


def access_colleague(ref: str) -> Colleague:
    """Return the colleague an address means; who may do what with them is for the write to say."""
    found = Colleague.objects.filter(pk=number(ref)).first()
    if found is None:
        raise RegularsError("not-found", "There is no such colleague.", 404)
    return found


def _keep_link(request: ColleagueRequest, colleague: Colleague, key: str) -> None:
    path = reverse("account_reset_password_from_key", args=key.split("-", 1))
    request.session[_LINK] = [str(colleague), f"{settings.REGULARS_URL}{path}"]


@access("read")
def team_page(request: ColleagueRequest) -> HttpResponseBase:
    """Show the team, and once the link that was just made."""
    held = request.session.pop(_LINK, None) or ["", ""]
    page = team_page_for(request.user, link=(held[0], held[1]))
    return render(request, "pages/team/page.html", {"page": page})


@access("administer")
@post_only
def add_member(request: ColleagueRequest) -> HttpResponseBase:
    """Add a colleague and show the link by which they set a password."""
    typed = {name: request.POST.get(name, "").strip()[:254] for name in ("email", "name", "role")}
    try:
        colleague = team.add_colleague(request.user, **typed)
    except RegularsError as error:
        page = team_page_for(
            request.user,
            typed=typed,
            message="" if error.fields else error.message,
            errors=error.fields,
        )
        return render(request, "pages/team/page.html", {"page": page}, status=error.status)
    _keep_link(request, colleague, team.renew_invitation(request.user, colleague))
    response = HttpResponseRedirect(reverse("team"))
    response.status_code = 303
    return response


@access("administer")
@post_only
def new_link(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Make a fresh link for a colleague who lost theirs, or their password."""
    colleague = access_colleague(ref)
    _keep_link(request, colleague, team.renew_invitation(request.user, colleague))
    return back(request, reverse("team"))


@access("administer")
@post_only
def change_member_role(request: ColleagueRequest, ref: str, role: str = "") -> HttpResponseBase:
    """Change a colleague's role; the way back is offered."""
    colleague = access_colleague(ref)
    was = team.change_role(request.user, colleague, role or request.POST.get("role", ""))
    words = f"{colleague} is now {colleague.get_role_display().lower()}."
    say(request, words, undo=reverse("team_role_to", args=[opaque(colleague.pk), was]))
    return back(request, reverse("team"))


@access("administer")
@post_only
def disable_member(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """End a colleague's access; the way back is offered."""
    colleague = access_colleague(ref)
    team.disable_colleague(request.user, colleague)
    words = f"{colleague} can no longer sign in, and was signed out everywhere."
    say(request, words, undo=reverse("team_enable", args=[opaque(colleague.pk)]))
    return back(request, reverse("team"))


@access("administer")
@post_only
def enable_member(request: ColleagueRequest, ref: str) -> HttpResponseBase:
    """Let a colleague in again."""
    colleague = access_colleague(ref)
    team.enable_colleague(request.user, colleague)
    say(request, f"{colleague} can sign in again.")
    return back(request, reverse("team"))
