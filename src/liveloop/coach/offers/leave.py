"""What does a person keep who leaves early?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from liveloop.base.seeds import Floats
from liveloop.coach.offers.fortune import Fortune
from liveloop.coach.offers.pay import bring, values_by_begin
from liveloop.coach.offers.spread import Simulated, Spread, chance, spread
from liveloop.coach.offers.terms import MONTHS, Equity, Offer
from liveloop.coach.offers.vesting import vest_by_month

LEAVING_MONTHS = (6, 24)


@dataclass(frozen=True)
class Leaving:
    """What was paid by the end of a month, and what of the equity is kept, as paid and not discounted.

    A bonus is counted for whole years only. `signing_repaid` goes back. `vested` is the share of the first day's
    grants; `paper` is all that vested, at today's price. To keep options one pays `exercise_cost` within
    `window_months`, whatever becomes of the company: `equity` is what they bring less that cost, `loss` how often that
    is less than nothing.
    """

    months: int
    base: float
    bonus: float
    signing_kept: float
    signing_repaid: float
    vested: float
    paper: float
    exercise_cost: float
    window_months: float | None
    equity: Spread | None
    loss: Simulated | None


def leave(offer: Offer, fortune: Fortune | None, months: int) -> Leaving:
    """Leave at the end of a month.

    Examples
    --------
    >>> left = leave(Offer("A", base=120.0, signing=30.0), None, 6)
    >>> left.base, left.signing_kept, left.signing_repaid
    (60.0, 0.0, 30.0)
    """
    whole, rest = divmod(months, MONTHS)
    bases = offer.base * (1 + offer.base_growth) ** np.arange(whole + 1)
    bonus = 0.0 if offer.bonus is None else float(bases[:whole].sum()) * offer.bonus.target * offer.bonus.median
    repaid = repay(offer, months)
    value, vested, equity, loss = 0.0, 0.0, None, None
    if offer.equity is not None and fortune is not None:
        value, vested = keep(offer.equity, months)
        brought = sell_kept(offer.equity, fortune, months)
        equity, loss = spread(brought), chance(brought < 0) if offer.equity.form == "options" else None
    strike = 0.0 if offer.equity is None else offer.equity.strike_share
    return Leaving(
        months=months,
        base=float(bases[:whole].sum() + bases[whole] * rest / MONTHS),
        bonus=bonus,
        signing_kept=offer.signing - repaid,
        signing_repaid=repaid,
        vested=vested,
        paper=value,
        exercise_cost=strike * value,
        window_months=offer.equity.window_months if offer.equity is not None and strike else None,
        equity=equity,
        loss=loss,
    )


def repay(offer: Offer, months: int) -> float:
    """Say what of the signing bonus goes back."""
    left = max(0, offer.clawback_months - months)
    if left == 0:
        return 0.0
    return offer.signing * (left / offer.clawback_months if offer.clawback == "pro rata" else 1.0)


def keep(equity: Equity, months: int) -> tuple[float, float]:
    """Give what has vested at today's price, and the share of the first day's grants that has."""
    value = sum(float(values.sum()) for values in values_by_begin(equity, months, apart=False).values())
    granted = sum(equity.value_of(grant) for grant in equity.grants)
    kept = sum(equity.value_of(grant) * float(vest_by_month(grant.vesting)[:months].sum()) for grant in equity.grants)
    return value, kept / granted if granted else 0.0


def sell_kept(equity: Equity, fortune: Fortune, months: int) -> Floats:
    """Sell what has vested; options were exercised on leaving, and their cost is sunk."""
    brought = np.zeros(len(fortune.ratio))
    for begin, values in values_by_begin(equity, months, apart=fortune.rises).items():
        each = bring(equity, fortune, begin, exercised=True)
        brought += each[:, 0] * values.sum() if each.shape[1] == 1 else each[:, : len(values)] @ values
    return brought
