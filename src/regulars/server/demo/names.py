"""Names for invented people and companies, and details that reach nobody."""

from __future__ import annotations

import numpy as np

from regulars.records.folding import folded

FIRST = (
    "Agnes Aino Alba Aldo Amara Anouk Anton Arno Astrid Aurel Bela Benedikt Birgit Bruna Carla Casper "
    "Chiara Clara Cosmin Dag Dalia Dario Edda Eero Elif Elin Emil Enzo Erik Esra Fabio Fenna Finn Flora "
    "Freja Gaspard Greta Hanna Hedda Henrik Ilka Ines Ingrid Irina Isak Ivo Jana Jasper Joana Jonas "
    "Jorge Jule Kaja Karin Kasimir Katrin Klara Lasse Lea Leon Lidia Linus Liv Lucia Ludo Luis Magda "
    "Maja Malin Marek Marta Mateo Matilde Mia Milan Mina Mirko Nadia Nele Nico Nils Nora Olga Otto "
    "Paola Pavel Petra Pia Rafael Renata Rosa Rune Sanne Selma Silvan Sofia Stig Tamar Teo Tilda Tomas "
    "Ulla Viggo Wanda Yara Zoe"
).split()

LAST = (
    "Aalto Andrade Bakker Balint Barros Becker Berg Bianchi Blom Brandt Castro Cermak Costa Dahl Dekker "
    "Dietrich Duarte Dubois Eklund Engel Esposito Falk Farkas Ferrari Fischer Fontaine Forsberg Gallo "
    "Garnier Gomes Gruber Haas Hansen Hartmann Heikkinen Hoekstra Horvat Ibarra Jansen Jansson Kaiser "
    "Kallio Keller Klein Koch Kovac Kral Kruse Lambert Lang Larsen Laurent Leclerc Lindholm Lombardi "
    "Lorenz Maier Marchand Marino Martins Meyer Molnar Moreau Mulder Nemec Neumann Nieminen Novak "
    "Nyberg Olsen Orsini Pereira Petit Pichler Popescu Prager Ramos Ricci Richter Roche Romano Rossi "
    "Roux Sandberg Santos Schuster Serra Silva Simon Smit Solberg Sorel Stein Strand Svoboda Tavares "
    "Toth Urban Valente Varga Vermeer Vidal Vogel Wagner Weiss Winkler Wolf Zeman Zielinski"
).split()

PLACES = (
    "Alderbrook Amberlight Ashgrove Bellmoor Birchwater Bluegate Brindlecote Cloverfield Copperhill "
    "Dovecote Driftwater Eastquay Elmhollow Emberley Fernlea Foxglen Gannet Glasswharf Goldenrow "
    "Greyheron Harrowgate Hazelmere Heronsbrook Inkwell Ivorytower Juniperhill Kestrel Kingfisher "
    "Lanternhouse Larkspur Linden Lowtide Maplecross Marigold Millrace Mooring Nightjar Northlight "
    "Oakfarthing Oldferry Orchardside Owlstone Pebblecourt Pinewharf Plumtree Quillmere Ravensworth "
    "Redkite Rookery Rushlight Saltmarsh Sandpiper Silverbirch Skylark Slatehouse Stonewater Sundial "
    "Swallowtail Teasel Thistledown Tidewell Umberlane Violetrow Wagtail Waterwheel Whitethorn "
    "Willowgate Windmere Wrenfield"
).split()

TRADES = {
    "office": (
        "Architects", "Dental Practice", "Accountants", "Print Studio", "Law Chambers", "Surveyors",
        "Physiotherapy", "Language School", "Joinery", "Opticians", "Design Bureau", "Insurance Office",
        "Travel Desk", "Bookbinders", "Engineering", "Sail Loft", "Music School",
    ),
    "café": ("Café", "Kiosk", "Bakery", "Tearoom", "Bistro", "Canteen", "Cake House", "Reading Café"),
    "hotel": ("Hotel", "Guest House", "Inn", "Pension", "Hostel"),
}  # fmt: skip

TITLES = {
    "office": ("Office manager", "Partner", "Assistant", "Reception"),
    "café": ("Owner", "Buyer", "Barista", "Kitchen"),
    "hotel": ("Breakfast manager", "Director", "Purchasing"),
}


def person_names(count: int, rng: np.random.Generator, taken: frozenset[str] = frozenset()) -> list[str]:
    """Return different names of people."""
    pairs = rng.permutation(len(FIRST) * len(LAST))
    names = (f"{FIRST[pair % len(FIRST)]} {LAST[pair // len(FIRST)]}" for pair in pairs)
    return [
        name for name, _ in zip((name for name in names if name not in taken), range(count), strict=False)
    ]


def company_names(trade: str, count: int, rng: np.random.Generator, taken: frozenset[str]) -> list[str]:
    """Return different names of companies of one trade."""
    words = TRADES[trade]
    pairs = rng.permutation(len(PLACES) * len(words))
    names = (f"{PLACES[pair % len(PLACES)]} {words[pair // len(PLACES)]}" for pair in pairs)
    return [
        name for name, _ in zip((name for name in names if name not in taken), range(count), strict=False)
    ]


def email(person: str, company: str) -> str:
    """Return an address under a domain that exists for examples only."""
    host = "".join(letter for letter in folded(company) if letter.isalnum())
    return f"{folded(person).split()[0]}@{host}.example"


def phone(number: int) -> str:
    """Return a telephone number from ranges that are kept for fiction."""
    # Berlin numbers for film and television, then London's.
    return f"+493023125{number:03d}" if number < 1000 else f"+442079460{number % 1000:03d}"
