"""Which blocks of the plan were done, by what the journal holds?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from itertools import count

from liveloop.coach.catalogue import coding_of
from liveloop.coach.history import Happened, Known
from liveloop.coach.journal import Review
from liveloop.coach.planner.kinds import BASELINE_MINUTES, REVIEW_MINUTES, kinds_of
from liveloop.plan import Activity, Block, Plan

REVIEWED = 5  # cards in a day that make its reviews done
NEAR_DAYS = 7  # a block may be done so many days before or after its own


@dataclass(frozen=True)
class Evidence:
    """Something that shows that a kind of block was done: what was opened, when, and which record says so."""

    activity: Activity
    refers: str
    day: date
    record: str


Found = tuple[Activity, str, datetime, str]


def evidence_of(
    happened: Happened, known: Known, subjects: Mapping[str, tuple[Activity, str]], zone: tzinfo | None
) -> list[Evidence]:
    """Give everything that shows a block was done, oldest first; a second hand-in of a day is the same block.

    Parameters
    ----------
    subjects
        For the id of what a text is about, the activity and the slug under which the plan knows it.
    zone
        Where the person's days begin.
    """
    first: dict[tuple[str, str, date], Evidence] = {}
    for activity, refers, at, record in (
        *handed_in(happened, known, subjects),
        *rounds(happened),
        *reviewed(happened, zone),
    ):
        day = at.astimezone(zone).date()
        first.setdefault((activity, refers, day), Evidence(activity, refers, day, record))
    return sorted(first.values(), key=lambda one: (one.day, one.record))


def handed_in(happened: Happened, known: Known, subjects: Mapping[str, tuple[Activity, str]]) -> Iterator[Found]:
    """Give drills and texts that were handed in."""
    for entry in happened.entries:
        drill = known.drills.get(entry.drill_id)
        if drill is not None:
            yield coding_of(drill), drill.slug, entry.handed_in_at, entry.id
    for writing in reversed(happened.writings):
        activity, refers = subjects.get(writing.subject_id, (writing.sort, ""))
        yield activity, refers, writing.at, writing.id


def rounds(happened: Happened) -> Iterator[Found]:
    """Give mocks and the baseline; a mock that two people marked is one."""
    for outcome in happened.outcomes:
        if outcome.sort == "mock":
            yield "mock", outcome.round_id, outcome.at, outcome.id
        elif outcome.sort == "baseline":
            yield "baseline", "", outcome.at, outcome.id


def reviewed(happened: Happened, zone: tzinfo | None) -> Iterator[Found]:
    """Give the days on which enough cards were reviewed."""
    days: dict[date, list[Review]] = {}
    for review in happened.reviews:
        days.setdefault(review.at.astimezone(zone).date(), []).append(review)
    for day, there in days.items():
        if len(there) >= REVIEWED:
            yield "review", "", there[-1].at, f"reviews of {day}"


def match(plan: Plan, evidence: Iterable[Evidence], minutes: Mapping[tuple[str, str], int]) -> Plan:
    """Call the blocks done that the evidence speaks of; what was done beside the plan becomes a block of its own.

    Evidence from before the plan began is left out.
    """
    used = {block.done_by for block in plan.blocks if block.done_by}
    blocks = list(plan.blocks)
    numbers = count(1 + max((int(block.id[1:]) for block in blocks), default=0))
    for one in evidence:
        if one.record in used or one.day < plan.goal.begins:
            continue
        place = nearest(blocks, one)
        if place is not None:
            blocks[place] = replace(blocks[place], state="done", day=one.day, done_by=one.record)
        elif (one.activity, one.refers) in minutes or one.activity in ("review", "baseline"):
            long = minutes.get((one.activity, one.refers), REVIEW_MINUTES)
            long = BASELINE_MINUTES if one.activity == "baseline" else long
            blocks.append(
                Block(
                    f"b{next(numbers)}", one.day, one.activity, long, title="Beside the plan", refers=one.refers,
                    state="done", done_by=one.record,
                )
            )  # fmt: skip
    return replace(plan, blocks=tuple(sorted(blocks, key=lambda block: block.day)))


def nearest(blocks: Sequence[Block], one: Evidence) -> int | None:
    """Find the block that the evidence is of: what it opened, on the nearest day; else its kind on that very day.

    One that was left out comes after those that were not.
    """

    def away(place: int) -> tuple[int, bool, int]:
        return abs((blocks[place].day - one.day).days), blocks[place].state == "dropped", place

    alike = [place for place, block in enumerate(blocks) if block.state != "done" and block.activity == one.activity]
    same = [place for place in alike if blocks[place].refers == one.refers and away(place)[0] <= NEAR_DAYS]
    if one.activity not in ("mock",):
        same = same or [place for place in alike if blocks[place].day == one.day]
    return min(same, key=away, default=None)


def minutes_of(known: Known) -> dict[tuple[str, str], int]:
    """Say how long each thing counts that may be done beside the plan."""
    kinds = {kind.key: kind for kind in kinds_of(known.loop)}
    coded = [(str(coding_of(drill)), drill.slug) for drill in known.drills.values()]
    long = {(activity, slug): kinds[activity].minutes for activity, slug in coded}
    return long | {("mock", one.id): one.mock_minutes for one in known.loop.rounds}
