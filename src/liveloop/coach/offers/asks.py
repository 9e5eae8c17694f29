"""What is each thing that can be asked for worth, so that the asks come in the right order?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from liveloop.base.seeds import Floats
from liveloop.coach.offers.fortune import discount_at
from liveloop.coach.offers.pay import pay_equity
from liveloop.coach.offers.terms import OfferWeights, Refresh
from liveloop.coach.offers.weigh import Drawn, add_base, add_grant

BASE_SHARE, GRANT_SHARE, SIGNING_SHARE, REFRESH_SHARE = 0.05, 0.20, 0.10, 0.25
Proposal = tuple[str, str, Floats]


@dataclass(frozen=True)
class Ask:
    """One thing to ask for: from what to what, and what it adds to the offer's median and mean, discounted."""

    name: str
    says: str
    gain: float
    mean_gain: float


def order_asks(drawn: Drawn, weights: OfferWeights, level_mark: str = "") -> list[Ask]:
    """Order the asks: the level first, because it moves all the others, then by what each adds to the median.

    `level_mark` is the mark of the published point that the level step comes from; empty when the person put it.
    """
    before = drawn.pay.present
    asks = [
        Ask(name, says, float(np.median(before + added) - np.median(before)), float(added.mean()))
        for name, says, added in (*propose_cash(drawn, weights, level_mark), *propose_equity(drawn, weights))
    ]
    return sorted(asks, key=lambda ask: (ask.name != "Level", -ask.gain))


def propose_cash(drawn: Drawn, weights: OfferWeights, level_mark: str) -> Iterator[Proposal]:
    """Propose a level, base and a signing bonus, each with what it would add in each draw, discounted."""
    offer, step = drawn.offer, weights.level_step
    if step:
        level = f"one level above {offer.level}" if offer.level else "one level more"
        whence = f"{step:,.0f} a year by a {level_mark}" if level_mark else f"which you put at {step:,.0f} a year"
        says = f"{level}, {whence} (counted as base)"
        yield "Level", says, add_base(drawn, step, weights)
    more = offer.base * BASE_SHARE
    says = f"{offer.base:,.0f} to {offer.base + more:,.0f} a year (+{100 * BASE_SHARE:.0f} %)"
    yield "Base", says, add_base(drawn, more, weights)
    once = offer.base * SIGNING_SHARE
    says = f"{offer.signing:,.0f} to {offer.signing + once:,.0f}, once (+{100 * SIGNING_SHARE:.0f} % of base)"
    yield "Signing bonus", says, once * discount_at([0.5], weights)


def propose_equity(drawn: Drawn, weights: OfferWeights) -> Iterator[Proposal]:
    """Propose more equity where there is some: a larger first grant, and refreshers that are written down."""
    equity = drawn.offer.equity
    if equity is None or drawn.fortune is None or not equity.grants:
        return
    granted = sum(equity.value_of(grant) for grant in equity.grants)
    added = add_grant(drawn, GRANT_SHARE * granted / equity.grants[0].vesting.years, weights)
    assert added is not None
    says = f"{granted:,.0f} to {granted * (1 + GRANT_SHARE):,.0f} at today's price (+{100 * GRANT_SHARE:.0f} %)"
    yield "First grant", says, added
    if equity.refresh is None:
        value = REFRESH_SHARE * granted
        part = f"{100 * REFRESH_SHARE:.0f} % of the first grant"
        says = f"{value:,.0f} a year from year 2 at today's price, in writing ({part})"
        only = replace(equity, grants=(), refresh=Refresh(value))
        yield "Refreshers", says, pay_equity(only, drawn.fortune, weights)[1]
