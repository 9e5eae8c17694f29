"""Where do offers come from: the published reference points, a file, or what the person keeps in the journal?"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from liveloop.base.content import adapter, convert, read_toml
from liveloop.base.errors import BadInput
from liveloop.coach.content import shipped_content
from liveloop.coach.journal import Document, Journal
from liveloop.coach.offers.refuse import refuse_book, refuse_offer
from liveloop.coach.offers.terms import Offer, OfferBook, OfferWeights

DOCUMENT = "offers"
LEVEL_POINT = "level-step"


@dataclass(frozen=True)
class ReferencePoint:
    """A published figure, from `low` to `high`, and how far to trust it."""

    id: str
    says: str
    low: float
    high: float
    unit: Literal["a year", "of base"]
    mark: str


@dataclass(frozen=True)
class Reference:
    """What ships: published points, and offers made from them; `assumed` says which figures have no source."""

    assumed: str
    point: tuple[ReferencePoint, ...]
    book: OfferBook


@dataclass(frozen=True)
class KeptBook:
    """The offers to weigh; `saved_at` is None for those that ship."""

    book: OfferBook
    saved_at: datetime | None


def read_reference(file: Path | None = None) -> Reference:
    """Read the published reference points.

    Examples
    --------
    >>> [point.low for point in read_reference().point if point.id == "l4-total"]
    [468000.0]
    """
    path = file or shipped_content() / "offers" / "reference.toml"
    reference = convert(Reference, read_toml(path), path, "reference")
    assert isinstance(reference, Reference)
    refuse_book(reference.book, str(path))
    return reference


def level_mark(weights: OfferWeights) -> str:
    """Give the mark of the published point that a level step comes from; empty when it is the person's own figure.

    Examples
    --------
    >>> level_mark(read_reference().book.weights)[:25], level_mark(OfferWeights(level_step=1.0))
    ('published reference point', '')
    """
    points = (point for point in read_reference().point if point.id == LEVEL_POINT)
    return next((point.mark for point in points if point.low == point.high == weights.level_step), "")


def shipped_note(kept: KeptBook) -> str:
    """Say that offers ship, and with which mark; empty for the person's own."""
    if kept.saved_at is not None:
        return ""
    reference = read_reference()
    marks = "; ".join(dict.fromkeys(point.mark for point in reference.point))
    return f"None of this is yours: these offers ship with liveloop ({marks}). {reference.assumed}"


def read_offer(path: Path) -> Offer:
    """Read one offer from a TOML file.

    Raises
    ------
    BadInput
        For a file that cannot be read, an unknown field, a value of another type, and an offer that cannot be weighed.
    """
    offer = convert(Offer, read_toml(path), path, "offer")
    assert isinstance(offer, Offer)
    refuse_offer(offer, str(path))
    return offer


def read_kept(journal: Journal) -> KeptBook:
    """Read the person's own offers; those that ship until there are any."""
    document = journal.document(DOCUMENT)
    if document is None:
        return KeptBook(read_reference().book, None)
    return KeptBook(parse_book(document.body), document.saved_at)


def parse_book(body: str) -> OfferBook:
    """Read offers from the text that they are kept as."""
    where = Path("the offers kept in the journal")
    try:
        raw = json.loads(body)
    except ValueError as refusal:
        raise BadInput(f"not valid JSON: {refusal}", where=str(where), allowed="what write_book gives") from None
    book = convert(OfferBook, raw, where, "offers")
    assert isinstance(book, OfferBook)
    refuse_book(book, str(where))
    return book


def write_book(book: OfferBook) -> str:
    """Write offers as the text that they are kept as.

    Examples
    --------
    >>> book = OfferBook((Offer("A", base=100.0),))
    >>> parse_book(write_book(book)) == book
    True
    """
    return adapter(OfferBook).dump_json(book).decode()


def keep(journal: Journal, book: OfferBook, at: datetime) -> datetime:
    """Keep the person's own offers over those kept before; from now on they are weighed in place of what ships."""
    refuse_book(book)
    journal.write_document(Document(DOCUMENT, write_book(book), at))
    return at
