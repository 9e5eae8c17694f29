"""What is about to be forgotten, and how did the last cards go?"""

from __future__ import annotations

from typing import Annotated

from annotated_types import MaxLen
from fastapi import APIRouter, Response

from liveloop.base.errors import BadInput
from liveloop.coach.agenda import Kept
from liveloop.coach.journal import NotThere, Review
from liveloop.coach.review import Moment, due_cards, pack_anki, rating_of, skills_due
from liveloop.web.desk import AtDesk, Desk
from liveloop.web.practice_shapes import ReviewedCard, ReviewIn, ReviewPage

router = APIRouter(prefix="/api/review", tags=["review"])


@router.get("")
def get_review(desk: AtDesk) -> ReviewPage:
    """List what is due now, that first of which most would be lost on the day of the interview."""
    agenda = desk.agenda
    person, kept = agenda.person(), agenda.kept()
    reviews = desk.journal.reviews()
    moment = moment_of(desk, kept)
    read = (
        {block.refers for block in kept.plan.blocks if block.activity == "reading" and block.state == "done"}
        if kept
        else set()
    )
    due = due_cards(person, agenda.catalogue, reviews, read, moment, agenda.weights())
    later = [trace.due_at for trace in person.traces.values() if trace.due_at > moment.now]
    today = moment.day(moment.now)
    return ReviewPage(
        due=tuple(due),
        seen=len(person.traces),
        due_count=skills_due(person.traces, moment.now),
        reviewed_today=sum(moment.day(review.at) == today for review in reviews),
        interview=kept.plan.goal.last if kept else None,
        next_at=min(later, default=None),
    )


@router.get("/anki.apkg", response_class=Response)
def get_anki(desk: AtDesk) -> Response:
    """Give every card of the library as an Anki deck."""
    headers = {"content-disposition": 'attachment; filename="liveloop.apkg"'}
    return Response(pack_anki(desk.agenda.catalogue), media_type="application/octet-stream", headers=headers)


@router.post("/{card_id}")
def review_card(card_id: Annotated[str, MaxLen(80)], given: ReviewIn, desk: AtDesk) -> ReviewedCard:
    """Take how a card went, and say when it comes back."""
    catalogue = desk.agenda.catalogue
    item, card = catalogue.items.get(card_id), catalogue.cards.get(card_id)
    if item is None and card is None:
        raise NotThere(f"there is no card {card_id!r}")
    if item is not None:
        rating = rating_of(item, given.choice, sure=given.sure)
    elif given.rating is None:
        raise BadInput("no rating", where="rating", allowed="1 again, 2 hard, 3 good, 4 easy")
    else:
        rating = given.rating
    desk.journal.write_review(Review(card_id, rating, desk.clock(), given.seconds))
    trace = desk.agenda.person().traces[card_id if item is None else item.skill]
    right, why = (item.right, item.why) if item is not None else (None, "")
    return ReviewedCard(rating, right, why, trace.due_at)


def moment_of(desk: Desk, kept: Kept | None) -> Moment:
    """Say when it is, and when the interview is."""
    last = desk.agenda.noon(kept.plan.goal.last) if kept else None
    return Moment(desk.clock(), desk.settings.zone, last)
