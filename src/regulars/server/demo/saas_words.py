"""What customers of the booking software want, say and run into, by kind of customer."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Want:
    """Something customers of a kind want: sentence with its target, why, measure and usual numbers."""

    sentence: str
    why: str
    measure: str
    unit: str
    baseline: float
    target: float


KINDS = ("boat yard", "sailing school", "tour operator", "marina hotel")
TRADE_WORDS = {
    "boat yard": ("Boat Yard", "Sail Loft", "Marine Works", "Slipway"),
    "sailing school": ("Sailing School", "Sailing Academy", "Windsurf School", "Dinghy Club"),
    "tour operator": ("Tours", "Charters", "Island Trips", "Ferry Tours"),
    "marina hotel": ("Marina Hotel", "Harbour Inn", "Quay Hotel", "Boathouse Hotel"),
}
TITLES = {
    "boat yard": ("Yard manager", "Owner", "Foreman"),
    "sailing school": ("Head of school", "Course office", "Chief instructor"),
    "tour operator": ("Operations", "Director", "Booking desk"),
    "marina hotel": ("Front office manager", "Director", "Revenue manager"),
}

WANTS: dict[str, tuple[Want, ...]] = {
    "boat yard": (
        Want(
            "Put every lift-out on the calendar ourselves by spring",
            "The foreman spends his mornings on the phone",
            "Lift-outs booked without a call",
            "% of lift-outs",
            10,
            80,
        ),
        Want(
            "Have winter berths paid before the boats come",
            "We lend our customers money all winter",
            "Berths paid in advance",
            "% of berths",
            25,
            90,
        ),
    ),
    "sailing school": (
        Want(
            "Fill the Tuesday courses",
            "The boats lie idle and the instructors are paid",
            "Places taken on Tuesdays",
            "% of places",
            35,
            75,
        ),
        Want(
            "Stop copying names from mails into lists",
            "We lost two children's bookings last summer",
            "Bookings typed by hand",
            "a week",
            60,
            5,
        ),
    ),
    "tour operator": (
        Want(
            "Sell half of the trips before the day itself",
            "We send boats out half empty or leave people on the quay",
            "Sold before the day",
            "% of seats",
            20,
            50,
        ),
        Want(
            "Answer every enquiry within two hours",
            "Whoever answers first gets the group",
            "Median time to answer",
            "hours",
            14,
            2,
        ),
    ),
    "marina hotel": (
        Want(
            "Sell rooms and berths as one",
            "Guests with boats book the room elsewhere",
            "Stays with a berth",
            "% of stays",
            5,
            30,
        ),
        Want(
            "Take a third of bookings on our own page",
            "The portals take eighteen per cent",
            "Bookings on our own page",
            "% of bookings",
            12,
            33,
        ),
    ),
}

MILESTONES = (
    ("Boats, rooms and prices entered", 14, False),
    ("The first booking of a real guest", 30, True),
    ("The whole team books in it", 60, False),
)
OUR_PROMISES = ("Move the old bookings over", "Train the front desk on site", "Connect the payment provider")
THEIR_PROMISES = ("Send the price list", "Name somebody for the weekends", "Switch the old calendar off")
BLOCKERS = (
    ("Their IT has not opened the address of the booking page", "theirs", "it"),
    ("The owner has not decided who may change prices", "theirs", "leader"),
    ("Procurement asks for a data agreement", "theirs", "procurement"),
    ("The card terminal does not report back", "ours", "us"),
)
TOUCHES = (
    ("Call: how the first week on the calendar went.", "phone"),
    ("Mail: answered two questions on groups.", "mail"),
    ("Call: went through the numbers together.", "phone"),
    ("Visit: a morning at their counter.", "visit"),
    ("Meeting: what they want from next season.", "video"),
    ("Mail: sent the guide for the weekend staff.", "mail"),
)
PRAISE = (
    "“My sister took the season over and needed one afternoon.”",
    "“The first software my instructors do not curse.”",
    "“You picked up the phone on Whit Sunday.”",
)
COMPLAINTS = (
    "Two groups got the same boat on Saturday.",
    "The confirmation went out in the wrong language.",
    "The calendar was slow all morning.",
    "An invoice came twice.",
)
LOST_WHY = (
    "never got the front desk to use it",
    "the owner sold the business",
    "went back to the paper calendar",
    "a cheaper tool does enough for them",
    "what they came for was not reached",
)
KNOWLEDGE: dict[str, tuple[str, ...]] = {
    "brought": (
        "A double booking on a bank holiday",
        "The old system was switched off",
        "A neighbour showed it to them",
    ),
    "job": ("To know who comes tomorrow without asking anybody", "To stop being the telephone"),
    "continue": ("The season is planned in it by now", "Their staff know it"),
    "need": ("Somebody to call at weekends", "The price list in two languages"),
    "others": ("The portal's own calendar; they stay because ours is theirs",),
    "drivers": ("Weather and school holidays", "Staff who come for one summer"),
}
WISHES: tuple[tuple[str, str, dict[str, object]], ...] = (
    ("channel", "Call us, nobody reads mail at the counter", {"channel": "phone"}),
    ("pace", "An answer the same day in the season", {"within_days": 1}),
    ("autonomy", "Show us once, then let us do it ourselves", {}),
    ("language", "Speak German with the front desk", {"language": "de"}),
)
