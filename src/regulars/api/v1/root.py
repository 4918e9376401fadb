"""The API as a whole: who may ask, how errors are told, which nouns there are."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from regulars.api.errors import answer_errors
from regulars.api.keys import KeyOfProgram
from regulars.api.once import PARAMETER, once
from regulars.api.v1 import (
    blockers,
    commitments,
    contracts,
    customers,
    health,
    knowledge,
    milestones,
    next_steps,
    not_yet,
    outcomes,
    people,
    readings,
    reports,
    shares,
    touchpoints,
    wishes,
)

NOUNS = (
    people, outcomes, readings, milestones, commitments, wishes, blockers, knowledge, not_yet, touchpoints,
    contracts, shares, next_steps, health, reports,
)  # fmt: skip


class Api(NinjaAPI):
    """An API whose lists say where they go on, and whose description says what may be asked twice."""

    def create_response(self, request: HttpRequest, data: Any, **told: Any) -> HttpResponse:
        """Answer; a list with more to come says so in the header ``Link`` too."""
        response = super().create_response(request, data, **told)
        if isinstance(data, dict) and "items" in data and data.get("next"):
            query = request.GET.copy()
            query["after"] = data["next"]
            address = request.build_absolute_uri(f"{request.path}?{query.urlencode()}")
            response["Link"] = f'<{address}>; rel="next"'
        return response

    def get_openapi_schema(self, **told: Any) -> OpenAPISchema:
        """Return the description; each POST takes the header by which it is done once."""
        schema = super().get_openapi_schema(**told)
        for path in schema["paths"].values():
            if "post" in path:
                path["post"].setdefault("parameters", []).append(PARAMETER)
        return schema


api = Api(
    title="Regulars",
    version="1",
    description="Customers, what they want, where they stand, and what to do next.",
    auth=KeyOfProgram(),
    docs_url=None,
    openapi_url="openapi.json",
    urls_namespace="api",
)
answer_errors(api)
api.add_decorator(once, mode="operation")
api.add_router("/customers", customers.router, tags=["customers"])
for noun in NOUNS:
    api.add_router("", noun.router, tags=[noun.__name__.rpartition(".")[2].replace("_", "-")])
