"""What may be done with a text? It is run, handed in, examined, debriefed and talked about."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

from fastapi import APIRouter, Response
from starlette.responses import StreamingResponse

from liveloop.attempt import refuse_text
from liveloop.base.errors import BadInput
from liveloop.coach.journal import PersonMark, Reply
from liveloop.debrief import Debrief
from liveloop.drill import Drill
from liveloop.finding import Place
from liveloop.web.cards import drill_card
from liveloop.web.desk import AtDesk
from liveloop.web.events import OPENAPI, follow
from liveloop.web.shapes import (
    AttemptIn,
    AttemptPage,
    CriterionCard,
    HandedIn,
    PushbackCard,
    ReplyIn,
    RunIn,
    RunOut,
    Share,
)

A_TIME = "a time such as 2026-01-05T09:30:00Z"

router = APIRouter(prefix="/api", tags=["attempts"])


@router.post("/drills/{slug}/run")
async def run_text(slug: str, run: RunIn, desk: AtDesk) -> RunOut:
    """Run a text on the visible data; nothing is kept or judged."""
    refuse_text(run.text)
    drill = await asyncio.to_thread(desk.drill, slug)
    return await asyncio.get_running_loop().run_in_executor(desk.runners, desk.engine.run, drill, run.text)


@router.post("/drills/{slug}/attempts", status_code=202)
def hand_in(slug: str, attempt: AttemptIn, desk: AtDesk) -> HandedIn:
    """Write an attempt to the journal, then have it examined; the answer means that it is safe."""
    drill = desk.drill(slug)
    started_at = read_start(attempt.started_at, desk.clock())
    return HandedIn(desk.examiner.hand_in(drill, attempt.text, confidence=attempt.confidence, started_at=started_at).id)


def read_start(started_at: datetime | None, now: datetime) -> datetime | None:
    """Refuse a beginning without a zone; one that lies ahead comes from a browser whose clock is fast."""
    if started_at is None:
        return None
    if started_at.tzinfo is None:
        raise BadInput("the time has no zone", where="started_at", allowed=A_TIME)
    try:
        return min(started_at.astimezone(UTC), now)
    except OverflowError:
        raise BadInput("the time lies outside the calendar", where="started_at", allowed=A_TIME) from None


@router.get("/attempts/{attempt_id}")
def get_attempt(attempt_id: str, desk: AtDesk) -> AttemptPage:
    """Give an attempt with all that came of it."""
    attempt = desk.journal.attempt(attempt_id)
    entry = desk.journal.entry(attempt_id)
    drill = desk.slugs().get(attempt.drill_id)
    debrief = desk.journal.debrief(attempt_id)
    replies = desk.journal.replies(attempt_id)
    card = None
    if drill is not None:
        card = drill_card(drill, desk.journal.entries(drill_id=drill.id), desk.journal.drafts())
    return AttemptPage(
        attempt=attempt,
        card=card,
        debrief=debrief,
        state="debriefed" if debrief is not None else entry.state,
        criteria=show_criteria(drill, desk.journal.marks(attempt_id)),
        pushback=show_pushback(drill, debrief, replies),
        replies=tuple(replies),
        after=None if drill is None else drill.after,
        failed=None if debrief is not None else entry.failed,
    )


def show_criteria(drill: Drill | None, marks: dict[str, float]) -> tuple[CriterionCard, ...]:
    """Show what a person judges, with the marks given."""
    return tuple(
        CriterionCard(c.id, c.question, c.good, c.weight, marks.get(c.id))
        for c in (() if drill is None else drill.rubric.criteria)
    )


def show_pushback(drill: Drill | None, debrief: Debrief | None, replies: Sequence[Reply]) -> PushbackCard | None:
    """Show what the interviewer says; what good sounds like only once it was replied to."""
    if debrief is None or not debrief.pushback:
        return None
    replied = any(reply.pushback == debrief.pushback for reply in replies)
    for pushback in () if drill is None else drill.pushbacks:
        if pushback.says == debrief.pushback:
            return PushbackCard(pushback.when, pushback.says, pushback.good if replied else None)
    return PushbackCard("any", debrief.pushback, None)


@router.get("/attempts/{attempt_id}/events", response_class=StreamingResponse, responses=OPENAPI)
async def follow_attempt(attempt_id: str, desk: AtDesk) -> Response:
    """Follow an examination: `progress`, then `debrief` or `failed`; who comes late gets the end at once."""
    await asyncio.to_thread(desk.journal.entry, attempt_id)
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(follow(desk, attempt_id), media_type="text/event-stream", headers=headers)


@router.get("/attempts/{attempt_id}/place")
def find_place(attempt_id: str, desk: AtDesk) -> Place | None:
    """Find the one change of a SQL attempt with which nothing breaks any more: takes seconds; null for none."""
    attempt = desk.journal.attempt(attempt_id)
    debrief = desk.journal.debrief(attempt_id)
    drill = desk.slugs().get(attempt.drill_id)
    if drill is None or drill.kind != "sql" or debrief is None:
        return None
    return desk.engine.place(drill, attempt, debrief.findings)


@router.post("/attempts/{attempt_id}/examine", status_code=202)
def examine_again(attempt_id: str, desk: AtDesk) -> HandedIn:
    """Take up an examination that stopped; one that has its debrief stays as it is."""
    desk.journal.entry(attempt_id)
    desk.examiner.queue(attempt_id)
    return HandedIn(attempt_id)


@router.post("/attempts/{attempt_id}/replies", status_code=201)
def reply(attempt_id: str, reply: ReplyIn, desk: AtDesk) -> Reply:
    """Keep what the candidate says to the pushback that was asked."""
    refuse_text(reply.text)
    debrief = desk.journal.debrief(attempt_id)
    desk.journal.entry(attempt_id)
    if debrief is None or reply.pushback != debrief.pushback:
        allowed = "the pushback of the debrief" if debrief is None else debrief.pushback
        raise BadInput("nobody asked that", where="pushback", allowed=allowed)
    kept = Reply(attempt_id, desk.clock(), reply.pushback, reply.text)
    desk.journal.write_reply(kept)
    return kept


@router.put("/attempts/{attempt_id}/marks")
def mark_criteria(attempt_id: str, marks: dict[str, Share], desk: AtDesk) -> tuple[CriterionCard, ...]:
    """Keep what a person gives for the criteria; the newest counts."""
    drill = desk.slugs().get(desk.journal.entry(attempt_id).drill_id)
    known = [] if drill is None else [criterion.id for criterion in drill.rubric.criteria]
    for criterion_id in marks:
        if criterion_id not in known:
            raise BadInput(f"there is no criterion {criterion_id[:80]!r}", where="marks", allowed=", ".join(known))
    now = desk.clock()
    desk.journal.write_marks([PersonMark(attempt_id, key, mark, now) for key, mark in marks.items()])
    return show_criteria(drill, desk.journal.marks(attempt_id))
