"""What is each offer worth, and which pays more?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy.special import ndtr

from liveloop.base.seeds import Floats
from liveloop.coach.offers.fortune import (
    Z90,
    Fortune,
    draw_fortune,
    fortune_at,
    fortune_flat,
)
from liveloop.coach.offers.leave import LEAVING_MONTHS, Leaving, leave
from liveloop.coach.offers.pay import Pay, draw_payout, pay_equity, pay_offer, payout_at
from liveloop.coach.offers.refuse import refuse_book
from liveloop.coach.offers.spread import Simulated, Spread, chance, spread
from liveloop.coach.offers.terms import QUARTERS, TAXES, Equity, Grant, Offer, OfferBook, OfferWeights

DRAWS, SEED = 20_000, 11
ScenarioName = Literal["paper", "down", "base", "up"]
PAPER = "equity at today's price, sold as it vests; what an offer letter adds up to"
SCENARIOS: tuple[tuple[ScenarioName, float, str], ...] = (
    ("down", -Z90, "company and bonus both at their 10th percentile, the wait for a sale at its median"),
    ("base", 0.0, "company, bonus and the wait for a sale at their median"),
    ("up", Z90, "company and bonus both at their 90th percentile, the wait for a sale at its median"),
)


@dataclass(frozen=True)
class YearPay:
    """What one year pays in a scenario, as paid; equity stands in the year in which it vests."""

    year: int
    base: float
    bonus: float
    signing: float
    equity: float
    total: float


@dataclass(frozen=True)
class PayScenario:
    """One way in which it may go: the years, their sum, and that discounted."""

    name: ScenarioName
    says: str
    years: tuple[YearPay, ...]
    total: float
    present: float


@dataclass(frozen=True)
class LevelStep:
    """What one level more would do to an offer: `gain` of its median, discounted, and the new median.

    The published step does not say how it is split: `as_equity` is None where the offer has no equity to add it to.
    """

    step: float
    as_base: Simulated
    as_base_gain: float
    as_equity: Simulated | None
    as_equity_gain: float | None


@dataclass(frozen=True)
class OfferWorth:
    """What one offer is worth: by scenario, as distributions (discounted, as paid, by year), and when leaving early."""

    name: str
    scenarios: tuple[PayScenario, ...]
    present: Spread
    total: Spread
    by_year: tuple[Spread, ...]
    equity_worthless: Simulated | None
    leaving: tuple[Leaving, ...]
    level: LevelStep | None


@dataclass(frozen=True)
class BreakEven:
    """The multiple of today's company value at which an offer pays what `against` pays; None when no multiple does.

    Refreshers of a listed company that are bought later, at the price of their day, bring the same at every multiple;
    the multiple is 0 when they and the cash are enough.
    """

    against: str
    multiple: float | None
    chance: Simulated


@dataclass(frozen=True)
class OfferPair:
    """Two offers side by side: how often the first pays more, how often both pay the same, and by how much.

    `break_even` is what the first one's equity has to come to for it to pay as much as the second one does without any
    equity, on paper, and in its base scenario.
    """

    first: str
    second: str
    first_more: Simulated
    same: Simulated
    difference: Spread
    break_even: tuple[BreakEven, ...]


@dataclass(frozen=True)
class Weighing:
    """Offers weighed: each one's worth, and every ordered pair of them."""

    worths: tuple[OfferWorth, ...]
    pairs: tuple[OfferPair, ...]
    draws: int
    seed: int
    taxes: str = TAXES


@dataclass(frozen=True)
class Drawn:
    """One offer with its fortunes, in each draw and in each scenario."""

    offer: Offer
    fortune: Fortune | None
    payout: Floats
    pay: Pay
    fixed: dict[ScenarioName, Pay]


