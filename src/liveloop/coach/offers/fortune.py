"""What may become of a company's equity?

One standard normal number says how well a company does. It is made of a part that all companies share and a part of its
own, so that fortunes move together as much as `together` says. Every draw is a hash of (seed, company, draw): adding an
offer moves no other one's dice, and two offers of one company have the same fortunes.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, log1p, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from liveloop.base.seeds import Floats, normals
from liveloop.coach.offers.terms import QUARTERS, Equity, OfferWeights, PrivateEquity, PublicEquity

Z90 = 1.2815515655446004  # the 90th percentile of the standard normal distribution


@dataclass(frozen=True)
class Fortune:
    """What one unit brings when it can be sold, over today's price, and what a payment then is worth today.

    A row is a draw, a column the quarter in which the unit vests. `ratio` has one column where it does not depend on
    the quarter. `rises` says that units granted later are bought at the price of their day.
    """

    ratio: Floats
    discount: Floats
    rises: bool


def spread_of(median: float, p90: float) -> float:
    """Give the sigma of the log-normal distribution with this median and 90th percentile.

    Examples
    --------
    >>> round(spread_of(1.0, exp(Z90)), 9), spread_of(2.0, 2.0)
    (1.0, 0.0)
    """
    return log(p90 / median) / Z90


def multiple_at(private: PrivateEquity, z: ArrayLike) -> Floats:
    """Give the company's multiple where its fortune is `z`: nothing for the lowest share `zero`, log-normal above.

    Examples
    --------
    >>> even = PrivateEquity(zero=0.4, median=2.0, p90=5.0)
    >>> multiple_at(even, [ndtri(0.39), ndtri(0.7), ndtri(0.94)]).round(6).tolist()
    [0.0, 2.0, 5.0]
    """
    above = ndtr(-np.asarray(z, dtype=np.float64)) / (1 - private.zero)  # by the upper tail: no 1 - tiny is lost
    lives = above < 1
    height = -ndtri(np.where(lives, above, 0.5))
    multiples: Floats = np.where(lives, private.median * np.exp(spread_of(private.median, private.p90) * height), 0.0)
    return multiples


def draw_fortune(equity: Equity, company: str, weights: OfferWeights, seed: int, draws: int) -> Fortune:
    """Draw what becomes of a company."""
    ids, own = np.arange(draws), f"offer.{company}"
    shared = sqrt(weights.together) * normals(seed, "offers.shared", ids)
    if equity.private is not None:
        z = shared + sqrt(1 - weights.together) * normals(seed, f"{own}.fortune", ids)
        return sell_private(equity.private, multiple_at(equity.private, z), normals(seed, f"{own}.wait", ids), weights)
    assert equity.public is not None
    quarters = weights.years * QUARTERS
    steps = normals(seed, f"{own}.steps", np.arange(draws * quarters)).reshape(draws, quarters)
    # Only the part of a path that is common to all its steps is tied to the shared one: the path stays what it was.
    whole = steps.sum(axis=1) / sqrt(quarters)
    steps += ((shared + (sqrt(1 - weights.together) - 1) * whole) / sqrt(quarters))[:, None]
    return sell_public(equity.public, np.cumsum(steps, axis=1) / sqrt(QUARTERS), weights)


def fortune_at(equity: Equity, z: float, weights: OfferWeights) -> Fortune:
    """Say what becomes of a company whose fortune is `z`; the wait is the median one, a price runs on its `z` line."""
    if equity.private is not None:
        return sell_private(equity.private, multiple_at(equity.private, [z]), np.zeros(1), weights)
    assert equity.public is not None
    return sell_public(equity.public, z * np.sqrt(quarter_ends(weights))[None, :], weights)


def fortune_flat(multiple: float, weights: OfferWeights) -> Fortune:
    """Say what units bring at a fixed multiple of today's price, sold as they vest and never diluted."""
    return Fortune(np.full((1, 1), multiple), discount_at(quarter_ends(weights), weights)[None, :], rises=False)


def sell_private(private: PrivateEquity, multiples: Floats, z_wait: Floats, weights: OfferWeights) -> Fortune:
    """Sell at one date, that of the liquidity; a unit that vests later is sold as it vests."""
    wait = private.liquid_median_years * np.exp(
        spread_of(private.liquid_median_years, private.liquid_p90_years) * z_wait
    )
    kept = np.exp(log1p(-private.dilution) * wait)
    sold_at = np.maximum(wait[:, None], quarter_ends(weights))
    return Fortune((multiples * kept)[:, None], discount_at(sold_at, weights), rises=False)


def sell_public(public: PublicEquity, path: Floats, weights: OfferWeights) -> Fortune:
    """Sell as it vests, at the price of the quarter's end; `path` is the Brownian motion there."""
    ends = quarter_ends(weights)
    trend = (log1p(public.drift) - public.volatility**2 / 2) * ends
    return Fortune(np.exp(trend + public.volatility * path), discount_at(ends, weights)[None, :], rises=True)


def quarter_ends(weights: OfferWeights) -> Floats:
    """Give the ends of the quarters that count, in years."""
    return np.arange(1, weights.years * QUARTERS + 1) / QUARTERS


def discount_at(years: ArrayLike, weights: OfferWeights) -> Floats:
    """Give today's worth of a payment after some years.

    Examples
    --------
    >>> discount_at([0, 1], OfferWeights(rate=0.25)).round(9).tolist()
    [1.0, 0.8]
    """
    return np.exp(-log1p(weights.rate) * np.asarray(years, dtype=np.float64))


def expected_multiple(private: PrivateEquity, strike_share: float = 0.0) -> float:
    """Give the exact mean of what a unit brings beyond its strike, without dilution: the drawn means are held to it.

    Examples
    --------
    >>> expected_multiple(PrivateEquity(zero=0.5, median=2.0, p90=2.0), 0.5)
    0.75

    Source: Black and Scholes (1973), "The pricing of options and corporate liabilities", without discounting.
    """
    sigma = spread_of(private.median, private.p90)
    if sigma == 0:
        return (1 - private.zero) * max(private.median - strike_share, 0.0)
    mean = private.median * exp(sigma**2 / 2)
    if strike_share == 0:
        return (1 - private.zero) * mean
    far = log(private.median / strike_share) / sigma
    return float((1 - private.zero) * (mean * ndtr(far + sigma) - strike_share * ndtr(far)))
