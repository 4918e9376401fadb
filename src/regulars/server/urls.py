"""Addresses."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from regulars.api.v1.root import api
from regulars.server.demo import views as demo


def alive(request: HttpRequest) -> HttpResponse:
    """Answer that the process serves."""
    return HttpResponse("ok\n", content_type="text/plain")


urlpatterns = [
    path("healthz", alive, name="alive"),
    path("account/", include("regulars.web.urls_sign_in")),
    path("demo/load", demo.load, name="demo_load"),
    path("demo/remove", demo.remove, name="demo_remove"),
    path("api/v1/", api.urls),
    path("", include("regulars.web.urls")),
]

handler404 = "regulars.web.errors.not_found"
handler403 = "regulars.web.errors.forbidden"
handler400 = "regulars.web.errors.bad_request"
handler500 = "regulars.web.errors.failed"
