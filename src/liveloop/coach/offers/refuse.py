"""Which offers are refused, and in which words?"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

from liveloop.base.errors import BadInput
from liveloop.coach.offers.terms import (
    MONTHS,
    Bonus,
    Equity,
    Offer,
    OfferBook,
    OfferWeights,
    PrivateEquity,
    PublicEquity,
    Refresh,
    Vesting,
)

MOST_OFFERS, MOST_GRANTS = 6, 12
LONGEST_NAME, LONGEST_NOTES = 80, 2_000
MOST_MONEY, MOST_UNITS, MOST_PRICE = 100e6, 1e10, 1e6
EVERY = (1, 3, 6, 12)
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")  # a terminal would obey them
SUM_MISSED = 1e-6  # shares are typed with at most six decimals
BOUNDS: dict[type, dict[str, tuple[float, float]]] = {
    Offer: {
        "base": (0, MOST_MONEY),
        "base_growth": (-0.5, 1),
        "signing": (0, MOST_MONEY),
        "clawback_months": (0, 60),
    },
    Bonus: {"target": (0, 5), "low": (0, 10), "median": (0, 10), "high": (0, 10)},
    Vesting: {"years": (1, 10)},
    Refresh: {"value": (0, MOST_MONEY), "first_year": (1, 10)},
    Equity: {"price": (1e-6, MOST_PRICE), "strike": (0, MOST_PRICE), "window_months": (0, 120)},
    PrivateEquity: {
        "zero": (0, 0.99),
        "median": (0.001, 1_000),
        "p90": (0.001, 10_000),
        "dilution": (0, 0.5),
        "liquid_median_years": (0.1, 30),
        "liquid_p90_years": (0.1, 60),
    },
    PublicEquity: {"volatility": (0, 3), "drift": (-0.5, 1)},
    OfferWeights: {
        "years": (1, 10),
        "rate": (0, 0.5),
        "together": (0, 1),
        "walk_away": (0, MOST_MONEY),
        "level_step": (0, MOST_MONEY),
    },
}


def refuse_book(book: OfferBook, source: str = "offers") -> None:
    """Refuse the first thing that cannot be weighed.

    Examples
    --------
    >>> refuse_book(OfferBook((Offer("A", base=-1.0),)))
    Traceback (most recent call last):
    liveloop.base.errors.BadInput: offers, 'A': base is -1. Allowed: 0 to 100,000,000.
    """
    if not 1 <= len(book.offers) <= MOST_OFFERS:
        raise BadInput(f"there are {len(book.offers)} offers", where=source, allowed=f"1 to {MOST_OFFERS} offers")
    names = [offer.name.strip() for offer in book.offers]
    for number, (offer, name) in enumerate(zip(book.offers, names, strict=True), 1):
        if name in names[: number - 1]:
            raise BadInput(f"two offers are called {name!r}", where=source, allowed="a name of its own for each offer")
        refuse_offer(offer, f"{source}, {name!r}" if name else f"{source}, offer {number}")
    weights = f"{source}, weights"
    refuse_outside(book.weights, weights)
    if not re.fullmatch(r"[A-Z]{3}", book.weights.currency):
        raise BadInput(f"currency is {book.weights.currency[:20]!r}", where=weights, allowed="a code such as USD")


def refuse_offer(offer: Offer, where: str) -> None:
    """Refuse an offer that cannot be weighed."""
    if not offer.name.strip():
        raise BadInput("the offer has no name", where=where, allowed=f"1 to {LONGEST_NAME} letters")
    texts = ("name", LONGEST_NAME), ("company", LONGEST_NAME), ("level", LONGEST_NAME), ("notes", LONGEST_NOTES)
    for field, longest in texts:
        length = len(getattr(offer, field))
        if length > longest:
            raise BadInput(f"{field} is {length} letters long", where=where, allowed=f"at most {longest} letters")
        if field != "notes" and CONTROLS.search(getattr(offer, field)):
            raise BadInput(f"{field} holds a control character", where=where, allowed="letters on one line")
    refuse_outside(offer, where)
    if offer.bonus is not None:
        refuse_bonus(offer.bonus, f"{where}, bonus")
    if offer.equity is not None:
        refuse_equity(offer.equity, f"{where}, equity")


def refuse_bonus(bonus: Bonus, where: str) -> None:
    """Refuse a payout whose percentiles do not rise."""
    refuse_outside(bonus, where)
    refuse_falling(where, ("low", bonus.low), ("median", bonus.median), ("high", bonus.high))


def refuse_equity(equity: Equity, where: str) -> None:
    """Refuse equity of which it is not said what it is, or what may become of it."""
    refuse_outside(equity, where)
    if (equity.private is None) == (equity.public is None):
        given = "neither private nor public" if equity.private is None else "both private and public"
        raise BadInput(f"it is {given}", where=where, allowed="one of [equity.private] and [equity.public]")
    if equity.form == "options" and not (equity.price and equity.strike is not None):
        raise BadInput("options need a price and a strike", where=where, allowed="both, for one unit and as of today")
    if equity.form == "units" and equity.strike is not None:
        raise BadInput("units have no strike", where=where, allowed='a strike with form = "options" only')
    if len(equity.grants) > MOST_GRANTS:
        raise BadInput(f"there are {len(equity.grants)} grants", where=where, allowed=f"at most {MOST_GRANTS}")
    for number, grant in enumerate(equity.grants, 1):
        at = f"{where}, grant {number}"
        refuse_grant(equity, grant.value, grant.units, at)
        refuse_vesting(grant.vesting, at)
    if equity.refresh is not None:
        refuse_outside(equity.refresh, f"{where}, refresh")
        refuse_vesting(equity.refresh.vesting, f"{where}, refresh")
    if equity.private is not None:
        refuse_private(equity.private, f"{where}, private")
    if equity.public is not None:
        refuse_outside(equity.public, f"{where}, public")


def refuse_grant(equity: Equity, value: float | None, units: float | None, where: str) -> None:
    """Refuse a grant of which the size is not said once."""
    if (value is None) == (units is None):
        raise BadInput("its size is not said once", where=where, allowed="one of value and units")
    refuse_size("value", value, (0, MOST_MONEY), where)
    refuse_size("units", units, (0, MOST_UNITS), where)
    if units is not None and equity.price is None:
        raise BadInput("units without a price", where=where, allowed="the price of one unit in [equity], or a value")


def refuse_vesting(vesting: Vesting, where: str) -> None:
    """Refuse a schedule that does not hand over the whole grant, once."""
    at = f"{where}, vesting"
    refuse_outside(vesting, at)
    if vesting.every_months not in EVERY:
        raise BadInput(f"every_months is {vesting.every_months}", where=at, allowed="1, 3, 6 or 12")
    months = vesting.years * MONTHS
    if not 0 <= vesting.cliff_months <= months:
        wrong = f"the cliff of {vesting.cliff_months} months does not fit into a vesting of {months} months"
        raise BadInput(wrong, where=at, allowed=f"cliff_months from 0 to {months}")
    if not vesting.shares:
        return
    if len(vesting.shares) != vesting.years:
        wrong = f"there are {len(vesting.shares)} shares for {vesting.years} years"
        raise BadInput(wrong, where=at, allowed="one share for each year, or none for equal ones")
    for share in vesting.shares:
        refuse_size("a share", share, (0, 1), at)
    if abs(sum(vesting.shares) - 1) > SUM_MISSED:
        raise BadInput(f"the shares sum to {sum(vesting.shares):.6g}", where=at, allowed="shares that sum to 1")


def refuse_private(private: PrivateEquity, where: str) -> None:
    """Refuse percentiles that fall."""
    refuse_outside(private, where)
    refuse_falling(where, ("median", private.median), ("p90", private.p90))
    waits = ("liquid_median_years", private.liquid_median_years), ("liquid_p90_years", private.liquid_p90_years)
    refuse_falling(where, *waits)


def refuse_falling(where: str, *named: tuple[str, float]) -> None:
    """Refuse a higher percentile that lies below a lower one."""
    for (low, below), (high, above) in pairwise(named):
        if above < below:
            wrong = f"{high} ({above:g}) is below {low} ({below:g})"
            raise BadInput(wrong, where=where, allowed=f"{high} at least as large as {low}")


def refuse_outside(thing: Any, where: str) -> None:  # noqa: ANN401 - any part of an offer
    """Refuse the first number of a part that lies outside its bounds."""
    for field, bounds in BOUNDS[type(thing)].items():
        refuse_size(field, getattr(thing, field), bounds, where)


def refuse_size(field: str, value: float | None, bounds: tuple[float, float], where: str) -> None:
    """Refuse a number outside its bounds, infinite ones and NaN too."""
    low, high = bounds
    if value is not None and not low <= value <= high:
        raise BadInput(f"{field} is {value:,.15g}", where=where, allowed=f"{low:,.15g} to {high:,.15g}")
