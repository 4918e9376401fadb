"""The CDNOW data as they ship in the lifetimes wheel: a dependency of the tests alone."""

from __future__ import annotations

import csv
import warnings
from functools import cache
from importlib import resources

import numpy as np

from regulars.insight.lifetime.summary import Floats, Ints, PurchaseSummary, summaries

CALIBRATION_END = int(np.datetime64("1997-09-30", "D").astype(np.int64))
HOLDOUT_END = int(np.datetime64("1998-06-30", "D").astype(np.int64))


def text_of(name: str) -> str:
    """Return one data file; importing the package to find it warns, which is its own affair."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return (resources.files("lifetimes") / "datasets" / name).read_text()


@cache
def sample_log() -> tuple[Ints, Ints, Floats]:
    """Return customer, epoch day and amount of the 1/10 sample's 6,919 purchases."""
    rows = [line.split() for line in text_of("CDNOW_sample.txt").splitlines() if line.strip()]
    return (
        np.array([int(row[1]) for row in rows]),
        np.array([_epoch_day(row[2]) for row in rows]),
        np.array([float(row[4]) for row in rows]),
    )


@cache
def exact_days() -> PurchaseSummary:
    """Return the sample's summary at the end of calibration, in whole days."""
    customer, day, amount = sample_log()
    return summaries(customer, day, CALIBRATION_END, amount, log_gaps=True)


@cache
def rounded_weeks() -> tuple[PurchaseSummary, Floats]:
    """Return the published summary, weeks rounded to 2 decimals, as whole hundredths of a week; and spend."""
    rows = list(csv.DictReader(text_of("cdnow_customers_summary_with_transactions.csv").splitlines()))
    x = np.array([int(row["x"]) for row in rows])
    t_x, age = (np.array([round(100 * float(row[name])) for row in rows]) for name in ("t_x", "T"))
    spend = np.array([float(row["zbar"]) for row in rows])
    return PurchaseSummary(x, t_x, age), np.where(x > 0, spend, np.nan)


def _epoch_day(text: str) -> int:
    return int(np.datetime64(f"{text[:4]}-{text[4:6]}-{text[6:]}", "D").astype(np.int64))
