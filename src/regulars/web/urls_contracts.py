"""Addresses of contracts."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from regulars.web.pages.customer import contracts
from regulars.web.pages.reports import comparison, renewals

urlpatterns: list[URLPattern | URLResolver] = [
    path("customers/<str:ref>/contracts", contracts.new_contract, name="contract_new"),
    path("customers/<str:ref>/expansions", contracts.new_expansion, name="expansion_new"),
    path("customers/<str:ref>/expansions/close", contracts.close_expansion, name="expansion_close"),
    path("contracts/<str:ref>/<slug:verb>", contracts.change_contract, name="contract_change"),
    path("renewals", renewals.renewal_months, name="renewal_months"),
    path("renewals/compare", comparison.compare_page, name="contracts_compare"),
    path("renewals.csv", renewals.renewals_file, name="renewals_file"),
]
