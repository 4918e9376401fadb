"""Addresses of what we know, blockers, touchpoints by hand and the meeting brief."""

from __future__ import annotations

from django.urls import URLPattern, path

from regulars.web.pages.brief.view import brief_page
from regulars.web.pages.customer import blockers, cards
from regulars.web.pages.record import view as record

urlpatterns: list[URLPattern] = [
    path("customers/<str:ref>/cards", cards.note_card, name="card_note"),
    path("customers/<str:ref>/asked", cards.asked_in_vain, name="question_asked"),
    path("customers/<str:ref>/not-yet", cards.say_not_yet, name="not_yet_say"),
    path("cards/<str:ref>/change", cards.change_card, name="card_change"),
    path("cards/<str:ref>/still-true", cards.renew_card, name="card_renew"),
    path("cards/<str:ref>/end", cards.end_card, name="card_end"),
    path("not-yet/<str:ref>/end", cards.end_not_yet, name="not_yet_end"),
    path("customers/<str:ref>/blockers", blockers.open_blocker, name="blocker_open"),
    path("blockers/<str:ref>/close", blockers.close_blocker, name="blocker_close"),
    path("customers/<str:ref>/people/<str:role>/part", blockers.set_person_part, name="person_part"),
    path("customers/<str:ref>/people/<str:role>/left", blockers.person_left, name="person_left"),
    path("record", record.record_whom, name="record"),
    path("customers/<str:ref>/record", record.record_page, name="record_touchpoint"),
    path("customers/<str:ref>/record/line", record.record_line, name="record_line"),
    path("customers/<str:ref>/brief", brief_page, name="brief"),
    path("written/undo/<str:ref>", cards.undo, name="written_undo"),
]
