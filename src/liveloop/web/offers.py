"""Which offer pays more, and where are the person's own numbers kept?"""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import PlainTextResponse

from liveloop.coach.offer import (
    TAXES,
    OfferBook,
    Weighing,
    keep,
    level_mark,
    read_kept,
    read_reference,
    shipped_note,
    weigh,
    write_sheet,
)
from liveloop.web.desk import AtDesk
from liveloop.web.offer_shapes import OffersPage
from liveloop.web.shapes import Saved

router = APIRouter(prefix="/api/offers", tags=["offers"])


@router.get("")
def get_offers(desk: AtDesk) -> OffersPage:
    """Give the person's offers, or those that ship, weighed."""
    kept, reference = read_kept(desk.journal), read_reference()
    return OffersPage(
        book=kept.book,
        saved_at=kept.saved_at,
        weighing=weigh(kept.book),
        points=reference.point,
        shipped=reference.book,
        assumed=reference.assumed,
        taxes=TAXES,
    )


@router.put("")
def save_offers(book: OfferBook, desk: AtDesk) -> Saved:
    """Keep the person's offers over those kept before."""
    return Saved(keep(desk.journal, book, desk.clock()))


@router.post("/compare")
def compare_offers(book: OfferBook) -> Weighing:
    """Weigh some offers; nothing is kept."""
    return weigh(book)


@router.get("/sheet", response_class=PlainTextResponse, responses={200: {"content": {"text/markdown": {}}}})
def get_sheet(desk: AtDesk, offer: str = "") -> PlainTextResponse:
    """Give the negotiation sheet for one of the offers that are kept, the first unless named, as Markdown."""
    kept = read_kept(desk.journal)
    sheet = write_sheet(kept.book, offer, note=shipped_note(kept), level_mark=level_mark(kept.book.weights))
    return PlainTextResponse(sheet, media_type="text/markdown")
