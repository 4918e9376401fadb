"""Kaplan-Meier and Greenwood on the 6-MP arm of Freireich et al. (1963), as in Gehan (1965)."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import CensoredData, ecdf

from regulars.insight.lifetime.kaplan_meier import KaplanMeier, kaplan_meier

WEEKS = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+".split()
TIMES = np.array([int(week.rstrip("+")) for week in WEEKS])
LOST = np.array([not week.endswith("+") for week in WEEKS])
PRINTED = {
    6: (0.8571, 0.0764),
    7: (0.8067, 0.0869),
    10: (0.7529, 0.0963),
    13: (0.6902, 0.1068),
    16: (0.6275, 0.1141),
    22: (0.5378, 0.1282),
    23: (0.4482, 0.1346),
}


@pytest.fixture(scope="module")
def curve() -> KaplanMeier:
    return kaplan_meier(TIMES, LOST, as_of=0)


def test_survival_and_standard_errors_as_printed(curve: KaplanMeier) -> None:
    at = {int(time): row for row, time in enumerate(curve.time)}
    found = {time: (curve.survival[at[time]], curve.standard_error[at[time]]) for time in PRINTED}
    assert {time: tuple(np.round(pair, 4).tolist()) for time, pair in found.items()} == PRINTED


def test_the_log_log_interval_as_printed(curve: KaplanMeier) -> None:
    told = curve.at(6)
    assert told.low is not None and told.high is not None
    assert (round(told.low, 4), round(told.high, 4)) == (0.6197, 0.9516)


def test_the_whole_curve_and_its_intervals_agree_with_scipy(curve: KaplanMeier) -> None:
    reference = ecdf(CensoredData(uncensored=TIMES[LOST], right=TIMES[~LOST])).sf
    edges = reference.confidence_interval(method="log-log")
    assert curve.survival == pytest.approx(reference.evaluate(curve.time), abs=1e-12)
    assert curve.low == pytest.approx(edges.low.evaluate(curve.time), abs=1e-12)
    assert curve.high == pytest.approx(edges.high.evaluate(curve.time), abs=1e-12)
