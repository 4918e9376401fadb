"""Every operation of the OpenAPI document, with bodies made from its schemas and something real to ask of."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from importlib import resources
from typing import Any

Schema = dict[str, Any]
NAMES = {
    "outcomes": "outcome", "edits": "edit", "milestones": "milestone", "commitments": "promise",
    "wishes": "wish", "blockers": "blocker", "knowledge": "card", "not-yet": "not_yet", "shares": "share",
    "touchpoints": "touchpoint", "contracts": "contract", "next-steps": "step", "customers": "customer",
}  # fmt: skip
"""What the id in an address names, by the word before it."""


@dataclass(frozen=True)
class Operation:
    """One operation: its id, how it is asked, and the schema of its body (none where it takes none)."""

    name: str
    method: str
    path: str
    body: Schema | None
    described: Schema

    def address(self, subjects: dict[str, str]) -> str:
        """Return the address that asks it of something real."""
        place = self.path.removeprefix("/api/v1/").split("/", 1)[0]
        return self.path.replace("{ref}", subjects[NAMES[place]] if "{ref}" in self.path else "")


def document() -> Schema:
    """Return the OpenAPI document as it is served."""
    from regulars.api.v1.root import api

    found: Schema = json.loads(json.dumps(api.get_openapi_schema()))
    return found


def operations() -> Iterator[Operation]:
    """Yield every operation of the document."""
    told = document()
    schemas = told["components"]["schemas"]
    for path, methods in told["paths"].items():
        for method, one in methods.items():
            body = one.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
            resolved = None if body is None else resolve(body, schemas)
            yield Operation(one["operationId"], method.upper(), path, resolved, one)


def resolve(schema: Schema, schemas: Schema) -> Schema:
    """Return a schema with every reference replaced by what it means."""
    if "$ref" in schema:
        return resolve(schemas[schema["$ref"].rsplit("/", 1)[1]], schemas)
    resolved = dict(schema)
    if "properties" in schema:
        resolved["properties"] = {name: resolve(one, schemas) for name, one in schema["properties"].items()}
    if "items" in schema:
        resolved["items"] = resolve(schema["items"], schemas)
    for word in ("anyOf", "allOf"):
        if word in schema:
            resolved[word] = [resolve(one, schemas) for one in schema[word]]
    return resolved


def example(schema: Schema, name: str = "") -> Any:
    """Return the least body that fits a schema: what is required and no more."""
    from django.utils import timezone

    for word in ("anyOf", "allOf"):
        if word in schema:
            return example(schema[word][0], name)
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("format") == "date":
        later = name in {"look_again_on", "until", "starts_on"}
        return (timezone.now().date() + timedelta(days=7 if later else 0)).isoformat()
    if schema["type"] == "object":
        return {one: example(schema["properties"][one], one) for one in schema.get("required", ())}
    return {"string": "words", "integer": 1, "number": 1.5, "boolean": True, "array": []}[schema["type"]]


def made_everything() -> dict[str, str]:
    """Make one of everything that operations are asked of, and return their ids."""
    from django.utils import timezone

    from regulars.attention.models import (
        Contract,
        HealthProfileVersion,
        HealthStanding,
        Standing,
        StoredResult,
    )
    from regulars.attention.write import contracts as write
    from regulars.attention.write.contracts import TermTold
    from regulars.records.models import AuditEntry
    from regulars.records.opaque import number, opaque
    from tests.house.subjects import made_subjects

    subjects = made_subjects()
    customer = number(subjects["customer"])
    text = resources.files("regulars.insight.profiles").joinpath("shop.toml").read_text(encoding="utf-8")
    HealthStanding.objects.create(
        customer_id=customer, day=20_000, score=60, band=2, based_on=40,
        contributions={"money": 6_000}, inputs={"money": [0, 3]},
        profile=HealthProfileVersion.objects.create(name="shop", version=1, text=text, current=True),
    )  # fmt: skip
    Standing.objects.create(customer_id=customer, stage=0, stage_day=20_000, name_folded="ida's cafe")
    for key in ("revenue", "board"):
        StoredResult.objects.create(key=key, as_of=20_000, result={"refusal": "", "risks": []})
    entry = AuditEntry.objects.create(
        pk=1_000_901, at=timezone.now(), action="record_touchpoint", subject=f"customer {customer}",
        detail={"words": "1 call", "messages": [], "todos": [], "notes": [], "entries": []}, digest="",
    )  # fmt: skip
    write.note_contract(None, customer, TermTold("K-9", 20_000, 120_000, "EUR", months=1_200), 20_400)
    contract = Contract.objects.get(number="K-9")
    return subjects | {"touchpoint": opaque(entry.pk), "contract": opaque(contract.pk)}
