"""Public export formats whose columns are known beforehand. Pure.

What each was checked against, and how, is in docs/reference/presets.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from regulars.ledger.dialects.names import words_of


@dataclass(frozen=True, slots=True)
class Preset:
    """One export format: column name to field, and by which columns it is known."""

    name: str
    title: str
    kind: str
    fields: Mapping[str, str]
    known_by: tuple[str, ...]
    date_order: str = ""
    zone: str = ""
    notes: str = ""
    others: tuple[str, ...] = field(default=())


PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset(
            "square", "Square: items", "purchases",
            {"Date": "date", "Time": "time", "Item": "item", "Qty": "quantity", "Net Sales": "amount",
             "Transaction ID": "order_number", "Event Type": "type", "Customer ID": "customer",
             "Customer Name": "customer_name"},
            ("Price Point Name", "Net Sales", "Transaction ID"),
            notes="Dashboard, Reports, Items detail. Dates are month first in the United States: it is asked.",
        ),
        Preset(
            "square-customers", "Square: customers", "customers",
            {"Square Customer ID": "customer", "First Name": "first_name", "Last Name": "last_name",
             "Company Name": "customer_name", "Email Address": "email", "Phone Number": "phone"},
            ("Square Customer ID", "Creation Source"),
        ),
        Preset(
            "shopify", "Shopify: orders", "purchases",
            {"Name": "order_number", "Email": "email", "Financial Status": "status", "Created at": "date",
             "Currency": "currency", "Lineitem quantity": "quantity", "Lineitem name": "item",
             "Lineitem price": "price", "Refunded Amount": "refunded", "Billing Name": "customer_name"},
            ("Lineitem name", "Lineitem price", "Financial Status"),
            date_order="ymd",
            notes="Only the first row of an order carries its date and customer: they are filled down.",
        ),
        Preset(
            "shopify-customers", "Shopify: customers", "customers",
            {"Customer ID": "customer", "First Name": "first_name", "Last Name": "last_name", "Email": "email",
             "Phone": "phone"},
            ("Customer ID", "Accepts Email Marketing", "Total Spent"),
        ),
        Preset(
            "sumup", "SumUp: sales", "purchases",
            {"Date": "date", "Time": "time", "Transaction ID": "order_number", "Type": "type",
             "Description": "item", "Quantity": "quantity", "Price (Gross)": "amount", "Currency": "currency"},
            ("Price (Gross)", "Price (Net)", "Transaction ID"),
            notes="SumUp knows no customers: everything is kept as demand.",
        ),
        Preset(
            "sumup-transactions", "SumUp: transactions", "purchases",
            {"Date": "date", "Transaction ID": "order_number", "Transaction code": "order_number",
             "Transaction Type": "type", "Status": "status", "Total": "amount", "Currency": "currency",
             "Description": "item"},
            ("Transaction Type", "Payment Method", "Total"),
        ),
        Preset(
            "stripe", "Stripe: payments", "purchases",
            {"id": "order_number", "Created (UTC)": "date", "Created date (UTC)": "date", "Amount": "amount",
             "Amount Refunded": "refunded", "Currency": "currency", "Status": "status", "Description": "item",
             "Customer ID": "customer", "Customer Email": "email"},
            ("Amount Refunded", "Customer ID", "Status"),
            date_order="ymd", zone="UTC",
            notes="Failed payments are left out as rejected rows that say so. Card columns are never taken.",
        ),
        Preset(
            "stripe-customers", "Stripe: customers", "customers",
            {"id": "customer", "Name": "customer_name", "Email": "email"},
            ("id", "Delinquent", "Total Spend"),
        ),
        Preset(
            "hubspot-companies", "HubSpot: companies", "customers",
            {"Record ID": "customer", "Company name": "customer_name", "Industry": "kind_of_customer",
             "Company owner": "owner", "Phone Number": "phone", "Parent Company": "parent"},
            ("Record ID", "Company name", "Company owner"),
        ),
        Preset(
            "hubspot-contacts", "HubSpot: contacts", "people",
            {"Associated Company IDs": "customer", "Associated Company IDs (Primary)": "customer",
             "First Name": "first_name", "Last Name": "last_name", "Email": "email", "Phone Number": "phone",
             "Job Title": "role", "Associated Company": "customer_name"},
            ("Record ID", "First Name", "Contact owner"),
        ),
    )
}  # fmt: skip


def preset_for(names: Sequence[str]) -> Preset | None:
    """Return the preset whose telling columns are all there, the one with the most fields first."""
    there = {words_of(name) for name in names}
    fitting = [
        preset for preset in PRESETS.values() if all(words_of(name) in there for name in preset.known_by)
    ]
    return max(fitting, key=lambda preset: len(_present(preset, there)), default=None)


def _present(preset: Preset, there: set[str]) -> list[str]:
    return [name for name in preset.fields if words_of(name) in there]


def preset_fields(preset: Preset, names: Sequence[str]) -> dict[int, str]:
    """Return position to field for the preset's columns that are there; the first of two wins."""
    wanted = {words_of(name): target for name, target in preset.fields.items()}
    found: dict[int, str] = {}
    for place, name in enumerate(names):
        target = wanted.get(words_of(name))
        if target and target not in found.values():
            found[place] = target
    return found
