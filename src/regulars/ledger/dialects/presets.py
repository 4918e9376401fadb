"""Public export formats whose columns are known beforehand. Pure.

What each was checked against, and how, is in docs/reference/presets.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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


PRESETS: dict[str, Preset] = {
    preset.name: preset
    for preset in (
        Preset(
            "square", "Square: items", "purchases",
            {"Date": "date", "Time": "time", "Item": "item", "Qty": "quantity", "Net Sales": "amount",
             "Transaction ID": "order_number", "Event Type": "type", "Customer ID": "customer",
             "Customer Name": "customer_name"},
            ("Price Point Name", "Net Sales", "Transaction ID"),
            notes="Dashboard, Reports, Items detail. Checked: the header row, as it stands in test files of several "
            "public programs that read this export (Date as 2026-07-18, money as $8.00, Event Type Payment or "
            "Refund). Card Brand and PAN Suffix stay outside.",
        ),
        Preset(
            "square-customers", "Square: customers", "customers",
            {"Square Customer ID": "customer", "First Name": "first_name", "Last Name": "last_name",
             "Company Name": "customer_name", "Email Address": "email", "Phone Number": "phone"},
            ("Square Customer ID", "Creation Source"),
            notes="Not checked against a file.",
        ),
        Preset(
            "shopify", "Shopify: orders", "purchases",
            {"Name": "order_number", "Email": "email", "Financial Status": "status", "Created at": "date",
             "Currency": "currency", "Lineitem quantity": "quantity", "Lineitem name": "item",
             "Lineitem price": "price", "Refunded Amount": "refunded", "Billing Name": "customer_name"},
            ("Lineitem name", "Lineitem price", "Financial Status"),
            date_order="ymd",
            notes="Only the first row of an order carries status, currency and name: they are filled down. Checked: "
            "the header row and the rows of one order, as they stand in test files of several public programs "
            "(Created at as 2026-02-20 10:00:00 +0000). Refunded Amount is of the whole order so far.",
        ),
        Preset(
            "shopify-customers", "Shopify: customers", "customers",
            {"Customer ID": "customer", "First Name": "first_name", "Last Name": "last_name", "Email": "email",
             "Phone": "phone"},
            ("Customer ID", "Accepts Email Marketing", "Total Spent"),
            notes="Not checked against a file.",
        ),
        Preset(
            "sumup", "SumUp: sales", "purchases",
            {"Date": "date", "Time": "time", "Transaction ID": "order_number", "Type": "type",
             "Description": "item", "Quantity": "quantity", "Price (Gross)": "amount", "Currency": "currency"},
            ("Price (Gross)", "Price (Net)", "Transaction ID"),
            notes="SumUp knows no customers: everything is kept as demand. Checked: the header row and a row, as they "
            "stand in the test files of public programs (Date as 15.03.23, Time as 11:53, Type Sales).",
        ),
        Preset(
            "sumup-transactions", "SumUp: transactions", "purchases",
            {"Date": "date", "Transaction ID": "order_number", "Transaction code": "order_number",
             "Transaction Type": "type", "Status": "status", "Total": "amount", "Currency": "currency",
             "Description": "item"},
            ("Transaction Type", "Payment Method", "Total"),
            notes="Not checked: put together from SumUp's help pages, which list the contents and not the names.",
        ),
        Preset(
            "stripe", "Stripe: payments", "purchases",
            {"id": "order_number", "Created (UTC)": "date", "Created date (UTC)": "date", "Amount": "amount",
             "Amount Refunded": "refunded", "Currency": "currency", "Status": "status", "Description": "item",
             "Customer ID": "customer", "Customer Email": "email"},
            ("Amount Refunded", "Customer ID", "Status"),
            date_order="ymd", zone="UTC",
            notes="Failed payments are left out as rejected rows that say so. Card columns are never taken. Checked: "
            "the header row, as it stands in public programs that read this export, in its older form (Created "
            "(UTC)) and its newer one (Created date (UTC)); statuses Paid, Refunded and Failed.",
        ),
        Preset(
            "stripe-customers", "Stripe: customers", "customers",
            {"id": "customer", "Name": "customer_name", "Email": "email"},
            ("id", "Delinquent", "Total Spend"),
            notes="Not checked against a file.",
        ),
        Preset(
            "hubspot-companies", "HubSpot: companies", "customers",
            {"Record ID": "customer", "Company name": "customer_name", "Industry": "kind_of_customer",
             "Company owner": "owner", "Phone Number": "phone", "Parent Company": "parent"},
            ("Record ID", "Company name", "Company owner"),
            notes="Checked: the labels First name, Last name, Email, Phone number, Job title, Company name and "
            "Company owner in HubSpot's help pages; that an export carries them, not.",
        ),
        Preset(
            "hubspot-contacts", "HubSpot: contacts", "people",
            {"Associated Company IDs": "customer", "Associated Company IDs (Primary)": "customer",
             "First Name": "first_name", "Last Name": "last_name", "Email": "email", "Phone Number": "phone",
             "Job Title": "role", "Associated Company": "customer_name"},
            ("Record ID", "First Name", "Contact owner"),
            notes="Checked: the labels in HubSpot's help pages; that an export carries them, not.",
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
