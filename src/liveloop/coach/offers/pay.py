"""What does an offer pay in each year, given what becomes of the company?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from liveloop.base.seeds import Floats, uniforms
from liveloop.coach.offers.fortune import Fortune, discount_at
from liveloop.coach.offers.terms import MONTHS, QUARTERS, Bonus, Equity, Offer, OfferWeights
from liveloop.coach.offers.vesting import vest_by_quarter

MIDDLE, TAIL = 0.5, 0.1  # the quantiles that a payout is typed at: 10, 50 and 90 percent


@dataclass(frozen=True)
class Pay:
    """What is paid in each draw (row) and year (column); `present` is a draw's whole pay, discounted.

    `base` and `signing` are the same in every draw and have one row.
    """

    base: Floats
    signing: Floats
    bonus: Floats
    equity: Floats
    present: Floats

    @property
    def total(self) -> Floats:
        """Sum each year's pay as it is paid."""
        whole: Floats = self.base + self.signing + self.bonus + self.equity
        return whole


def pay_offer(offer: Offer, fortune: Fortune | None, payout: Floats, weights: OfferWeights) -> Pay:
    """Pay an offer: cash counts at the middle of its year, equity when it can be sold."""
    base: Floats = offer.base * np.power(1.0 + offer.base_growth, np.arange(weights.years, dtype=np.float64))[None, :]
    signing = np.zeros((1, weights.years))
    signing[0, 0] = offer.signing
    bonus = base * (0.0 if offer.bonus is None else offer.bonus.target) * payout
    equity, present = np.zeros((1, weights.years)), np.zeros(1)
    if offer.equity is not None and fortune is not None:
        equity, present = pay_equity(offer.equity, fortune, weights)
    middles = discount_at(np.arange(weights.years) + 0.5, weights)
    return Pay(base, signing, bonus, equity, (base + signing + bonus) @ middles + present)


def pay_equity(equity: Equity, fortune: Fortune, weights: OfferWeights) -> tuple[Floats, Floats]:
    """Give what vests in each year (as paid, by draw), and all of it discounted."""
    years = np.repeat(np.eye(weights.years), QUARTERS, axis=0)  # which quarter belongs to which year
    by_year = np.zeros((len(fortune.ratio), weights.years))
    present = np.zeros(len(fortune.ratio))
    for begin, value in values_by_begin(equity, weights.years * MONTHS, apart=fortune.rises).items():
        if fortune.ratio.shape[1] == 1:
            brought = bring(equity, fortune)
            by_year += brought * (value @ years)
            present += brought[:, 0] * (fortune.discount @ value)
        else:
            parts = np.column_stack([years, fortune.discount[0]]) * value[:, None]
            whole = bring_all(equity, fortune, begin, parts)
            by_year += whole[:, :-1]
            present += whole[:, -1]
    return by_year, present


def bring_all(equity: Equity, fortune: Fortune, begin_month: int, parts: Floats) -> Floats:
    """Sum what units bring by quarter into the columns of `parts`; without a strike no table of all of it is made."""
    if equity.strike_share:
        whole: Floats = bring(equity, fortune, begin_month) @ parts
        return whole
    bought_at = fortune.ratio[:, [quarter_of(begin_month)]] if begin_month else 1.0
    summed: Floats = fortune.ratio @ parts / bought_at
    return summed


def bring(equity: Equity, fortune: Fortune, begin_month: int = 0, *, exercised: bool = False) -> Floats:
    """Give what a unit brings beyond its strike, over its price on the day of the grant.

    An option is exercised when it pays; one that was `exercised` before has cost its strike whatever comes.
    """
    ratio = fortune.ratio
    if fortune.rises and begin_month:
        ratio = ratio / ratio[:, [quarter_of(begin_month)]]
    beyond = ratio - equity.strike_share
    return beyond if exercised or not equity.strike_share else np.maximum(beyond, 0.0)


def quarter_of(month: int) -> int:
    """Give the quarter at whose end a month ends."""
    return month // (MONTHS // QUARTERS) - 1


def values_by_begin(equity: Equity, months: int, *, apart: bool) -> dict[int, Floats]:
    """Sum what vests in each quarter of the first `months`, at the price of the grant, by the month of the grant.

    Unless the grants are to stay apart, they all count as given on the first day. Months that are no whole year keep
    the quarter that they end in.
    """
    quarters = -(-months // (MONTHS // QUARTERS))
    values = {0: np.zeros(quarters)}
    for grant in equity.grants:
        values[0] += equity.value_of(grant) * vest_by_quarter(grant.vesting, 0, months)
    if equity.refresh is not None:
        for begin in range((equity.refresh.first_year - 1) * MONTHS, months, MONTHS):
            value = equity.refresh.value * vest_by_quarter(equity.refresh.vesting, begin, months)
            key = begin if apart else 0
            values[key] = values.get(key, np.zeros(quarters)) + value
    return values


def payout_at(bonus: Bonus | None, shares: Floats) -> Floats:
    """Give the payout of a bonus, over its target, at some quantiles.

    Examples
    --------
    >>> payout_at(Bonus(0.2, 0.5, 1.0, 1.4), np.array([0.1, 0.5, 0.9, 0.3])).tolist()
    [0.5, 1.0, 1.4, 0.75]
    """
    if bonus is None:
        return np.zeros_like(shares)
    away = (shares - MIDDLE) / (MIDDLE - TAIL)
    slopes = np.where(away < 0, bonus.median - bonus.low, bonus.high - bonus.median)
    return np.maximum(bonus.median + away * slopes, 0.0)


def draw_payout(offer: Offer, weights: OfferWeights, seed: int, draws: int) -> Floats:
    """Draw the payout of each year; one company's years are the same for each of its offers."""
    if offer.bonus is None:
        return np.zeros((1, weights.years))
    ids = np.arange(draws * weights.years)
    return payout_at(offer.bonus, uniforms(seed, f"offer.{offer.fortune}.payout", ids).reshape(draws, weights.years))
