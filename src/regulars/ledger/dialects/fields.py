"""The fields that a file's columns can become, by what the file is about. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from regulars.insight.errors import RegularsError

KINDS: dict[str, str] = {
    "purchases": "Purchases",
    "customers": "Customers",
    "people": "People",
    "usage": "Usage",
    "touchpoints": "Touchpoints",
    "contracts": "Contracts",
}
FACT_KIND = {
    "purchases": "purchase",
    "usage": "usage",
    "touchpoints": "touchpoint",
    "contracts": "contract_started",
}
DATES = ("date", "start", "end", "cancelled_on")
"""Fields that hold days."""

MONEY = ("amount", "price", "refunded", "monthly", "yearly")
"""Fields that hold amounts."""

NOT_BEFORE: dict[str, str] = {
    "prospect": "any time",
    "first_purchase": "not before the first purchase",
    "repeat": "not before the second purchase day",
    "contract": "not before a contract",
}
IGNORE, PROPERTY = "ignore", "property"
LEVELS = {name: number for number, name in enumerate(NOT_BEFORE)}
REACHED_BY = {"purchases": 1, "contracts": 3}
"""How far a customer is by the very row that is read."""

NAMES = ("customer_name", "first_name", "last_name")
CAN_WAIT = frozenset(
    {*NAMES, PROPERTY, "person_name", "role", "email", "phone", "kind_of_customer", "parent", "owner", "item",
     "serial", "order_number", "text", "channel", "direction", "language", "minutes", "selling"}
)  # fmt: skip
"""Fields without which a row is still a row, so that they can be held back until a customer's moment."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field: what it is for by default, and from when on it may be kept."""

    name: str
    label: str
    help: str
    purpose: str
    not_before: str = "prospect"
    category: str = "purchase"
    required: bool = False


_ALL = {
    field.name: field
    for field in (
        Field("customer", "Customer number", "What the source calls the customer. Empty cells are demand without a name.",
              "Tell returning customers from new ones", category="identifier"),
        Field("customer_name", "Customer name", "Shown wherever the customer is.", "Greet customers by their name", category="identity"),
        Field("first_name", "First name", "Joined with the last name.", "Greet customers by their name", category="identity"),
        Field("last_name", "Last name", "Joined with the first name.", "Greet customers by their name", category="identity"),
        Field("person_name", "Person", "A human at the customer.", "Know whom to ask for", category="identity"),
        Field("email", "E-mail", "Kept with the person only. Stands in for the customer number where there is none.",
              "Reach the person about their own purchases", "first_purchase", "contact"),
        Field("phone", "Phone", "Kept with the person only.", "Call when something is wrong with an order", "first_purchase", "contact"),
        Field("role", "Role", "What the person is to the customer.", "Know who can decide and who can unclog", category="identity"),
        Field("date", "Date", "When it happened, with or without the time of day.", "Know who comes, how often and when"),
        Field("time", "Time of day", "Where date and time have columns of their own.", "Expect people at their usual hour"),
        Field("amount", "Amount", "Of this row. Negative amounts are refunds.", "Rank by what is at stake"),
        Field("price", "Price of one", "Times the quantity, where there is no amount.", "Rank by what is at stake"),
        Field("quantity", "Quantity", "Negative quantities are refunds.", "Know the usual order"),
        Field("currency", "Currency", "Three letters, such as EUR.", "Read amounts rightly"),
        Field("item", "Item", "What was bought or used.", "Know the usual order"),
        Field("order_number", "Order or receipt number", "Groups the rows of one receipt, and finds it again.", "Find an order by its number"),
        Field("line", "Line of the order", "With the order number it tells every row apart.", "Record each row once"),
        Field("serial", "Serial or subscription number", "Finds what they own.", "Find what a customer owns"),
        Field("refunded", "Refunded amount", "Paid back on this order so far.", "Not count what was given back"),
        Field("type", "Kind of row", "Words such as Refund or Return make the row a refund.", "Tell refunds from sales"),
        Field("status", "Status", "Failed, voided and declined rows are not sales.", "Leave out what was never paid"),
        Field("kind_of_customer", "Kind of customer", "Such as estate agent, café, walk-in.", "Compare customers with those like them", category="identity"),
        Field("parent", "Parent customer", "The customer number this one belongs to.", "See groups of customers together", category="identifier"),
        Field("owner", "Our colleague", "E-mail of the colleague who looks after them.", "Know who looks after whom", category="identity"),
        Field("channel", "Channel", "Phone, mail, visit and so on.", "Meet them where they want to be met"),
        Field("direction", "Who came to whom", "In, from them to us, or out, from us to them.", "Tell their calls from ours"),
        Field("language", "Language", "Such as de or English.", "Tell whether we speak their language"),
        Field("minutes", "Minutes", "How long it took.", "See who gets our time"),
        Field("selling", "Selling", "Whether it was about selling: yes or no.", "Tell visits without selling from those with"),
        Field("contract", "Contract number", "Tells their contracts apart, and finds each again.", "Know which contract is meant", category="identifier"),
        Field("start", "Start", "First day of the contract or of this term of it.", "Know from when on a contract runs"),
        Field("end", "End", "Last day of the term. With neither end nor months it runs until cancelled.", "Know until when a contract runs"),
        Field("months", "Length in months", "Of the term, instead of its end.", "Know the length of a term"),
        Field("monthly", "Amount of a month", "Instead of the amount of the whole term.", "Know what a contract is worth"),
        Field("yearly", "Amount of a year", "Instead of the amount of the whole term.", "Know what a contract is worth"),
        Field("auto_renews", "Renews itself", "Yes or no: whether it goes on unless somebody gives notice.", "Know whether a contract goes on by itself"),
        Field("notice_days", "Notice period", "In days, or as 3 months.", "Know by when notice must be given"),
        Field("cancelled_on", "No longer runs from", "First day on which a cancelled contract does not run.", "Know who is leaving, and when"),
        Field("reason", "Reason", "Why it was cancelled or changed.", "Know why a contract ended or a renewal is doubted", category="words"),
        Field("text", "Words", "One line on what happened, or their own words.", "Remember what was said", category="words"),
    )
}  # fmt: skip
_BY_KIND: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "purchases": (
        ("date",),
        ("customer", "customer_name", "first_name", "last_name", "email", "phone", "time", "amount", "price",
         "quantity", "currency", "item", "order_number", "line", "serial", "refunded", "type", "status",
         "kind_of_customer", "channel", "text"),
    ),
    "customers": (
        ("customer",),
        ("customer_name", "first_name", "last_name", "person_name", "role", "email", "phone", "kind_of_customer",
         "parent", "owner"),
    ),
    "people": (("customer",), ("person_name", "first_name", "last_name", "role", "email", "phone", "customer_name")),
    "usage": (("customer", "date"), ("time", "item", "quantity", "serial", "text", "customer_name")),
    "touchpoints": (
        ("customer", "date"),
        ("time", "channel", "direction", "language", "minutes", "selling", "text", "customer_name"),
    ),
    "contracts": (
        ("customer", "contract", "start"),
        ("end", "months", "amount", "monthly", "yearly", "currency", "item", "auto_renews", "notice_days", "status",
         "cancelled_on", "reason", "customer_name", "first_name", "last_name", "email", "kind_of_customer"),
    ),
}  # fmt: skip


