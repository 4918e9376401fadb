"""What columns are called: by tills, shops and spreadsheets, in several languages. Pure."""

from __future__ import annotations

import re
from functools import cache

from regulars.records.folding import folded

# Field -> names it goes by, folded. The first match in this order wins.
NAMES: dict[str, tuple[str, ...]] = {
    "date": (
        "date", "day", "datum", "fecha", "data", "dato", "datum zeit", "date time", "datetime", "timestamp",
        "created", "created at", "created utc", "created date utc", "created date", "create date", "order date",
        "purchase date", "transaction date", "sale date", "invoice date", "occurred at", "paid at", "time utc",
        "bestelldatum", "kaufdatum", "rechnungsdatum", "belegdatum", "verkaufsdatum", "buchungsdatum",
        "zeitpunkt", "zeitstempel", "date de commande", "date de vente", "fecha de venta", "fecha de compra",
        "data vendita", "data ordine", "data da venda", "besteldatum", "orderdatum", "activity date", "yyyymmdd",
        "when",
    ),
    "time": ("time", "uhrzeit", "zeit", "heure", "hora", "ora", "tijd", "klokkeslett", "tid", "time of day"),
    "order_number": (
        "order", "order number", "order no", "order nr", "order id", "orderid", "orderno", "receipt",
        "receipt number", "receipt no", "receipt id", "transaction", "transaction id", "transaction code",
        "invoice", "invoice number", "invoice no", "invoice id", "bon", "bonnummer", "bon nr", "belegnummer",
        "beleg", "beleg nr", "bestellnummer", "bestellung", "auftragsnummer", "rechnungsnummer", "numero de commande",
        "commande", "ticket", "numero ticket", "pedido", "numero de pedido", "numero ordine", "ordine",
        "bestelnummer", "ordernummer", "kvittering", "kvitto", "ordrenummer", "sale id", "payment id",
    ),
    "line": ("line", "line number", "line no", "position", "pos", "zeile", "ligne", "linea", "row", "line item id"),
    "customer": (
        "customer", "customer id", "customerid", "customer number", "customer no", "customer nr", "cust", "cust id",
        "client", "client id", "client number", "account", "account id", "account number", "user", "user id",
        "userid", "member", "member id", "membership", "loyalty card", "loyalty card number", "loyalty id",
        "buyer", "buyer id", "kunde", "kunden id", "kundennummer", "kunden nr", "kundennr", "kundenkarte", "client numero",
        "numero client", "cliente", "id cliente", "numero cliente", "codigo cliente", "codice cliente", "klant",
        "klantnummer", "klant id", "kund", "kundnummer", "kunde nr", "kundenr", "klient", "zakaznik",
        "customer reference id", "company id", "record id", "organization id", "contact id",
    ),
    "customer_name": (
        "customer name", "client name", "account name", "company", "company name", "organization",
        "organization name", "organisation", "business name", "buyer name", "kundenname", "firma", "firmenname",
        "nom du client", "nom client", "nom", "nombre", "nombre del cliente", "nome", "nome cliente",
        "nome do cliente", "ragione sociale", "klantnaam", "bedrijfsnaam", "kundnamn", "kundenavn", "full name",
        "billing name", "name",
    ),
    "first_name": ("first name", "firstname", "given name", "vorname", "prenom", "primer nombre", "voornaam", "fornamn", "fornavn"),
    "last_name": ("last name", "lastname", "surname", "family name", "nachname", "nom de famille", "apellido", "apellidos", "cognome", "sobrenome", "achternaam", "efternamn", "etternavn"),
    "person_name": ("contact", "contact name", "person", "person name", "ansprechpartner", "kontakt", "contacto", "contatto", "contactpersoon"),
    "email": ("email", "e mail", "mail", "email address", "e mail address", "customer email", "e mail adresse", "courriel", "correo", "correo electronico", "adresse email", "epost", "receipt email"),
    "phone": ("phone", "phone number", "telephone", "tel", "mobile", "mobile phone", "mobile phone number", "telefon", "telefonnummer", "handy", "telefono", "telefone", "telefoon", "telefoonnummer", "billing phone"),
    "amount": (
        "amount", "total", "total amount", "value", "dollar value", "sum", "revenue", "sales", "net sales",
        "gross sales", "line total", "subtotal", "sum total", "price paid", "spend", "amount paid", "total price",
        "betrag", "summe", "gesamt", "gesamtbetrag", "gesamtpreis", "umsatz", "brutto", "bruttobetrag",
        "montant", "montant ttc", "total ttc", "importe", "monto", "importo", "totale", "valor", "valor total",
        "bedrag", "totaal", "totaalbedrag", "belopp", "belop", "summa", "kwota", "price gross",
    ),
    "price": ("price", "unit price", "item price", "lineitem price", "preis", "einzelpreis", "stuckpreis", "prix", "prix unitaire", "precio", "precio unitario", "prezzo", "preco", "prijs", "stuksprijs", "pris"),
    "quantity": (
        "quantity", "qty", "units", "count", "number of cds", "number of items", "lineitem quantity", "menge",
        "anzahl", "stuck", "stuckzahl", "quantite", "qte", "cantidad", "quantita", "quantidade", "aantal", "antal",
        "antall", "ilosc", "pieces",
    ),
    "item": (
        "item", "item name", "product", "product name", "article", "description", "sku", "lineitem name", "title",
        "artikel", "artikelname", "artikelbezeichnung", "produkt", "bezeichnung", "beschreibung", "warengruppe",
        "produit", "designation", "articulo", "producto", "descripcion", "articolo", "prodotto", "descrizione",
        "artigo", "produto", "omschrijving", "vara", "vare", "varenavn", "produktnamn", "feature", "event",
        "event name",
    ),
    "currency": ("currency", "currency code", "wahrung", "devise", "moneda", "valuta", "divisa", "moeda", "valutakode"),
    "serial": ("serial", "serial number", "serial no", "seriennummer", "numero de serie", "serienummer", "numero di serie", "imei", "license key", "subscription", "subscription id"),
    "refunded": ("refund", "refunded", "refunded amount", "amount refunded", "refund amount", "erstattet", "erstattung", "rembourse", "reembolso", "rimborso"),
    "type": ("type", "transaction type", "event type", "typ", "art", "vorgang", "buchungsart", "tipo", "kind"),
    "status": ("status", "state", "financial status", "payment status", "zustand", "statut", "estado", "stato"),
    "kind_of_customer": ("kind of customer", "customer type", "customer group", "segment", "industry", "kundengruppe", "branche", "type de client", "tipo de cliente", "klantgroep"),
    "parent": ("parent", "parent account", "parent company", "parent customer", "konzern", "muttergesellschaft", "group", "societe mere"),
    "owner": ("owner", "account owner", "account manager", "company owner", "contact owner", "betreuer", "kundenbetreuer", "responsable", "eigenaar"),
    "role": ("role", "job title", "position title", "rolle", "funktion", "fonction", "cargo", "ruolo", "functie"),
    "channel": ("channel", "medium", "via", "kanal", "canal", "canale", "kanaal", "activity type"),
    "text": ("text", "note", "notes", "comment", "comments", "subject", "summary", "message", "notiz", "bemerkung", "kommentar", "betreff", "remarque", "commentaire", "objet", "asunto", "nota", "oggetto", "opmerking", "body"),
    "direction": ("direction", "inbound outbound", "in out", "richtung", "sens", "direccion", "direzione"),
    "language": ("language", "sprache", "langue", "idioma", "lingua", "taal"),
    "minutes": ("minutes", "duration", "duration minutes", "length", "minuten", "dauer", "duree", "duracion", "durata", "duur"),
    "selling": ("selling", "sales call", "is sales", "verkauf", "vente", "venta"),
}  # fmt: skip

