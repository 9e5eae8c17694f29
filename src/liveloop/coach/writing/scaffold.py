"""How much help stands beside the page of a case, and when does it fade?

Two aids: the headings of the frame, and what each of its steps asks with its minutes. The first case in a frame has
both. Each case in which enough was found takes one away; a person may always have it back, which is kept with the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from liveloop.base.errors import BadInput
from liveloop.coach.journal import Writing
from liveloop.coach.writing.body import PAGE, is_reply, take_apart
from liveloop.coach.writing.case import Case
from liveloop.coach.writing.examined import examine
from liveloop.coach.writing.frame import Frame

WHOLE_FRAME, HEADINGS, EMPTY_PAGE = 2, 1, 0
ENOUGH = 0.6  # of the rubric's weight


def aids_for(frame: str, cases: Iterable[Case], writings: Iterable[Writing]) -> int:
    """Say how many aids stand beside the next page in a frame.

    A case counts once, however often it was written: a second version of the same case shows no transfer.

    Parameters
    ----------
    cases, writings
        All cases, and what was written so far; those of other frames are left out here.
    """
    own: Mapping[str, Case] = {case.id: case for case in cases if case.frame == frame}
    told: set[str] = set()
    for writing in writings:
        case = own.get(writing.subject_id)
        if case is None or case.id in told or is_reply(writing):
            continue
        if examine(take_apart(writing).own_words, case.criteria).share >= ENOUGH:
            told.add(case.id)
    return max(EMPTY_PAGE, WHOLE_FRAME - len(told))


def sections_for(frame: Frame, aids: int) -> tuple[str, ...]:
    """Name the sections of a page: the steps of the frame, or one empty page.

    Examples
    --------
    >>> from liveloop.coach.writing.frame import load_frames
    >>> sections_for(load_frames()["design"], 0)
    ('Page',)
    """
    refuse_aids(aids)
    return (PAGE,) if aids == EMPTY_PAGE else tuple(step.title for step in frame.steps)


def refuse_aids(aids: int) -> None:
    """Refuse a number of aids that there is not."""
    if not EMPTY_PAGE <= aids <= WHOLE_FRAME:
        allowed = f"{EMPTY_PAGE} (an empty page), {HEADINGS} (headings), {WHOLE_FRAME} (the whole frame)"
        raise BadInput(f"aids is {aids}", where="aids", allowed=allowed)
