"""Which offer pays more, how sure is that, and what is there to ask for?

The one door of `liveloop.coach.offers`. Taxes are left out of every figure.
"""

from __future__ import annotations

from liveloop.coach.offers.fortune import expected_multiple
from liveloop.coach.offers.kept import (
    KeptBook,
    Reference,
    ReferencePoint,
    keep,
    level_mark,
    read_kept,
    read_offer,
    read_reference,
    shipped_note,
)
from liveloop.coach.offers.refuse import refuse_book
from liveloop.coach.offers.sheet import write_sheet
from liveloop.coach.offers.terms import (
    TAXES,
    Bonus,
    Equity,
    Grant,
    Offer,
    OfferBook,
    OfferWeights,
    PrivateEquity,
    PublicEquity,
    Refresh,
    Vesting,
)
from liveloop.coach.offers.weigh import OfferPair, OfferWorth, Weighing, weigh

__all__ = [
    "TAXES",
    "Bonus",
    "Equity",
    "Grant",
    "KeptBook",
    "Offer",
    "OfferBook",
    "OfferPair",
    "OfferWeights",
    "OfferWorth",
    "PrivateEquity",
    "PublicEquity",
    "Reference",
    "ReferencePoint",
    "Refresh",
    "Vesting",
    "Weighing",
    "expected_multiple",
    "keep",
    "level_mark",
    "read_kept",
    "read_offer",
    "read_reference",
    "refuse_book",
    "shipped_note",
    "weigh",
    "write_sheet",
]
