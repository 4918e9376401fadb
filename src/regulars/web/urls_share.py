"""Addresses of shared plans: for customers who hold a link, and for colleagues who make one."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from regulars.web.pages.customer import share
from regulars.web.public import view as public

urlpatterns: list[URLPattern | URLResolver] = [
    path("l/<str:token>", public.open_link, name="link"),
    path("plan", public.plan_page, name="plan"),
    path("customers/<str:ref>/share", share.share_page, name="share"),
    path("customers/<str:ref>/share/new", share.make_link, name="share_new"),
    path("customers/<str:ref>/share/preview", share.preview, name="share_preview"),
    path("shares/<str:ref>/renew", share.renew_link, name="share_renew"),
    path("shares/<str:ref>/revoke", share.revoke_link, name="share_revoke"),
]
