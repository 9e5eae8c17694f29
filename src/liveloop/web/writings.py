"""What was written, what was found in it, and who gave what for it?"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter

from liveloop.attempt import refuse_text
from liveloop.base.errors import BadInput
from liveloop.coach.content import content_of
from liveloop.coach.journal import Writing, WritingMark
from liveloop.coach.writing import Examined, WritingShelf, examine, push, read_shelf, score_of, take_apart
from liveloop.coach.writing.body import ASKED, Body, Exchange, Subject, is_reply, versions, write
from liveloop.coach.writing.case import Case
from liveloop.coach.writing.marks import give
from liveloop.coach.writing.model import agreements, have_marked, propose, read_told
from liveloop.coach.writing.narrative import NarrativeLooked
from liveloop.coach.writing.push import LEAST_REHEARSED
from liveloop.drill import Pushback
from liveloop.exam.model import read_access
from liveloop.rubric import Looked
from liveloop.web.desk import AtDesk, Desk
from liveloop.web.shapes import Refusal
from liveloop.web.shapes_writing import (
    GivenMark,
    LookedCard,
    ModelCard,
    ModelIn,
    PushedCard,
    PushedIn,
    PushedReply,
    WritingMarksIn,
    WritingPage,
    WritingRow,
    WrittenSection,
)

router = APIRouter(prefix="/api/writings", tags=["writings"])
log = logging.getLogger(__name__)
Shelf = tuple[WritingShelf, tuple[Refusal, ...]]


@router.get("/{writing_id}")
def get_writing(writing_id: str, desk: AtDesk) -> WritingPage:
    """Give a writing with what was found in it, the marks, the pushbacks, and what a model would cost."""
    writing = desk.journal.writing(writing_id)
    shelf, _ = shelf_of(desk)
    thing = shelf.by_id.get(writing.subject_id)
    criteria = shelf.criteria_of(writing)
    body = take_apart(writing)
    examined = examine(body.own_words, criteria)
    marks = desk.journal.writing_marks(writing.id)
    return WritingPage(
        id=writing.id,
        sort=writing.sort,
        back=writing.subject_id if writing.sort == "narrative" else "" if thing is None else thing.slug,
        title=writing.title,
        at=writing.at,
        seconds=writing.seconds,
        minutes=None if thing is None else thing.minutes,
        aids=writing.scaffold,
        sections=tuple(WrittenSection(name, examined.pieces(name, text)) for name, text in body.sections.items()),
        asked=body.asked,
        laps=body.laps,
        criteria=tuple(show_criteria(examined, marks)),
        pushed=tuple(show_pushed(desk, writing, body, shelf.pushbacks_of(writing), examined)),
        peers=tuple(dict.fromkeys(mark.who for mark in marks if mark.by == "peer")),
        score=score_of(writing, criteria, marks),
        after=thing.after if isinstance(thing, Case) else None,
        model=show_model(desk, writing, criteria),
    )


@router.put("/{writing_id}/marks")
def mark_writing(writing_id: str, given: WritingMarksIn, desk: AtDesk) -> WritingPage:
    """Keep what a person gives for some criteria; the newest counts."""
    writing = own_writing(desk, writing_id)
    criteria = shelf_of(desk)[0].criteria_of(writing)
    marks = give(writing, criteria, given.marks, by=given.by, who=given.who, at=desk.clock())
    desk.journal.write_writing_marks(marks)
    return get_writing(writing_id, desk)


@router.post("/{writing_id}/replies", status_code=201)
def reply_to_pushback(writing_id: str, reply: PushedIn, desk: AtDesk) -> WritingPage:
    """Keep what is said to a pushback, as a writing about this one."""
    refuse_text(reply.text)
    writing = own_writing(desk, writing_id)
    known = [one.says for one in shelf_of(desk)[0].pushbacks_of(writing)]
    if reply.says not in known:
        raise BadInput("nobody asked that", where="says", allowed="a pushback of this page")
    body = Body(replies=(Exchange(reply.says, reply.text),), about=writing.id)
    desk.journal.write_writing(write(Subject(writing.sort, writing.subject_id, writing.title), body, at=desk.clock()))
    return get_writing(writing_id, desk)


@router.post("/{writing_id}/model")
def ask_model(writing_id: str, given: ModelIn, desk: AtDesk) -> WritingPage:
    """Have a model mark a writing, at the cost that was agreed to; this sends the text to its service."""
    writing = own_writing(desk, writing_id)
    criteria = shelf_of(desk)[0].criteria_of(writing)
    proposal, access = propose(desk.settings, writing, criteria), read_access(desk.settings)
    if proposal is None or access is None:
        raise BadInput("no model is set up", where="LIVELOOP_MODEL_PROVIDER", allowed="anthropic, openai")
    if proposal.refused:
        raise BadInput(proposal.refused, where="model")
    if given.agreed != proposal.says:
        raise BadInput("the cost was not agreed to", where="agreed", allowed=proposal.says)
    have_marked(desk.journal, access, writing, criteria, desk.clock())
    return get_writing(writing_id, desk)


def own_writing(desk: Desk, writing_id: str) -> Writing:
    """Give a writing that can be marked: one of its own, not what only meets the pushbacks of another."""
    writing = desk.journal.writing(writing_id)
    if is_reply(writing):
        raise BadInput("it only meets pushbacks", where="writing", allowed=f"the writing it is about, {about(writing)}")
    return writing


def about(writing: Writing) -> str:
    """Name the writing that a reply is about."""
    return take_apart(writing).about


def show_criteria(examined: Examined, marks: Sequence[WritingMark]) -> Iterable[LookedCard]:
    """Show what was looked for with the marks given, the newest of each marker."""
    newest = {(mark.criterion_id, mark.by, mark.who): mark for mark in marks}
    for one in examined.criteria:
        criterion = one.criterion
        own = [mark for mark in newest.values() if mark.criterion_id == criterion.id]
        yield LookedCard(
            id=criterion.id,
            text=criterion.text,
            good=criterion.good,
            weight=criterion.weight,
            section=criterion.section if isinstance(criterion, NarrativeLooked) else "",
            searched=bool(criterion.evidence),
            found=one.found,
            marks=tuple(GivenMark(mark.by, mark.who, mark.mark, mark.at) for mark in own),
        )


def show_pushed(
    desk: Desk, writing: Writing, body: Body, pushbacks: Sequence[Pushback], examined: Examined
) -> Iterable[PushedCard]:
    """Show what is pushed on and what was said to it, in the rehearsal itself or after."""
    said: dict[str, list[PushedReply]] = {}
    for one in body.replies:
        said.setdefault(one.says, []).append(PushedReply(one.reply, writing.at))
    for later in reversed(desk.journal.writings(writing.sort, writing.subject_id)):
        replies = take_apart(later)
        for one in replies.replies if replies.about == writing.id else ():
            said.setdefault(one.says, []).append(PushedReply(one.reply, later.at))
    least = LEAST_REHEARSED if writing.sort == "narrative" else 0
    asked = push(pushbacks, examined.found, least=least)
    for pushback in (*asked, *(one for one in pushbacks if one.says in said and one not in asked)):
        replied = tuple(said.get(pushback.says, ()))
        yield PushedCard(pushback.when, pushback.says, pushback.good if replied else None, replied)


def show_model(desk: Desk, writing: Writing, criteria: Sequence[Looked]) -> ModelCard | None:
    """Show what a model said and would cost; None when no model is set up and none was ever asked of this text."""
    proposal, told = propose(desk.settings, writing, criteria), read_told(desk.journal, writing.id)
    if proposal is None and told is None:
        return None
    return ModelCard(proposal, told, agreements(desk.journal.writing_marks()))


def rows_of(desk: Desk, writings: Iterable[Writing], marked: set[str] | None = None) -> tuple[WritingRow, ...]:
    """Show versions in a list."""
    shelf, _ = shelf_of(desk)
    given = {mark.writing_id for mark in desk.journal.writing_marks()} if marked is None else marked
    return tuple(show_row(writing, shelf, given) for writing in versions(list(writings)))


def show_row(writing: Writing, shelf: WritingShelf, marked: set[str]) -> WritingRow:
    """Show one version."""
    body, criteria = take_apart(writing), shelf.criteria_of(writing)
    return WritingRow(
        id=writing.id,
        title=writing.title,
        at=writing.at,
        seconds=writing.seconds,
        aids=writing.scaffold,
        words=count_words(body.sections),
        found=len(examine(body.own_words, criteria).found),
        of=len(criteria),
        marked=writing.id in marked,
        rehearsed=bool(body.laps),
    )


def count_words(sections: Mapping[str, str]) -> int:
    """Count the words of some sections; what was asked is not among them."""
    return sum(len(text.split()) for name, text in sections.items() if name != ASKED)


def shelf_of(desk: Desk) -> Shelf:
    """Give what there is to write about, and the content that is nothing of it; read once."""
    return read_writing(content_of(desk.settings))


@lru_cache(maxsize=8)
def read_writing(folders: tuple[Path, ...]) -> Shelf:
    """Read what there is to write about, leaving out and naming what is not in form."""
    broken: list[Refusal] = []

    def tell(refusal: BadInput) -> None:
        log.warning("%s", refusal)
        broken.append(Refusal(refusal.wrong, refusal.where, refusal.allowed))

    return read_shelf(*folders, tell=tell), tuple(broken)
