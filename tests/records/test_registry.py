"""What is never taken, by name and by value; what was decided about fields."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulars.insight.errors import RegularsError
from regulars.records.models import AuditEntry, FieldDecision
from regulars.records.never import alarm, alarming, refused_name
from regulars.records.registry import kept_fields
from regulars.records.write.registry import KEEP, LEAVE_OUT, Decided, decide_field, decide_fields


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Birth date", "a birth date"),
        ("customerDateOfBirth", "a birth date"),
        ("DOB", "a birth date"),
        ("Geburtsdatum", "a birth date"),
        ("Date de naissance", "a birth date"),
        ("fecha_de_nacimiento", "a birth date"),
        ("Age", "an age"),
        ("Alter", "an age"),
        ("Âge", "an age"),
        ("Gender", "a gender"),
        ("Geschlecht", "a gender"),
        ("sexo", "a gender"),
        ("SSN", "a social security number"),
        ("Social Security Number", "a social security number"),
        ("Sozialversicherungsnummer", "a social security number"),
        ("Annual income", "an income"),
        ("Gehalt", "an income"),
        ("Passport no", "an identity paper"),
        ("Personalausweis", "an identity paper"),
        ("Card number", "card or bank data"),
        ("PAN Suffix", "card or bank data"),
        ("Kreditkarte", "card or bank data"),
        ("CVC", "card or bank data"),
        ("IBAN", "card or bank data"),
    ],
)
def test_columns_that_are_never_taken_are_known_by_name(name, reason):
    assert refused_name(name) == reason


@pytest.mark.parametrize(
    "name",
    ["Page", "Average", "Message", "Sussex", "Package", "Loyalty card number", "Invoice age", "Company", "Expand",
     "Date", "Amount", "Revenue", "Customer number", "Card", "Language", "Storage"],
)  # fmt: skip
def test_ordinary_columns_are_left_alone(name):
    assert refused_name(name) == ""


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("4111 1111 1111 1111", "a card number"),
        ("paid with 5500005555555559 today", "a card number"),
        ("378282246310005", "a card number"),
        ("DE89 3704 0044 0532 0130 00", "a bank account"),
        ("GB82WEST12345698765432", "a bank account"),
        ("123-45-6789", "a social security number"),
        ("756.9217.0769.85", "a social security number"),
        ("RSSMRA85T10A562S", "a social security number"),
        ("born 12.03.1980, likes tea", "a birth date"),
        ("DOB: 1980-03-12", "a birth date"),
        ("geb. 12.3.1980", "a birth date"),
        ("Income 54,000", "an income"),
    ],
)
def test_values_that_are_never_taken_are_known_by_their_pattern(value, reason):
    assert alarm(value) == reason


@pytest.mark.parametrize(
    "value",
    ["4111111111111112", "2026-11-22 10:11", "+49 170 1234567", "ORD-2026-000123", "2 x house blend", "C000123",
     "4006381333931", "0000000000000000", "10.03.2024", "100 days", "key AB12", "DE89 0000"],
)  # fmt: skip
def test_ordinary_values_are_left_alone(value):
    assert alarm(value) == ""


@given(st.text(max_size=60))
def test_any_text_can_be_looked_at(text):
    assert isinstance(alarm(text), str)
    assert isinstance(refused_name(text), str)


def test_a_column_of_long_identifiers_is_not_a_column_of_cards():
    identifiers = [str(4_000_000_000_000_000 + number * 7_919) for number in range(400)]
    assert alarming(identifiers) == ""
    assert alarming(["4111111111111111", "5500005555555559", ""]) == "a card number"


@pytest.mark.django_db
def test_a_kept_field_has_a_purpose_and_is_audited(ana):
    with pytest.raises(RegularsError, match="which decision"):
        decide_field(ana, "till", Decided("Notes", KEEP))
    decision = decide_field(ana, "till", Decided("Notes", KEEP, "Remember what was said"))
    assert (decision.purpose, decision.decided_by) == ("Remember what was said", ana)
    assert kept_fields("till") == {"Notes"}
    assert AuditEntry.objects.get().action == "decide_field"


@pytest.mark.django_db
def test_what_is_never_taken_cannot_be_kept(ana):
    with pytest.raises(RegularsError) as refused:
        decide_field(ana, "till", Decided("Birth date", KEEP, "A nice card"))
    assert refused.value.code == "never-taken"
    assert not FieldDecision.objects.exists()


@pytest.mark.django_db
def test_only_admins_decide_and_members_decide_by_importing(max, vic):
    with pytest.raises(RegularsError) as refused:
        decide_field(max, "till", Decided("Notes", LEAVE_OUT))
    assert refused.value.code == "forbidden"
    decide_fields(max, "till", [Decided("Notes", KEEP, "x"), Decided("Colour", LEAVE_OUT)])
    with pytest.raises(RegularsError):
        decide_fields(vic, "till", [])
    assert kept_fields("till") == {"Notes"}


@pytest.mark.django_db
def test_leaving_a_column_out_of_one_file_keeps_it_where_another_needs_it(max):
    decide_fields(max, "till", [Decided("Name", KEEP, "Greet them"), Decided("Date", KEEP, "Know when")])
    decide_fields(max, "till", [Decided("Name", LEAVE_OUT), Decided("Size", LEAVE_OUT)])
    assert kept_fields("till") == {"Name", "Date"}
    assert FieldDecision.objects.get(field="Size").decision == "leave_out"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        *((f"paid with {card}", "a card number") for card in (
            "4111.1111.1111.1111", "4111\u00a01111\u00a01111\u00a01111", "4111/1111/1111/1111",
            "4111_1111_1111_1111", "4111  1111  1111  1111", "4111\u20131111\u20131111\u20131111",
            "41111111 11111111", "\uff14\uff11\uff11\uff11 1111 1111 1111", "3782.822463.10005",
        )),
        ("geboren am 3. April 1971", "a birth date"), ("geb. 1971", "a birth date"),
        ("born 4 May 1980", "a birth date"), ("verdient 54.321 EUR", "an income"),
        ("Monatseinkommen 4321", "an income"), ("Steuer-ID 12 345 678 901", "a social security number"),
        ("4111.1111.1111.1112", ""), ("since 1971 in business", ""), ("geöffnet bis 1900 Uhr", ""),
        ("invoice 2026-11-25, 4 items", ""), ("tables 2500/2600/2700/2801", ""),
    ],
)  # fmt: skip
def test_what_is_never_taken_is_known_in_other_writings(value, reason):
    assert alarm(value) == reason