def weigh(book: OfferBook, *, seed: int = SEED, draws: int = DRAWS) -> Weighing:
    """Weigh the offers of a book; the same book and seed give the same figures.

    Raises
    ------
    BadInput
        For an offer that cannot be weighed.

    Examples
    --------
    >>> sure = OfferBook((Offer("A", base=100.0), Offer("B", base=90.0, signing=50.0)), OfferWeights(years=4, rate=0.0))
    >>> weighed = weigh(sure, draws=100)
    >>> [worth.present.p50.value for worth in weighed.worths], weighed.pairs[0].first_more.value
    ([400.0, 410.0], 0.0)
    """
    refuse_book(book)
    drawn = [draw_offer(offer, book.weights, seed, draws) for offer in book.offers]
    return Weighing(
        worths=tuple(weigh_one(one, book.weights) for one in drawn),
        pairs=tuple(
            weigh_pair(first, second, book.weights, draws) for first in drawn for second in drawn if first is not second
        ),
        draws=draws,
        seed=seed,
    )


def draw_offer(offer: Offer, weights: OfferWeights, seed: int, draws: int) -> Drawn:
    """Draw an offer's fortunes and what it pays under them."""
    fortune = None if offer.equity is None else draw_fortune(offer.equity, offer.fortune, weights, seed, draws)
    payout = draw_payout(offer, weights, seed, draws)
    fixed: dict[ScenarioName, Pay] = {
        "paper": pay_offer(offer, fortune_flat(1.0, weights), payout_at(offer.bonus, np.full((1, 1), 0.5)), weights)
    }
    for name, z, _ in SCENARIOS:
        then = None if offer.equity is None else fortune_at(offer.equity, z, weights)
        fixed[name] = pay_offer(offer, then, payout_at(offer.bonus, np.full((1, 1), float(ndtr(z)))), weights)
    return Drawn(offer, fortune, payout, pay_offer(offer, fortune, payout, weights), fixed)


def weigh_one(drawn: Drawn, weights: OfferWeights) -> OfferWorth:
    """Tell what one offer is worth."""
    says = {"paper": PAPER} | {name: words for name, _, words in SCENARIOS}
    total = drawn.pay.total
    months = [month for month in LEAVING_MONTHS if month < weights.years * 12]
    return OfferWorth(
        name=drawn.offer.name,
        scenarios=tuple(lay_scenario(name, says[name], pay) for name, pay in drawn.fixed.items()),
        present=spread(drawn.pay.present),
        total=spread(total.sum(axis=1)),
        by_year=tuple(spread(year) for year in total.T),
        equity_worthless=worthless(drawn.pay) if drawn.offer.equity is not None else None,
        leaving=tuple(leave(drawn.offer, drawn.fortune, month) for month in months),
        level=lift(drawn, weights),
    )


def worthless(pay: Pay) -> Simulated:
    """Say how often the equity brings nothing at all."""
    return chance(pay.equity.sum(axis=1) <= 0)


def lay_scenario(name: ScenarioName, says: str, pay: Pay) -> PayScenario:
    """Lay out a scenario by year."""
    columns = np.broadcast_arrays(pay.base, pay.bonus, pay.signing, pay.equity, pay.total)
    rows = np.stack([column[0] for column in columns], axis=1)
    years = tuple(YearPay(year, *map(float, row)) for year, row in enumerate(rows, 1))
    return PayScenario(name, says, years, float(pay.total.sum()), float(pay.present[0]))


def lift(drawn: Drawn, weights: OfferWeights) -> LevelStep | None:
    """Say what one level more would do: all of the step as base, or all of it as equity."""
    if weights.level_step == 0:
        return None
    before = spread(drawn.pay.present).p50.value
    base = spread(drawn.pay.present + add_base(drawn, weights.level_step, weights)).p50
    granted = add_grant(drawn, weights.level_step, weights)
    if granted is None:
        return LevelStep(weights.level_step, base, base.value - before, None, None)
    equity = spread(drawn.pay.present + granted).p50
    return LevelStep(weights.level_step, base, base.value - before, equity, equity.value - before)


def add_base(drawn: Drawn, base: float, weights: OfferWeights) -> Floats:
    """Give what more base adds in each draw, with its growth and its bonus, discounted."""
    more = replace(drawn.offer, base=base, signing=0.0, equity=None)
    return pay_offer(more, None, drawn.payout, weights).present


