"""What is in an offer, and by what does a person weigh it?

Money is in one currency, a year is twelve months from the first day, a share is a number from 0 to 1. Equity is stated
at today's price of one unit. Taxes are in none of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import ConfigDict, Strict, with_config

TAXES = "Taxes are left out of every figure."
CLOSED = ConfigDict(extra="forbid", allow_inf_nan=False)  # a misspelt field would be lost without a word
Number = Annotated[float, Strict()]  # strict: neither true nor "305000" is a number
Whole = Annotated[int, Strict()]
Form = Literal["units", "options"]
Clawback = Literal["full", "pro rata"]
MONTHS = 12
QUARTERS = 4


@with_config(CLOSED)
@dataclass(frozen=True)
class Vesting:
    """How a grant becomes the person's own: nothing before the cliff, then at every so many months.

    `shares` are the parts of the grant by year, front- or back-loaded; empty means the same every year.
    """

    years: Whole = 4
    cliff_months: Whole = 12
    every_months: Whole = 3
    shares: tuple[Number, ...] = ()


@with_config(CLOSED)
@dataclass(frozen=True)
class Grant:
    """Equity given on the first day: its `value` at today's price (before any strike), or so many `units`."""

    value: Number | None = None
    units: Number | None = None
    vesting: Vesting = Vesting()


@with_config(CLOSED)
@dataclass(frozen=True)
class Refresh:
    """A grant of `value` at the beginning of each year from `first_year` on.

    Units of public stock are bought at the price of that day; private ones are counted at today's price.
    """

    value: Number
    first_year: Whole = 2
    vesting: Vesting = Vesting(cliff_months=0)


@with_config(CLOSED)
@dataclass(frozen=True)
class PrivateEquity:
    """What may become of a company that is not listed.

    With chance `zero` its equity is worth nothing. Otherwise the company's value when it can be sold, over today's, is
    log-normal with this `median` and 90th percentile (`p90`); so is the wait until then. A holder's part shrinks by
    `dilution` a year until then.
    """

    zero: Number = 0.0
    median: Number = 1.0
    p90: Number = 1.0
    dilution: Number = 0.0
    liquid_median_years: Number = 4.0
    liquid_p90_years: Number = 8.0


@with_config(CLOSED)
@dataclass(frozen=True)
class PublicEquity:
    """What may become of a listed price: log-normal with this volatility; its mean grows by `drift` a year."""

    volatility: Number
    drift: Number = 0.0


@with_config(CLOSED)
@dataclass(frozen=True)
class Equity:
    """The equity of an offer: what it consists of, and what may become of the company.

    `price` is today's price of one unit, `strike` what an option costs to exercise, `window_months` how long after
    leaving it can be exercised.
    """

    form: Form = "units"
    grants: tuple[Grant, ...] = ()
    refresh: Refresh | None = None
    price: Number | None = None
    strike: Number | None = None
    window_months: Number = 3.0
    private: PrivateEquity | None = None
    public: PublicEquity | None = None

    @property
    def strike_share(self) -> float:
        """Say what exercising costs, as a share of today's price; 0 for units."""
        return self.strike / self.price if self.strike and self.price else 0.0

    def value_of(self, grant: Grant) -> float:
        """Say what a grant is worth at today's price, before any strike."""
        return grant.value if grant.value is not None else (grant.units or 0.0) * (self.price or 0.0)


@with_config(CLOSED)
@dataclass(frozen=True)
class Bonus:
    """A yearly bonus: `target` as a share of base, and the part of the target that is paid in poor to good years.

    The payout's 10th percentile, median and 90th percentile are given; between and beyond them it runs straight, never
    below zero.
    """

    target: Number
    low: Number = 1.0
    median: Number = 1.0
    high: Number = 1.0


@with_config(CLOSED)
@dataclass(frozen=True)
class Offer:
    """One offer. `company` ties fortunes together: offers of one company share them; it is the name unless given."""

    name: str
    base: Number
    company: str = ""
    level: str = ""
    base_growth: Number = 0.0
    signing: Number = 0.0
    clawback_months: Whole = 12
    clawback: Clawback = "full"
    bonus: Bonus | None = None
    equity: Equity | None = None
    notes: str = ""

    @property
    def fortune(self) -> str:
        """Name the fortunes that this offer hangs on."""
        return self.company.strip() or self.name.strip()


@with_config(CLOSED)
@dataclass(frozen=True)
class OfferWeights:
    """By what a person weighs: the years that count, the discount a year, and their own figures.

    `together` says how much the companies' fortunes move together (0 not at all, 1 as one). `walk_away` is the lowest
    pay a year at which they would still sign; `level_step` is what one level adds a year.
    """

    years: Whole = 4
    rate: Number = 0.05
    together: Number = 0.3
    walk_away: Number | None = None
    level_step: Number = 0.0
    currency: str = "USD"


@with_config(CLOSED)
@dataclass(frozen=True)
class OfferBook:
    """The offers that a person weighs, and how."""

    offers: tuple[Offer, ...]
    weights: OfferWeights = OfferWeights()
