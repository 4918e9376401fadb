"""Pages for customers: a link is exchanged for a cookie, the plan is read, and answers are taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from urllib.parse import urlencode

from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string

from regulars.records.models import ShareLink
from regulars.records.read.company import company
from regulars.records.read.shares import LANGUAGES, share_of_token
from regulars.web.clock import date_of
from regulars.web.public.answers import Posted, Unclear, answered
from regulars.web.public.holder import carried, hand_over, network
from regulars.web.public.misses import misses
from regulars.web.public.page import PublicPlan, public_plan
from regulars.web.public.words import Words, accepted, words_of
from regulars.web.style import public_style_address

PLAN = ShareLink.Scope.PLAN
Public = Callable[..., HttpResponseBase]
_NOT_NEEDED = ("script-src", "connect-src", "font-src", "manifest-src")


@dataclass(frozen=True, slots=True)
class Shown:
    """One public page as it is rendered: the plan, the language, and what became of the last form."""

    plan: PublicPlan
    words: Words
    languages: tuple[tuple[str, str, str], ...]
    typed: Mapping[str, str] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)
    said: str = ""
    preview: bool = False

    @property
    def name(self) -> str:
        """The name in the form: as typed, or whom the link was made for."""
        return self.typed.get("name", self.plan.reader)


def alone(view: Public) -> Public:
    """Let a public page load nothing but its stylesheet, and ask too frequent guessers to wait."""

    @wraps(view)
    def answer(request: HttpRequest, **named: str) -> HttpResponseBase:
        if misses.too_many_here(network(request)):
            return _busy(request)
        return view(request, **named)

    guarded: Public = csp_replace({name: ["'none'"] for name in _NOT_NEEDED})(answer)
    return guarded


@alone
def open_link(request: HttpRequest, token: str) -> HttpResponseBase:
    """Exchange a link for a cookie and lead to the clean address; nothing is written down by it."""
    share = share_of_token(token, PLAN, timezone.now())
    if share is None or request.method not in {"GET", "HEAD"}:
        return _missed(request)
    response = HttpResponseRedirect(reverse("plan"))
    response.status_code = 303
    hand_over(response, share)
    return response


@alone
def plan_page(request: HttpRequest) -> HttpResponseBase:
    """Show the plan to whoever carries the cookie of its link, and take what they say."""
    share = carried(request, PLAN, timezone.now())
    if share is None:
        return _missed(request)
    language = language_of(request, share)
    if request.method == "POST":
        return _take(request, share, language)
    return page_of(request, share, language, said=request.GET.get("done", ""))


def _take(request: HttpRequest, share: ShareLink, language: str) -> HttpResponseBase:
    fields = {name: str(text) for name, text in request.POST.items() if name != "csrfmiddlewaretoken"}
    words = words_of(language)
    try:
        posted = Posted(share, words, date_of(company()), fields)
        became = answered(posted)
    except Unclear as unclear:
        sentence = getattr(words, unclear.sentence).format(**unclear.values)
        return page_of(request, share, language, typed=fields, wrong={unclear.field: sentence})
    if not_used := posted.not_used():
        # What was typed into other cards stays in its fields, to be sent by its own button.
        return page_of(request, share, language, typed=not_used, said=became)
    response = HttpResponseRedirect(f"{reverse('plan')}?{urlencode({'done': became, 'lang': language})}")
    response.status_code = 303
    return response


def page_of(
    request: HttpRequest,
    share: ShareLink,
    language: str,
    *,
    typed: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] | None = None,
    said: str = "",
    preview: bool = False,
) -> HttpResponse:
    """Render the plan of a link in one language; the preview of colleagues is this same page."""
    words = words_of(language)
    shown = Shown(
        plan=public_plan(share, date_of(company())),
        words=words,
        languages=tuple(
            (code, word, f"{request.path}?{urlencode({'lang': code})}") for code, word in LANGUAGES.items()
        ),
        typed=typed or {},
        wrong=wrong or {},
        said=_thanks(words, said),
        preview=preview,
    )
    # What a form carries once, so that the same form sent twice counts once.
    context = {
        "shown": shown, "words": words, "once": get_random_string(16), "stylesheet": public_style_address(),
    }  # fmt: skip
    return render(request, "public/plan.html", context, status=422 if wrong else 200)


def _thanks(words: Words, became: str) -> str:
    if became in {"changed", "changed_read"}:
        return str(getattr(words, became))
    sentence = getattr(words, f"thanks_{became}", "") if became.isidentifier() else ""
    return f"{words.thanks} {sentence}" if sentence else ""


def language_of(request: HttpRequest, share: ShareLink) -> str:
    """Return the language of a page: the one switched to, the link's, or the browser's."""
    chosen = request.GET.get("lang", "")
    if chosen in LANGUAGES:
        return chosen
    return share.language or _browsers(request)


def _browsers(request: HttpRequest) -> str:
    return accepted(request.headers.get("Accept-Language", "")) or "en"


def _missed(request: HttpRequest) -> HttpResponse:
    """Answer what opens nothing, whatever the reason: unknown, ended, revoked, or made for something else."""
    misses.add(network(request))
    if misses.too_many_everywhere():
        return _busy(request)
    words = words_of(_browsers(request))
    return _closed(request, words, words.gone_title, words.gone, 404)


def _busy(request: HttpRequest) -> HttpResponse:
    words = words_of(_browsers(request))
    response = _closed(request, words, words.busy_title, words.busy, 429)
    response["Retry-After"] = str(misses.seconds_left())
    return response


def _closed(request: HttpRequest, words: Words, title: str, text: str, status: int) -> HttpResponse:
    context = {"words": words, "closed_title": title, "closed": text, "stylesheet": public_style_address()}
    return render(request, "public/closed.html", context, status=status)
