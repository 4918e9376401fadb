"""Another list of contracts beside ours: uploaded, compared, put away; nothing is written."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.shortcuts import render

from regulars.attention.contract_comparison import Comparison, compare_contracts
from regulars.insight.errors import RegularsError
from regulars.ledger.files.upload import SealedUpload, uploads
from regulars.ledger.files.vault import shred, unsealed
from regulars.records.read.company import company
from regulars.web.access import ColleagueRequest, access

SHOWN = 200
ORDERS = (("", "found out"), ("dmy", "Day first"), ("mdy", "Month first"), ("ymd", "Year first"))
SIGNS = (("", "found out"), (".", "A point"), (",", "A comma"))


@access("write")
def compare_page(request: ColleagueRequest) -> HttpResponseBase:
    """Ask for a list of contracts, and show what differs."""
    found: Comparison | None = None
    message = ""
    order, sign = request.POST.get("order", ""), request.POST.get("decimal", "")
    if request.method == "POST":
        try:
            found = _compared(request, order, sign)
        except RegularsError as error:
            message = error.message
    shown = {
        "found": found,
        "message": message,
        "currency": company().currency,
        "orders": ORDERS,
        "signs": SIGNS,
        "order": order,
        "sign": sign,
        "most": SHOWN,
        "slice": f":{SHOWN}",
    }
    return render(request, "pages/reports/comparison.html", shown, status=422 if message else 200)


def _compared(request: ColleagueRequest, order: str, sign: str) -> Comparison:
    file = request.FILES.get("file")
    if not isinstance(file, SealedUpload):
        raise RegularsError("file-missing", "Choose a file first.")
    sealed = uploads() / file.stored_as
    try:
        if not file.size:
            raise RegularsError("file-empty", f"{file.name} is empty. Export it again, with its rows.")
        return compare_contracts(
            lambda: unsealed(sealed), file.name or "the list",
            order=order if order in dict(ORDERS) else "", decimal=sign if sign in dict(SIGNS) else "",
        )  # fmt: skip
    finally:
        shred(sealed)
