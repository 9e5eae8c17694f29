"""What happens in a mock of a round, and how was it marked?"""

from __future__ import annotations

import json
import secrets
from typing import Annotated

from annotated_types import MaxLen
from fastapi import APIRouter

from liveloop.base.errors import BadInput
from liveloop.coach.journal import NotThere, Outcome
from liveloop.coach.loop import Round
from liveloop.coach.mock import Mock, lay_out
from liveloop.web.desk import AtDesk, Desk
from liveloop.web.practice_shapes import ClockCard, MockIn, MockPage, OutcomeCard

router = APIRouter(prefix="/api/mocks", tags=["mocks"])
RoundId = Annotated[str, MaxLen(80)]


@router.get("/{round_id}")
def get_mock(round_id: RoundId, desk: AtDesk) -> MockPage:
    """Lay out a mock of a round: its phases with their clocks, and the mark sheet."""
    one = round_of(desk, round_id)
    return show(desk, one, lay(desk, one))


@router.post("/{round_id}")
def mark_mock(round_id: RoundId, given: MockIn, desk: AtDesk) -> MockPage:
    """Keep a mark sheet; oneself and a peer each hand in their own."""
    one = round_of(desk, round_id)
    mock = lay(desk, one)
    lines = [line.id for line in mock.sheet]
    marks = {line.line: line.mark for line in given.marks}
    strange = [key for key in marks if key not in lines]
    if strange or not marks:
        wrong = f"there is no line {strange[0]!r}" if strange else "no line is marked"
        raise BadInput(wrong, where="marks", allowed=", ".join(lines))
    body = {
        "marks": marks,
        "notes": given.notes,
        "clocks": [
            {"title": clock.title, "minutes": clock.minutes, "seconds": clock.seconds} for clock in given.clocks
        ],
        "run": given.run,
    }
    by = f"peer: {given.who}" if given.by == "peer" and given.who.strip() else given.by
    mark = sum(marks.values()) / len(marks)
    if not is_kept(desk, one, given.run, by):  # a sheet that is sent again after a lost reply counts once
        desk.journal.write_outcome(
            Outcome(f"out_{secrets.token_hex(8)}", "mock", one.id, round(mark, 4), by, desk.clock(), json.dumps(body))
        )
    return show(desk, one, mock)


def is_kept(desk: Desk, one: Round, run: str, by: str) -> bool:
    """Say whether this person's sheet of this run is in the journal already."""
    return run != "" and any(
        outcome.round_id == one.id and outcome.by == by and json.loads(outcome.body).get("run") == run
        for outcome in desk.journal.outcomes("mock")
    )


def round_of(desk: Desk, round_id: str) -> Round:
    """Find a round of the loop that is planned for."""
    for one in desk.agenda.loop().rounds:
        if one.id == round_id:
            return one
    raise NotThere(f"there is no round {round_id!r}", allowed=", ".join(one.id for one in desk.agenda.loop().rounds))


def lay(desk: Desk, one: Round) -> Mock:
    """Lay out the next mock of a round; marked ones of an earlier day are behind it."""
    agenda = desk.agenda
    loop, today = agenda.loop(), agenda.today()
    earlier = {
        outcome.at.astimezone(desk.settings.zone).date()
        for outcome in desk.journal.outcomes("mock")
        if outcome.round_id == one.id
    }
    need = agenda.person().need(loop, desk.clock())
    return lay_out(one, agenda.shelf(loop).items, need, fresh=len(earlier - {today}))


def show(desk: Desk, one: Round, mock: Mock) -> MockPage:
    """Show a mock with the marked ones before it."""
    earlier = []
    for outcome in reversed(desk.journal.outcomes("mock")):
        if outcome.round_id == one.id:
            body = json.loads(outcome.body)
            earlier.append(
                OutcomeCard(
                    id=outcome.id,
                    at=outcome.at,
                    by=outcome.by,
                    mark=outcome.mark,
                    notes=body.get("notes", ""),
                    marks=body.get("marks", {}),
                    run=body.get("run", ""),
                    clocks=tuple(ClockCard(**clock) for clock in body.get("clocks", ())),
                )
            )
    return MockPage(mock, one.minutes, tuple(earlier))
