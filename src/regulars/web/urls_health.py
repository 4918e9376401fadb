"""Addresses of health."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from regulars.web.pages.health import view as health

urlpatterns: list[URLPattern | URLResolver] = [
    path("health", health.health_page, name="health"),
    path("health/try", health.try_profile, name="health_try"),
    path("health/save", health.save_profile, name="health_save"),
    path("health/<str:name>/<int:version>/back", health.put_back, name="health_back"),
]
