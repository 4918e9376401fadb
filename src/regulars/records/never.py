"""What is never taken: birth dates, age, gender, social security, income, identity papers and card data.

Refused by the name of a field, in several languages, and by the pattern of a value. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from regulars.records.folding import folded

# Whole words of a folded field name; a phrase asks for its words side by side.
NAMES: dict[str, tuple[str, ...]] = {
    "a birth date": (
        "birth", "birthday", "birthdate", "birthdays", "dob", "bday", "date of birth", "born", "geburtsdatum",
        "geburtstag", "geburt", "geburtsjahr", "geb datum", "naissance", "anniversaire", "nacimiento",
        "cumpleanos", "nascita", "compleanno", "nascimento", "aniversario", "geboortedatum", "geboorte",
        "verjaardag", "fodelsedatum", "fodelsedag", "fodselsdato", "fodselsdag", "syntymaaika", "urodzenia",
        "narozeni", "szuletesi", "szuletes", "dogum", "рождения", "生年月日", "誕生日", "生日", "出生日期",
    ),
    "an age": (
        "age", "ages", "agegroup", "lebensalter", "alter", "altersgruppe", "edad", "età", "idade", "leeftijd",
        "alder", "ika", "wiek", "vek", "eletkor", "yas", "возраст", "年齢", "年龄",
    ),
    "a gender": (
        "gender", "sex", "geschlecht", "sexe", "sexo", "sesso", "genero", "geslacht", "kjonn", "kon",
        "sukupuoli", "plec", "pohlavi", "cinsiyet", "пол", "性別", "性别",
    ),
    "a social security number": (
        "ssn", "social security", "socialsecurity", "social insurance", "national insurance", "nino", "itin",
        "sozialversicherung", "sozialversicherungsnummer", "sozialversicherungsnr", "svnr", "ahv", "ahv nummer",
        "securite sociale", "numero secu", "seguridad social", "bsn", "burgerservicenummer", "personnummer",
        "fodselsnummer", "cpr", "cpf", "curp", "codice fiscale", "pesel", "rodne cislo", "steuer id",
        "steuerid", "steueridentifikationsnummer", "taxpayer id", "tax payer id", "aadhaar", "aadhar",
        "マイナンバー", "снилс",
    ),
    "an income": (
        "income", "incomes", "salary", "salaries", "wage", "wages", "einkommen", "gehalt", "lohn",
        "jahreseinkommen", "bruttoeinkommen", "nettoeinkommen", "monatseinkommen", "revenu", "salaire",
        "salario", "sueldo", "reddito", "stipendio", "rendimento", "inkomen", "salaris", "loon", "indkomst",
        "inkomst", "lon", "dochod", "zarobki", "net worth", "networth", "vermogen", "доход", "зарплата", "収入",
        "收入", "年収",
    ),
    "an identity paper": (
        "passport", "reisepass", "passeport", "pasaporte", "passaporto", "paspoort", "passnummer", "id card",
        "idcard", "identity card", "identity document", "identity number", "id document", "id copy", "id scan",
        "id number", "national id", "nationalid", "national identity", "ausweis", "personalausweis",
        "ausweisnummer", "ausweiskopie", "carte d identite", "carte identite", "dni", "documento de identidad",
        "carta d identita", "carta identita", "drivers license", "driver license", "driving licence",
        "drivers licence", "driver licence", "driver s license", "fuhrerschein", "permis de conduire",
        "паспорт", "身份证",
    ),
    "card or bank data": (
        "card number", "cardnumber", "card no", "card nr", "card num", "credit card", "creditcard", "debit card",
        "cc number", "ccnumber", "ccnum", "cc num", "pan", "pan suffix", "card id", "card last4", "card last 4",
        "card last four", "card fingerprint", "card exp", "card expiry", "card exp month", "card exp year",
        "card expiration", "card cvc", "card cvv", "card name", "card holder", "cardholder", "cvv", "cvv2",
        "cvc", "cvc2", "kartennummer", "kreditkarte", "kreditkartennummer", "karteninhaber", "prufziffer",
        "numero de carte", "carte bancaire", "carte de credit", "tarjeta", "numero de tarjeta",
        "carta di credito", "cartao de credito", "cartao", "creditcardnummer", "kaartnummer", "iban",
        "bank account", "bankkonto", "kontonummer", "compte bancaire", "cuenta bancaria", "номер карты",
        "カード番号", "卡号",
    ),
}  # fmt: skip
# A loyalty card is how a shop knows its customers; the age of an invoice is not the age of a person.
HARMLESS: dict[str, frozenset[str]] = {
    "card or bank data": frozenset(
        {"loyalty", "customer", "member", "membership", "club", "gift", "stamp", "punch", "kunden", "bonus"}
    ),
    "an age": frozenset(
        {"account", "invoice", "ticket", "case", "order", "debt", "days", "stock", "contract"}
    ),
    "an income": frozenset({"statement"}),
}

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NOT_WORD = re.compile(r"[\W_]+")

_GAP = r"[ ./_\u2010-\u2015-]{0,2}"
_CARD = re.compile(
    rf"(?<![\d.,-])(?:4\d{{3}}|5[1-5]\d{{2}}|2[2-7]\d{{2}}|6\d{{3}}|35\d{{2}}){_GAP}\d{{4}}{_GAP}\d{{4}}{_GAP}\d{{4}}"
    rf"(?:{_GAP}\d{{1,3}})?(?!\d)"
    rf"|(?<![\d.,-])3[47]\d{{2}}{_GAP}\d{{6}}{_GAP}\d{{5}}(?!\d)"
    rf"|(?<![\d.,-])3[068]\d{{2}}{_GAP}\d{{6}}{_GAP}\d{{4}}(?!\d)"
)
_IBAN = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?![A-Z0-9])", re.I)
_SOCIAL = re.compile(
    r"(?<![\d-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])"  # United States
    r"|(?<![A-Z0-9])(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D](?![A-Z0-9])"
    r"|(?<!\d)756\.\d{4}\.\d{4}\.\d{2}(?!\d)"  # Switzerland
    r"|(?<![A-Z0-9])[A-Z]{6}\d{2}[A-EHLMPR-T]\d{2}[A-Z]\d{3}[A-Z](?![A-Z0-9])"  # Italy
    r"|(?<!\d)[12] ?\d{2} ?(?:0[1-9]|1[0-2]) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}(?!\d)"  # France
)
_TAX = re.compile(r"\bsteuer[ -]?(?:id|identifikations)\w*\.?\D{0,12}(?:\d ?){11}(?!\d)", re.I)
_DATE = (
    r"(?:\d{1,2}[./-]\d{1,2}[./-](?:19|20)?\d{2}|(?:19|20)\d{2}-\d{1,2}-\d{1,2}"
    r"|\d{1,2}\.? ?[^\W\d_]{3,10}\.? (?:19|20)\d{2}|(?:19|20)\d{2}(?!\d))"
)
_BIRTH = re.compile(
    rf"(?:\bborn\b|\bd\.?o\.?b\.?\b|\bbirth\s?da(?:y|te)\b|\bdate of birth\b|\bgeb(?:oren|\.)|\bgeburts\w*|"
    rf"\bn[ée]e? le\b|\bnacid[oa]\b|\bnat[oa] il\b|(?<!\w)\*)\D{{0,12}}{_DATE}",
    re.I,
)
_INCOME = re.compile(
    r"\b(?:income|salary|wages?|earns|verdient|\w{0,20}einkommen|\w{0,20}gehalt|lohn|salaire|salario|sueldo|reddito|stipendio|inkomen)\b"
    r"\D{0,15}\d{2}",
    re.I,
)
_DIGITS = re.compile(r"\D")


def refused_name(name: str) -> str:
    """Return what a field's name says it holds that is never taken, or "".

    Example
    -------
    >>> refused_name("customerDateOfBirth"), refused_name("Loyalty card number"), refused_name("Average")
    ('a birth date', '', '')
    """
    spaced = " " + _NOT_WORD.sub(" ", folded(_CAMEL.sub(" ", name))).strip() + " "
    words = frozenset(spaced.split())
    for reason, phrases in NAMES.items():
        if words & HARMLESS.get(reason, frozenset()):
            continue
        if any(
            f" {phrase} " in spaced or (not phrase.isascii() and phrase in name.casefold())
            for phrase in phrases
        ):
            return reason
    return ""


def alarm(value: str) -> str:
    """Return what a value looks like that is never taken, or "".

    Example
    -------
    >>> alarm("paid with 4111 1111 1111 1111"), alarm("order 4111111111111112")
    ('a card number', '')
    """
    if len(value) < 9 and value.isalnum():
        return ""
    if not value.isascii():
        value = unicodedata.normalize("NFKC", value)  # full-width digits, and blanks of every width
    digits = sum(map(str.isdigit, value))
    if digits < 2:
        return ""
    if digits >= 14 and any(_luhn(match.group()) for match in _CARD.finditer(value)):
        return "a card number"
    if digits >= 7 and any(_iban(match.group()) for match in _IBAN.finditer(value)):
        return "a bank account"
    if digits >= 11 and _TAX.search(value):
        return "a social security number"
    if digits >= 5 and any(_social(match.group()) for match in _SOCIAL.finditer(value)):
        return "a social security number"
    if _BIRTH.search(value):
        return "a birth date"
    return "an income" if _INCOME.search(value) else ""


def alarming(values: Iterable[str]) -> str:
    """Return what most of a column's values look like that is never taken, or "".

    One in ten random numbers of a card's length passes a card's check digit, so a column of long
    identifiers is refused only when most of them do.
    """
    found: dict[str, int] = {}
    filled = 0
    for value in values:
        if value.strip():
            filled += 1
            reason = alarm(value)
            if reason:
                found[reason] = found.get(reason, 0) + 1
    worst = max(found, key=lambda reason: found[reason], default="")
    return worst if worst and found[worst] * 3 >= filled else ""


def _luhn(text: str) -> bool:
    digits = [int(digit) for digit in _DIGITS.sub("", text)]
    doubled = [digit * 2 - 9 if digit > 4 else digit * 2 for digit in digits[-2::-2]]
    return len(set(digits)) > 1 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _iban(text: str) -> bool:
    compact = text.replace(" ", "").upper()
    if not 15 <= len(compact) <= 34:
        return False
    return int("".join(str(int(sign, 36)) for sign in compact[4:] + compact[:4])) % 97 == 1


def _social(text: str) -> bool:
    compact = text.replace(" ", "")
    if len(compact) == 15 and compact[0] in "12":
        number = compact[:13].replace("2A", "19").replace("2B", "18")
        return number.isdigit() and (97 - int(number) % 97) == int(compact[13:])
    return True
