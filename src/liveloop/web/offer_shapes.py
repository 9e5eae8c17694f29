"""What does the API give of offers?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from liveloop.coach.offer import OfferBook, ReferencePoint, Weighing


@dataclass(frozen=True)
class OffersPage:
    """The offers to weigh and what they are worth; `saved_at` is None as long as they are those that ship.

    `shipped` are the offers made from the published `points`; `assumed` says which of their figures have no source.
    """

    book: OfferBook
    saved_at: datetime | None
    weighing: Weighing
    points: tuple[ReferencePoint, ...]
    shipped: OfferBook
    assumed: str
    taxes: str
