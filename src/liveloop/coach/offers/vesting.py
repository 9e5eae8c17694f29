"""When does how much of a grant become the person's own?"""

from __future__ import annotations

import numpy as np

from liveloop.base.seeds import Floats
from liveloop.coach.offers.terms import MONTHS, Vesting

MONTHS_A_QUARTER = 3


def vest_by_month(vesting: Vesting) -> Floats:
    """Give the share of the grant that vests at the end of each month, the first month first.

    Examples
    --------
    >>> vest_by_month(Vesting())[[10, 11, 12, 14, 47]].tolist()
    [0.0, 0.25, 0.0, 0.0625, 0.0625]
    >>> vest_by_month(Vesting(2, 0, 12, (0.75, 0.25)))[[11, 23]].tolist()
    [0.75, 0.25]
    """
    years, last = vesting.years, vesting.years * MONTHS
    shares = np.asarray(vesting.shares or [1 / years] * years)
    first = vesting.cliff_months or vesting.every_months
    dates = sorted({*range(first, last, vesting.every_months), last})
    earned = np.interp(dates, np.arange(years + 1) * MONTHS, np.concatenate([[0.0], np.cumsum(shares / shares.sum())]))
    vested = np.zeros(last)
    vested[np.asarray(dates) - 1] = np.diff(earned, prepend=0.0)
    return vested


def vest_by_quarter(vesting: Vesting, begin_month: int, months: int) -> Floats:
    """Give the share that vests in each quarter within the first `months`, for a grant that begins after some months.

    Examples
    --------
    >>> vest_by_quarter(Vesting(1, 0, 3), 12, 24).tolist()
    [0.0, 0.0, 0.0, 0.0, 0.25, 0.25, 0.25, 0.25]
    """
    quarters = -(-months // MONTHS_A_QUARTER)
    by_month = np.zeros(quarters * MONTHS_A_QUARTER)
    vested = vest_by_month(vesting)[: max(0, months - begin_month)]
    by_month[begin_month : begin_month + len(vested)] = vested
    summed: Floats = by_month.reshape(quarters, MONTHS_A_QUARTER).sum(axis=1)
    return summed
