"""How much a scorecard learns from books of 100, 300 and 1,000 customers, against whoever knows the truth.

The figures are those published for the method. Where the setting they come from is silent, on how the signals
are distributed and how the strengths of the six real ones fall off, the simulation was chosen so that its
oracle has the published oracle's skill and AUC; nothing of the method was tuned.
"""

import numpy as np
import pytest

from regulars.insight.person_periods import Signal
from regulars.insight.ranked_losses import ranked_losses
from tests.simulation.churn_books import SIGNALS, book, skills

FREE = tuple(Signal(signal.key, 0) for signal in SIGNALS)
PUBLISHED = {100: 0.104, 300: 0.148, 1000: 0.164}
RUNS = {100: 96, 300: 48, 1000: 24}
"""Many times the published runs, so that chance moves the means by less than .006."""


def test_the_oracle_is_the_published_one():
    rows, chance = book(400_000, np.random.default_rng(5))
    mean = chance.mean()
    assert mean == pytest.approx(0.2, abs=0.002)
    assert rows.lost.mean() == pytest.approx(mean, abs=0.003)
    # In expectation over who leaves, so that only the customers are drawn.
    assert chance.var() / (mean * (1 - mean)) == pytest.approx(0.181, abs=0.002)
    assert ranked_losses(chance, chance).auc == pytest.approx(0.780, abs=0.002)


@pytest.mark.parametrize("n", PUBLISHED)
def test_the_skill_is_the_published_one(n):
    found = skills(n, RUNS[n])
    assert found.mean() == pytest.approx(PUBLISHED[n], abs=0.02), found.round(3).tolist()


def test_signs_help_most_where_there_is_least_to_learn_from():
    gain = {n: skills(n, RUNS[n]).mean() - skills(n, RUNS[n], FREE).mean() for n in (100, 1000)}
    assert gain[100] > 0.015
    assert gain[100] > gain[1000] > -0.001


def test_hardly_a_book_of_a_hundred_does_worse_than_the_base_rate():
    found, free = skills(100, RUNS[100]), skills(100, RUNS[100], FREE)
    assert np.mean(found > 0) >= 0.95
    assert np.mean(found > free) >= 0.75
