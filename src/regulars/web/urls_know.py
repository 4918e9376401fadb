"""Addresses of what we know, blockers, touchpoints by hand and the meeting brief."""

from __future__ import annotations

from django.urls import URLPattern, path

from regulars.web.pages.customer import cards

urlpatterns: list[URLPattern] = [
    path("customers/<str:ref>/cards", cards.note_card, name="card_note"),
    path("customers/<str:ref>/asked", cards.asked_in_vain, name="question_asked"),
    path("customers/<str:ref>/not-yet", cards.say_not_yet, name="not_yet_say"),
    path("cards/<str:ref>/change", cards.change_card, name="card_change"),
    path("cards/<str:ref>/still-true", cards.renew_card, name="card_renew"),
    path("cards/<str:ref>/end", cards.end_card, name="card_end"),
    path("not-yet/<str:ref>/end", cards.end_not_yet, name="not_yet_end"),
    path("written/undo/<str:ref>", cards.undo, name="written_undo"),
]
