"""The API as a whole: who may ask, how errors are told, which nouns there are."""

from __future__ import annotations

from ninja import NinjaAPI

from regulars.api.errors import answer_errors
from regulars.api.keys import KeyOfProgram
from regulars.api.v1.customers import router as customers

api = NinjaAPI(
    title="Regulars",
    version="1",
    description="Customers, what they want, where they stand, and what to do next.",
    auth=KeyOfProgram(),
    docs_url=None,
    openapi_url="openapi.json",
    urls_namespace="api",
)
answer_errors(api)
api.add_router("/customers", customers, tags=["customers"])
