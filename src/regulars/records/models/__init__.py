"""Tables of what we know."""

from regulars.records.models.colleague import Colleague
from regulars.records.models.company import AuditEntry, CompanySetting, FieldDecision, SavedView
from regulars.records.models.customer import (
    Customer,
    Identifier,
    KindOfCustomer,
    Merge,
    MergeProposal,
    Person,
    Role,
    Source,
    Tag,
)
from regulars.records.models.search import (
    SearchDeletion,
    SearchDue,
    SearchGone,
    SearchLine,
    SearchLink,
    SearchWord,
)
from regulars.records.models.work import Note, ToDo

__all__ = [
    "AuditEntry",
    "Colleague",
    "CompanySetting",
    "Customer",
    "FieldDecision",
    "Identifier",
    "KindOfCustomer",
    "Merge",
    "MergeProposal",
    "Note",
    "Person",
    "Role",
    "SavedView",
    "SearchDeletion",
    "SearchDue",
    "SearchGone",
    "SearchLine",
    "SearchLink",
    "SearchWord",
    "Source",
    "Tag",
    "ToDo",
]