def add_grant(drawn: Drawn, value_a_year: float, weights: OfferWeights) -> Floats | None:
    """Give what a further grant of so much a year adds, on the schedule of the first one; None without such a grant."""
    equity = drawn.offer.equity
    if equity is None or drawn.fortune is None or not equity.grants:
        return None
    vesting = equity.grants[0].vesting
    more = Grant(value=value_a_year * vesting.years, vesting=vesting)
    return pay_equity(replace(equity, grants=(more,), refresh=None), drawn.fortune, weights)[1]


def weigh_pair(first: Drawn, second: Drawn, weights: OfferWeights, draws: int) -> OfferPair:
    """Set two offers side by side, draw by draw."""
    difference = np.broadcast_to(first.pay.present - second.pay.present, (draws,))
    even = np.abs(difference) <= 1e-9 * np.abs(second.pay.present)  # sums in another order differ in the last digit
    others = {
        f"{second.offer.name} without its equity": without_equity(second, weights),
        f"{second.offer.name} on paper": float(second.fixed["paper"].present[0]),
        f"{second.offer.name} in its base scenario": float(second.fixed["base"].present[0]),
    }
    return OfferPair(
        first=first.offer.name,
        second=second.offer.name,
        first_more=chance((difference > 0) & ~even),
        same=chance(even),
        difference=spread(np.where(even, 0.0, difference)),
        break_even=tuple(break_even(first, name, aim, weights, draws) for name, aim in others.items()),
    )


def without_equity(drawn: Drawn, weights: OfferWeights) -> float:
    """Give an offer's cash in its base scenario, discounted."""
    cash = pay_offer(
        replace(drawn.offer, equity=None), None, payout_at(drawn.offer.bonus, np.full((1, 1), 0.5)), weights
    )
    return float(cash.present[0])


def break_even(drawn: Drawn, against: str, aim: float, weights: OfferWeights, draws: int) -> BreakEven:
    """Find the multiple of today's company value at which an offer pays `aim`; its wait is the median one."""
    reached = chance(np.broadcast_to(drawn.pay.present >= aim, (draws,)))
    need, equity = aim - without_equity(drawn, weights), drawn.offer.equity
    if equity is not None and equity.public is not None:
        equity, later = part_later(equity)
        flat = replace(fortune_flat(1.0, weights), ratio=np.ones((1, weights.years * QUARTERS)), rises=True)
        need -= float(pay_equity(later, flat, weights)[1][0])
    if need <= 0:
        return BreakEven(against, 0.0, reached)
    if equity is None:
        return BreakEven(against, None, reached)
    private = equity.private and replace(equity.private, zero=0.0, median=1.0, p90=1.0)
    even = replace(equity, form="units", strike=None, private=private)
    unit = fortune_flat(1.0, weights) if even.private is None else fortune_at(even, 0.0, weights)
    diluted = float(unit.ratio[0, 0])
    worth = float(pay_equity(even, unit, weights)[1][0]) / diluted  # of all that vests, were each unit to bring 1
    return BreakEven(against, (need / worth + equity.strike_share) / diluted if worth > 0 else None, reached)


def part_later(equity: Equity) -> tuple[Equity, Equity]:
    """Part what is granted today from the refreshers that are bought on a later day.

    Examples
    --------
    >>> from liveloop.coach.offers.terms import Refresh
    >>> today, later = part_later(Equity(refresh=Refresh(100.0, first_year=1)))
    >>> [grant.value for grant in today.grants], later.refresh.first_year
    ([100.0], 2)
    """
    if equity.refresh is None:
        return equity, replace(equity, grants=())
    first = equity.refresh.first_year
    now = (Grant(value=equity.refresh.value, vesting=equity.refresh.vesting),) if first == 1 else ()
    later = replace(equity.refresh, first_year=max(2, first))
    return replace(equity, grants=equity.grants + now, refresh=None), replace(equity, grants=(), refresh=later)