def fields_of(kind: str) -> tuple[Field, ...]:
    """Return the fields a file of this kind may bring, the required ones first.

    Raises
    ------
    RegularsError
        ``kind-unknown``.
    """
    if kind not in _BY_KIND:
        raise RegularsError("kind-unknown", f"A file cannot be {kind!r}. Say one of {', '.join(KINDS)}.")
    required, optional = _BY_KIND[kind]
    from dataclasses import replace

    return (*(replace(_ALL[name], required=True) for name in required), *(_ALL[name] for name in optional))


def waits(kind: str, not_before: str) -> bool:
    """Return whether a column waits for more than what its own row tells of a customer.

    Example
    -------
    >>> waits("purchases", "first_purchase"), waits("customers", "first_purchase"), waits("usage", "prospect")
    (False, True, False)
    """
    return LEVELS[not_before] > REACHED_BY.get(kind, 0)


def naming(fields: Collection[str]) -> frozenset[str]:
    """Return which of the fields tell the customer: the number, without it the address, else the name.

    Example
    -------
    >>> sorted(naming({"email", "customer_name"})), sorted(naming({"last_name", "first_name", "item"}))
    (['email'], ['first_name', 'last_name'])
    """
    for one in ("customer", "email"):
        if one in fields:
            return frozenset({one})
    return frozenset(NAMES).intersection(fields)


def usual_not_before(kind: str, name: str, fields: Collection[str]) -> str:
    """Return from when on a field is usually kept: at any time where it tells the customer."""
    return "prospect" if name in naming(fields) else field_of(kind, name).not_before


def field_of(kind: str, name: str) -> Field:
    """Return one field of a kind of file; columns kept under their own name are a field of their own.

    Raises
    ------
    RegularsError
        ``field-unknown``.
    """
    if name == PROPERTY:
        return Field(
            PROPERTY, "Keep under its own name", "Kept with the fact as it is.", "", category="other"
        )
    for field in fields_of(kind):
        if field.name == name:
            return field
    known = ", ".join(field.name for field in fields_of(kind))
    raise RegularsError(
        "field-unknown", f"{kind.capitalize()} have no field {name!r}. Known: {known}, property."
    )