# What the columns of a list of contracts are called; there, these come first.
CONTRACT_NAMES: dict[str, tuple[str, ...]] = {
    "contract": (
        "contract", "contract number", "contract no", "contract nr", "contract id", "agreement", "agreement number",
        "subscription", "subscription id", "subscription number", "vertrag", "vertragsnummer", "vertrags nr", "vertrag nr",
        "abo", "abonummer", "contrat", "numero de contrat", "contrato", "numero de contrato", "contratto", "contractnummer",
        "avtal", "avtalsnummer", "serial", "number", "nummer",
    ),
    "start": (
        "start", "start date", "begin", "begin date", "begins", "starts", "starts on", "start on", "from", "valid from",
        "contract start", "contract start date", "term start", "subscription start", "current period start", "beginn",
        "vertragsbeginn", "ab", "gultig ab", "laufzeitbeginn", "debut", "date de debut", "inicio", "fecha de inicio",
        "inizio", "data inizio", "begindatum", "startdatum", "date",
    ),
    "end": (
        "end", "end date", "ends", "ends on", "to", "until", "valid to", "valid until", "expires", "expiry", "expiry date",
        "expiration date", "contract end", "contract end date", "term end", "renewal date", "current period end", "ende",
        "vertragsende", "bis", "gultig bis", "laufzeitende", "fin", "date de fin", "fecha de fin", "fine", "data fine",
        "einddatum", "slutdatum",
    ),
    "months": (
        "months", "term", "term months", "term in months", "term length", "contract term", "contract months", "monate",
        "laufzeit", "laufzeit monate", "laufzeit in monaten", "duree", "duree mois", "meses", "mesi", "maanden", "looptijd",
    ),
    "amount": (
        "amount", "value", "contract value", "total contract value", "tcv", "total", "term amount", "vertragswert", "wert",
        "betrag", "montant", "importe", "importo", "bedrag",
    ),
    "monthly": (
        "mrr", "monthly", "monthly amount", "monthly price", "monthly value", "monthly fee", "per month", "monatlich",
        "monatsbetrag", "pro monat", "mensuel", "mensual", "mensile", "per maand",
    ),
    "yearly": (
        "arr", "acv", "yearly", "annual", "annual amount", "annual value", "annual contract value", "yearly amount",
        "yearly price", "per year", "jahrlich", "jahresbetrag", "pro jahr", "annuel", "anual", "annuale", "per jaar",
    ),
    "auto_renews": (
        "auto renew", "auto renews", "auto renewal", "automatic renewal", "renews itself", "auto renewing",
        "verlangert sich", "automatische verlangerung", "autoverlangerung", "reconduction tacite", "tacite reconduction",
        "renovacion automatica", "rinnovo automatico", "automatische verlenging",
    ),
    "notice_days": (
        "notice", "notice days", "notice period", "notice period days", "cancellation period", "kundigungsfrist", "frist",
        "preavis", "preaviso", "preavviso", "opzegtermijn",
    ),
    "cancelled_on": (
        "cancelled on", "canceled on", "cancelled at", "canceled at", "cancelled", "canceled", "cancellation date",
        "cancelled from", "cancelled to", "churned on", "churn date", "ended on", "ended at", "terminated on", "termination date",
        "gekundigt zum", "gekundigt am", "kundigungsdatum", "resilie le", "cancelado el", "opgezegd per",
    ),
    "reason": (
        "reason", "churn reason", "cancellation reason", "why", "comment", "grund", "kundigungsgrund", "raison", "motif",
        "motivo", "reden",
    ),
    "item": ("product", "plan", "plan name", "package", "tarif", "tariff", "edition", "produkt", "produit"),
}  # fmt: skip
_NOT_WORD = re.compile(r"[\W_]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def words_of(name: str) -> str:
    """Return a column's name as folded words.

    Example
    -------
    >>> words_of("orderNumber"), words_of("Created (UTC)"), words_of("Montant_TTC")
    ('order number', 'created utc', 'montant ttc')
    """
    return _NOT_WORD.sub(" ", folded(_CAMEL.sub(" ", name))).strip()


@cache
def _by_name(kind: str = "") -> dict[str, str]:
    known = {name: field for field, names in reversed(NAMES.items()) for name in names}
    if kind == "contracts":
        known |= {name: field for field, names in reversed(CONTRACT_NAMES.items()) for name in names}
    return known


def field_named(name: str, kind: str = "") -> str:
    """Return the field that a column's name stands for, or ""; some mean something of their own by kind."""
    return _by_name(kind).get(words_of(name), "")


def known_name(name: str) -> bool:
    """Return whether a cell is a usual column name."""
    return bool(field_named(name))
