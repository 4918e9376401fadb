"""Bringing a file in by hand: nothing is ticked, one button ticks what is needed, everything can be taken back."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from regulars.attention.models import StoredResult
from regulars.ledger.imports import run_import
from regulars.ledger.models import Fact, ImportRun, Rejection
from regulars.records.models import Customer, FieldDecision, Person
from regulars.records.opaque import opaque
from regulars.web.pages.imports.ticks import NEEDED

TILL = (
    "Receipt;Date;Customer number;Item;Amount;Birth date;Cashier\n"
    "R1;2026-05-04;K1;Flat White;3,40;1988-02-01;Eva\n"
    "R1;2026-05-04;K1;Lemonade;4,20;1988-02-01;Eva\n"
    "R2;2026-05-05;;Lemonade;4,20;;Eva\n"
    "R3;2026-05-06;K2;Lemonade;a lot;1990-07-21;Eva\n"
)


def upload(client, text=TILL, name="till.csv"):
    """Upload a file and return its run."""
    answer = client.post(reverse("import_new"), {"file": SimpleUploadedFile(name, text.encode())})
    assert answer.status_code == 303, answer.content.decode()
    return ImportRun.objects.latest("id")


def address(run, name="import_columns"):
    return reverse(name, args=[opaque(run.pk)])


def asked(client, run):
    """Return the page's fields as a browser would send them back."""
    page = client.get(address(run)).context["page"]
    post = {"kind": page.look.kind, "source": page.source, "currency": page.company_currency}
    for line in page.lines:
        post |= {
            f"field-{line.number}": line.field,
            f"purpose-{line.number}": line.purpose,
            f"not_before-{line.number}": line.not_before,
        }
    return post


def bring_in(client, text=TILL, name="till.csv"):
    """Upload, tick what is needed, and carry the import out."""
    run = upload(client, text, name)
    ticked = client.post(address(run), {**asked(client, run), "do": "needed"}).context["page"]
    ticks = {f"tick-{line.number}": "on" for line in ticked.ticked}
    gone = client.post(address(run), {**asked(client, run), **ticks, "do": "go"})
    assert gone.status_code == 303, gone.content.decode()
    return run_import(run.pk)


def test_every_column_starts_unticked_with_samples_and_a_reason_offered(as_max):
    page = as_max.get(address(upload(as_max))).context["page"]
    assert not page.ticked
    by_name = {line.name: line for line in page.lines}
    assert by_name["Amount"].sample[:2] == ("3,40", "4,20")
    assert by_name["Amount"].purpose


def test_what_is_never_taken_is_refused_with_the_reason_and_shows_no_value(as_max):
    text = as_max.get(address(upload(as_max))).content.decode()
    assert "Never taken: a birth date" in text
    assert "1988-02-01" not in text


def test_one_button_ticks_what_is_needed_and_nothing_else(as_max):
    run = upload(as_max)
    page = as_max.post(address(run), {**asked(as_max, run), "do": "needed"}).context["page"]
    assert {line.name for line in page.ticked} == {"Receipt", "Date", "Customer number", "Amount"}
    assert all(line.field in NEEDED["purchases"][1] for line in page.ticked)
    also = as_max.post(address(run), {**asked(as_max, run), "do": "also"}).context["page"]
    assert {line.name for line in also.ticked} - {line.name for line in page.ticked} == {"Item"}


def test_a_dry_run_counts_and_previews_what_would_be_read_and_writes_nothing(as_max):
    run = upload(as_max)
    page = as_max.post(address(run), {**asked(as_max, run), "do": "needed"}).context["page"]
    assert (page.trial.rows, page.trial.recorded, page.trial.rejected, page.trial.anonymous) == (4, 3, 1, 1)
    assert page.preview.head == ("Day", "What", "Customer", "Amount", "Order")
    assert page.preview.rows[0] == ("4 May 2026", "purchase", "K1", "€3.40", "R1")
    assert page.preview.rows[2][2] == "without a customer"
    assert not Fact.objects.exists()
    assert not Customer.objects.exists()
    assert not FieldDecision.objects.exists()


def test_the_preview_shows_every_cent_that_was_read(as_max):
    run = upload(as_max, TILL.replace("3,40", "1.248,50"))
    page = as_max.post(address(run), {**asked(as_max, run), "do": "needed"}).context["page"]
    assert page.preview.rows[0][3] == "€1,248.50"


def test_a_tick_without_a_purpose_is_asked_for_one_beside_its_column(as_max):
    run = upload(as_max)
    post = {**asked(as_max, run), "tick-2": "on", "tick-5": "on", "purpose-5": " ", "do": "go"}
    answer = as_max.post(address(run), post)
    assert answer.status_code == 422
    assert "Which decision needs it?" in answer.context["page"].errors["Amount"]
    assert [line.name for line in answer.context["page"].ticked] == ["Date", "Amount"]


