"""What the stands and the wholesale desk sell, and what people usually take."""

from __future__ import annotations

import numpy as np

Lines = tuple[tuple[str, int], ...]

STAND: dict[str, tuple[int, float]] = {
    "Flat white": (380, 18),
    "Cappuccino": (360, 16),
    "Filter coffee": (290, 14),
    "Espresso": (240, 9),
    "Oat latte": (420, 11),
    "Still lemonade": (350, 9),
    "Elderflower lemonade": (390, 7),
    "Ginger lemonade": (390, 5),
    "Cinnamon bun": (340, 8),
    "Banana bread": (320, 6),
    "House blend 250 g": (950, 2),
}
"""Price in cents at the start, and how often it is taken."""

WHOLESALE: dict[str, tuple[int, float]] = {
    "House blend 1 kg": (2400, 10),
    "Espresso blend 1 kg": (2600, 8),
    "Decaf 1 kg": (2800, 2),
    "Lemon syrup 1 l": (1150, 5),
    "Elderflower syrup 1 l": (1250, 4),
    "Paper cups, 100": (990, 6),
    "Oat drink, 6 l": (1380, 5),
    "Lemonade keg 20 l": (5200, 2),
    "Tasting spoons, 12": (92, 0),
}

PRICES = {item: price for shelf in (STAND, WHOLESALE) for item, (price, _) in shelf.items()}
SOFT = {"Still lemonade", "Elderflower lemonade", "Ginger lemonade"}

USUAL_QUANTITIES = {
    "walk-in": (1, 1, 1, 1, 2),
    "office": (1, 2, 2, 3),
    "café": (3, 4, 6, 8),
    "hotel": (2, 4, 5),
}


def price(item: str, day: int, first_day: int) -> int:
    """Return the price in cents on a day: four per cent more each year, in steps of ten cents."""
    raised = PRICES[item] * (1 + 0.04 * max(0, (day - first_day) // 365))
    return round(raised / 10) * 10


def shelf(kind: str) -> tuple[list[str], np.ndarray]:
    """Return what a kind of customer chooses from, and with which chance."""
    table = STAND if kind == "walk-in" else WHOLESALE
    weights = np.array([weight for _, weight in table.values()])
    return list(table), weights / weights.sum()


def usual_order(kind: str, rng: np.random.Generator) -> Lines:
    """Return what one customer usually takes."""
    items, chances = shelf(kind)
    many = int(rng.choice([1, 2], p=[0.75, 0.25] if kind == "walk-in" else [0.4, 0.6]))
    chosen = rng.choice(len(items), many, replace=False, p=chances)
    return tuple((items[place], int(rng.choice(USUAL_QUANTITIES[kind]))) for place in chosen)
