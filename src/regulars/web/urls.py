"""Addresses of pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from regulars.web.choices import choose_theme, switch_keys
from regulars.web.pages.find.view import find_page
from regulars.web.pages.today.view import today_page
from regulars.web.style import stylesheet

urlpatterns: list[URLPattern | URLResolver] = [
    path("style-<slug:digest>.css", stylesheet, name="stylesheet"),
    path("", today_page, name="today"),
    path("find", find_page, name="find"),
    path("theme", choose_theme, name="choose_theme"),
    path("keys", switch_keys, name="switch_keys"),
    path("", include("regulars.web.urls_gear")),
]