def test_a_ticked_column_must_say_what_it_is(as_max):
    run = upload(as_max)
    answer = as_max.post(
        address(run), {**asked(as_max, run), "tick-7": "on", "field-7": "ignore", "do": "go"}
    )
    assert answer.status_code == 422
    assert "Say what it is" in answer.context["page"].errors["Cashier"]


def test_a_refused_column_cannot_be_ticked_by_a_forged_form(as_max):
    run = upload(as_max)
    post = {
        **asked(as_max, run),
        "tick-6": "on",
        "field-6": "property",
        "purpose-6": "x",
        "tick-2": "on",
        "do": "go",
    }
    as_max.post(address(run), post)
    run_import(run.pk)
    kept = FieldDecision.objects.filter(decision="keep").values_list("field", flat=True)
    assert "Birth date" not in kept


def test_nothing_ticked_is_said_and_nothing_starts(as_max):
    run = upload(as_max)
    answer = as_max.post(address(run), {**asked(as_max, run), "do": "go"})
    assert answer.status_code == 422
    assert "No column is ticked" in answer.context["page"].message
    run.refresh_from_db()
    assert run.state == "uploaded"


def test_the_order_of_day_and_month_is_asked_when_the_file_does_not_tell(as_max):
    text = "Date,Customer,Amount\n04/05/2026,K1,3.40\n05/06/2026,K2,4.20\n"
    run = upload(as_max, text)
    page = as_max.get(address(run))
    assert "day first or month first" in page.content.decode()
    ticks = {"tick-1": "on", "tick-2": "on", "tick-3": "on"}
    refused = as_max.post(address(run), {**asked(as_max, run), **ticks, "do": "go"})
    assert refused.status_code == 422
    told = as_max.post(
        address(run), {**asked(as_max, run), **ticks, "date-order-ambiguous": "mdy", "do": "try"}
    ).context["page"]
    assert told.preview.rows[0][0] == "5 Apr 2026"


def test_an_import_ends_with_what_it_means_and_leads_to_the_regulars(as_max):
    run = bring_in(as_max)
    waiting = as_max.get(address(run, "import")).content.decode()
    assert "Working out where everybody stands" in waiting
    assert "hx-trigger" in waiting
    sentence = "2 people bought, 1 came back"
    StoredResult.objects.create(key="summary", as_of=20000, result={"sentence": sentence})
    done = as_max.get(address(run, "import")).content.decode()
    assert sentence in done
    assert "hx-trigger" not in done
    assert reverse("customers") in done
    assert run.state == "done"


def test_a_result_from_before_the_import_is_not_shown_as_its_outcome(as_max):
    StoredResult.objects.create(key="summary", as_of=20000, result={"sentence": "An older sentence"})
    run = bring_in(as_max)
    assert "An older sentence" not in as_max.get(address(run, "import")).content.decode()


def test_progress_is_shown_while_it_runs_and_without_javascript_by_reload(as_max):
    run = upload(as_max)
    ImportRun.objects.filter(pk=run.pk).update(state="running", bytes_total=200, bytes_read=50, rows_read=7)
    page = as_max.get(address(run, "import")).content.decode()
    assert 'value="25"' in page
    assert '<noscript><meta http-equiv="refresh"' in page


def test_rejected_rows_are_named_and_come_back_as_a_file_with_the_reason(as_max):
    run = bring_in(as_max)
    page = as_max.get(address(run, "import")).content.decode()
    assert "1 rejected row" in page
    answer = as_max.get(address(run, "import_rejected"))
    rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert answer["Content-Disposition"].startswith("attachment")
    assert rows[0][-3:] == ["Row", "Column", "Reason"]
    assert rows[1][-3:-1] == ["5", "Amount"]
    assert "Cashier" not in rows[0]


def test_the_mended_file_comes_in_and_nothing_is_doubled(as_max):
    bring_in(as_max)
    again = bring_in(as_max, TILL.replace("a lot", "9,90"))
    assert (again.recorded, again.repeated, again.rejected) == (1, 3, 0)
    assert Fact.objects.count() == 4


def test_the_next_file_of_a_source_is_offered_its_name_and_its_ticks(as_max):
    bring_in(as_max)
    run = upload(as_max, TILL, "export (2).csv")
    page = as_max.get(address(run)).context["page"]
    assert page.seen_before
    assert page.source == "Till"
    again = as_max.post(address(run), {**asked(as_max, run), "do": "again"}).context["page"]
    assert {line.name for line in again.ticked} == {"Receipt", "Date", "Customer number", "Amount"}


