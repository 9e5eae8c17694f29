"""Which cases and prompts are there, what does the interviewer tell, and how is what is written kept?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fastapi import APIRouter

from liveloop.coach.journal import NotThere, Writing
from liveloop.coach.writing import Case, Prompt, Revealed, aids_for, versions
from liveloop.coach.writing.body import EXECUTED, PAGE
from liveloop.coach.writing.draft import Begun, ask, hand_in, read_begun, save_begun, subject_of
from liveloop.coach.writing.frame import Frame
from liveloop.web.desk import AtDesk, Desk
from liveloop.web.shapes import Saved
from liveloop.web.shapes_writing import (
    AskIn,
    BegunCard,
    BegunIn,
    CasePage,
    CaseRow,
    CasesPage,
    CaseState,
    PromptPage,
    PromptRow,
    WritingRow,
    WrittenOut,
)
from liveloop.web.writings import rows_of, shelf_of, show_row

router = APIRouter(prefix="/api", tags=["cases"])


@router.get("/cases")
def list_cases(desk: AtDesk) -> CasesPage:
    """List every case and prompt with how far it is."""
    shelf, broken = shelf_of(desk)
    by_subject: dict[str, list[Writing]] = {}
    for writing in versions(desk.journal.writings()):
        by_subject.setdefault(writing.subject_id, []).append(writing)
    marked = {mark.writing_id for mark in desk.journal.writing_marks()}

    def last(thing: Case | Prompt) -> tuple[int, WritingRow | None]:
        own = by_subject.get(thing.id, [])
        return len(own), show_row(own[0], shelf, marked) if own else None

    return CasesPage(
        cases=tuple(show_case(desk, case, shelf.frames, *last(case)) for case in shelf.cases.values()),
        prompts=tuple(show_prompt(desk, prompt, *last(prompt)) for prompt in shelf.prompts.values()),
        broken=broken,
    )


@router.get("/cases/{slug}")
def get_case(slug: str, desk: AtDesk) -> CasePage:
    """Give a case to write, with what was begun and the earlier versions."""
    case, frame = find_case(desk, slug)
    shelf, _ = shelf_of(desk)
    rows = rows_of(desk, desk.journal.writings("case", case.id))
    return CasePage(
        card=show_case(desk, case, shelf.frames, len(rows), rows[0] if rows else None),
        prompt=case.prompt,
        frame=frame,
        aids=aids_for(case.frame, shelf.cases.values(), desk.journal.writings("case")),
        draft=show_begun(read_begun(desk.journal, subject_of(case))),
        writings=rows,
    )


@router.post("/cases/{slug}/ask")
def ask_interviewer(slug: str, asked: AskIn, desk: AtDesk) -> Revealed:
    """Ask the interviewer something; what they say is kept with the page."""
    case, _ = find_case(desk, slug)
    return ask(desk.journal, case, asked.asked, aids=asked.aids, at=desk.clock())


@router.put("/cases/{slug}/draft")
def save_case(slug: str, begun: BegunIn, desk: AtDesk) -> Saved:
    """Keep what is written so far."""
    case, frame = find_case(desk, slug)
    return save(desk, case, begun, names_of(case, frame))


@router.post("/cases/{slug}/writings", status_code=201)
def write_case(slug: str, begun: BegunIn, desk: AtDesk) -> WrittenOut:
    """Keep what was written as a version, to be looked through."""
    case, frame = find_case(desk, slug)
    return keep(desk, case, begun, names_of(case, frame))


@router.get("/prompts/{slug}")
def get_prompt(slug: str, desk: AtDesk) -> PromptPage:
    """Give a prompt to write on."""
    prompt = find_prompt(desk, slug)
    rows = rows_of(desk, desk.journal.writings("prompt", prompt.id))
    return PromptPage(
        card=show_prompt(desk, prompt, len(rows), rows[0] if rows else None),
        asks=prompt.asks,
        draft=show_begun(read_begun(desk.journal, subject_of(prompt))),
        writings=rows,
    )


@router.put("/prompts/{slug}/draft")
def save_prompt(slug: str, begun: BegunIn, desk: AtDesk) -> Saved:
    """Keep what is written so far."""
    return save(desk, find_prompt(desk, slug), begun, (PAGE,))


@router.post("/prompts/{slug}/writings", status_code=201)
def write_prompt(slug: str, begun: BegunIn, desk: AtDesk) -> WrittenOut:
    """Keep what was written as a version, to be looked through."""
    return keep(desk, find_prompt(desk, slug), begun, (PAGE,))


def save(desk: Desk, thing: Case | Prompt, begun: BegunIn, known: Sequence[str]) -> Saved:
    """Keep a page."""
    now = desk.clock()
    save_begun(desk.journal, subject_of(thing), read_in(begun), known=known, at=now)
    return Saved(now)


def keep(desk: Desk, thing: Case | Prompt, begun: BegunIn, known: Sequence[str]) -> WrittenOut:
    """Keep a version."""
    return WrittenOut(hand_in(desk.journal, thing, read_in(begun), known=known, at=desk.clock()).id)


def read_in(begun: BegunIn) -> Begun:
    """Read what was sent."""
    return Begun(sections=begun.sections, aids=begun.aids, seconds=begun.seconds)


def names_of(case: Case, frame: Frame) -> tuple[str, ...]:
    """Name the sections that a page may have, with whatever help; a design can be executed."""
    return (PAGE, *(step.title for step in frame.steps), *((EXECUTED,) if case.sort == "design" else ()))


def find_case(desk: Desk, slug: str) -> tuple[Case, Frame]:
    """Find a case and its frame; NotThere when there is none of that slug."""
    shelf, _ = shelf_of(desk)
    case = shelf.cases.get(slug)
    if case is None:
        raise NotThere(f"there is no case {slug[:80]!r}")
    return case, shelf.frames[case.frame]


def find_prompt(desk: Desk, slug: str) -> Prompt:
    """Find a prompt; NotThere when there is none of that slug."""
    prompt = shelf_of(desk)[0].prompts.get(slug)
    if prompt is None:
        raise NotThere(f"there is no prompt {slug[:80]!r}")
    return prompt


def show_case(desk: Desk, case: Case, frames: Mapping[str, Frame], count: int, last: WritingRow | None) -> CaseRow:
    """Show a case in a list."""
    return CaseRow(
        slug=case.slug,
        title=case.title,
        sort=case.sort,
        skills=case.skills,
        week=case.week,
        minutes=case.minutes,
        difficulty=case.difficulty,
        frame=frames[case.frame].title,
        state=state_of(desk, case, count),
        writings=count,
        last=last,
    )


def show_prompt(desk: Desk, prompt: Prompt, count: int, last: WritingRow | None) -> PromptRow:
    """Show a prompt in a list."""
    return PromptRow(
        slug=prompt.slug,
        title=prompt.title,
        skills=prompt.skills,
        minutes=prompt.minutes,
        state=state_of(desk, prompt, count),
        writings=count,
        last=last,
    )


def state_of(desk: Desk, thing: Case | Prompt, count: int) -> CaseState:
    """Say how far something is: a page that is under way comes before an earlier version."""
    begun = read_begun(desk.journal, subject_of(thing))
    if begun is not None and not begun.empty:
        return "drafted"
    return "written" if count else "new"


def show_begun(begun: Begun | None) -> BegunCard | None:
    """Show what was begun."""
    if begun is None or begun.saved_at is None:
        return None
    return BegunCard(begun.sections, begun.asked, begun.aids, begun.seconds, begun.saved_at)