def test_a_whole_import_is_taken_back_by_those_who_lead(as_ana, as_max):
    run = bring_in(as_max)
    assert as_max.post(address(run, "import_undo")).status_code == 403
    assert Fact.objects.exists()
    answer = as_ana.post(address(run, "import_undo"), follow=True)
    assert "Taken back" in answer.content.decode()
    assert not Fact.objects.exists()
    assert not Customer.objects.exists()
    assert not Rejection.objects.exists()


def test_a_file_put_away_leaves_nothing(as_max, settings):
    run = upload(as_max)
    stored = settings.REGULARS_HOME / "uploads" / run.stored_as
    assert stored.exists()
    as_max.post(address(run, "import_drop"))
    assert not stored.exists()
    assert not ImportRun.objects.exists()


def test_an_upload_lies_sealed_while_it_waits(as_max, settings):
    run = upload(as_max)
    raw = (settings.REGULARS_HOME / "uploads" / run.stored_as).read_bytes()
    assert b"Flat White" not in raw
    assert b"1988-02-01" not in raw


@pytest.mark.parametrize("text", ["", "   \n"])
def test_an_empty_file_is_refused_in_words(as_max, text):
    answer = as_max.post(
        reverse("import_new"), {"file": SimpleUploadedFile("x.csv", text.encode())}, follow=True
    )
    assert answer.status_code in {400, 422}
    assert "empty" in answer.content.decode()


def test_a_form_without_a_file_is_asked_for_one(as_max):
    answer = as_max.post(reverse("import_new"), {})
    assert answer.status_code == 422
    assert "Choose a file first" in answer.content.decode()


def test_people_come_in_with_their_reasons(as_max):
    text = "Customer,Contact,E-mail\nK1,Ida Berg,ida@example.org\n"
    run = upload(as_max, text, "people.csv")
    page = as_max.get(f"{address(run)}?kind=people").context["page"]
    assert page.look.kind == "people"
    post = {"kind": "people", "source": "Crm", "do": "go"}
    for number, field in ((1, "customer"), (2, "person_name"), (3, "email")):
        post |= {f"tick-{number}": "on", f"field-{number}": field, f"purpose-{number}": "Reach them"}
        post |= {f"not_before-{number}": "prospect"}
    assert as_max.post(address(run), post).status_code == 303
    run_import(run.pk)
    assert Person.objects.get().email == "ida@example.org"
    assert set(FieldDecision.objects.values_list("purpose", flat=True)) == {"Reach them"}


def test_a_failed_import_says_why_and_can_go_on(as_max):
    run = upload(as_max)
    ticked = as_max.post(address(run), {**asked(as_max, run), "do": "needed"}).context["page"]
    assert ticked.trial
    ImportRun.objects.filter(pk=run.pk).update(state="failed", message="The disk is full. Make room.")
    assert "The disk is full" in as_max.get(address(run, "import")).content.decode()
    as_max.post(address(run, "import_restart"))
    run.refresh_from_db()
    assert run.state == "queued"


def test_a_file_name_is_text_on_the_page(as_max):
    run = upload(as_max, TILL, "<img src=x onerror=alert(1)>.csv")
    assert "<img" not in as_max.get(address(run)).content.decode().partition("<main")[2]


def test_a_done_import_shows_its_page_instead_of_the_columns(as_max):
    run = bring_in(as_max)
    assert as_max.get(address(run)).status_code == 303
    assert timezone.now() >= run.finished_at


def test_a_list_of_contracts_is_known_and_brought_in_by_the_same_gate(as_max):
    text = (
        "Account,Contract number,Start date,End date,ARR,Auto-renew,Date of birth\n"
        "K1,C-1,2026-01-01,2026-12-31,1200,yes,1988-02-01\n"
        "K1,C-2,2026-01-01,2025-12-31,1200,no,1988-02-01\n"
    )
    run = upload(as_max, text, "contracts.csv")
    page = as_max.post(address(run), {**asked(as_max, run), "do": "needed"}).context["page"]
    assert page.look.kind == "contracts"
    assert {line.name for line in page.ticked} == {
        "Account", "Contract number", "Start date", "End date", "ARR", "Auto-renew",
    }  # fmt: skip
    assert (page.trial.recorded, page.trial.rejected) == (1, 1)
    assert page.preview.rows[0][1] == "contract started"
    done = bring_in(as_max, text, "contracts.csv")
    assert (done.recorded, done.rejected) == (1, 1)
    assert Fact.objects.get().properties == {"ends_on": "2026-12-31", "auto_renews": True}
    body = b"".join(as_max.get(address(done, "import_rejected"))).decode("utf-8-sig")
    assert "C-2 ends before it starts" in body
    assert "1988" not in body
