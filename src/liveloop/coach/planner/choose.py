"""What does each block open: which drill, case, reference or prompt, and why that one?

In order of days, each block takes what is worth most then: the skills that weigh and are missing, more under their own
theme; less when it was taken lately or often, or is much harder than what came before. Each choice lowers what is
missing of its skills, so that the next block looks elsewhere. What a person arranged keeps what it opens.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from liveloop.coach.loop import Loop, Skill, Theme
from liveloop.coach.planner.diet import AGAIN, LEARNED, Menu, dose
from liveloop.coach.planner.wish import THEME_BOOST, Need, phase_on, weights_on
from liveloop.plan import Activity, Block, Goal

LATELY_DAYS, LATELY = 6, 0.2
TOO_HARD = 0.5  # for each step of difficulty beyond the next
NARRATIVE_SKILLS = ("behaviour.narrative", "behaviour.ownership")
NARRATIVE_STEPS = ("Write a project as a narrative", "Rehearse a narrative against the timer")


@dataclass(frozen=True)
class Item:
    """One thing that a block can open."""

    activity: Activity
    refers: str
    title: str
    skills: tuple[str, ...]
    difficulty: int = 3
    minutes: int = 20


@dataclass
class Taken:
    """What was taken so far: when each item was, the hardest of each activity, what is missing, which mocks were."""

    gaps: dict[str, float]
    days: dict[tuple[str, str], list[date]] = field(default_factory=dict)
    hardest: dict[str, int] = field(default_factory=dict)
    narratives: int = 0
    mocks: set[str] = field(default_factory=set)

    def take(self, block: Block, item: Item | None, *, known: bool = False) -> None:
        """Note that a block opened an item; `known` says that what is missing was found out after it."""
        self.days.setdefault((block.activity, block.refers), []).append(block.day)
        self.narratives += block.activity == "narrative"
        if item is not None:
            self.hardest[block.activity] = max(self.hardest.get(block.activity, 0), item.difficulty)
        for skill in () if known else block.skills:
            taught = dose(block.activity, block.skills, block.minutes)
            self.gaps[skill] = self.gaps.get(skill, 0.5) * LEARNED**taught


@dataclass(frozen=True)
class Shelf:
    """All there is to choose from, with the words for it."""

    loop: Loop
    themes: Sequence[Theme]
    skills: Mapping[str, Skill]
    items: Sequence[Item]

    @property
    def menu(self) -> Menu:
        """Give the skills of the things of each kind."""
        menu: dict[str, list[tuple[str, ...]]] = {"narrative": [NARRATIVE_SKILLS]}
        for item in self.items:
            menu.setdefault(item.activity, []).append(item.skills)
        return menu

    def find(self, block: Block) -> Item | None:
        """Find the item that a block opens."""
        return next((one for one in self.items if (one.activity, one.refers) == (block.activity, block.refers)), None)


def choose(
    blocks: Sequence[Block], goal: Goal, shelf: Shelf, need: Need, today: date, *, settled: Collection[str] = ()
) -> tuple[Block, ...]:
    """Say of every block what it opens; blocks that are over, pinned or settled (by their id) keep theirs.

    Why a mock stands where it stands follows its day, whoever put it there.
    """
    taken, chosen, rounds = Taken(dict(need.gaps)), [], {one.id for one in shelf.loop.rounds}
    for block in blocks:
        if block.state == "done" or (block.title and (block.pinned or block.id in settled)):
            taken.take(block, shelf.find(block), known=block.state == "done")
            if block.state == "planned" and block.activity == "mock" and block.refers in rounds:
                block = replace(block, why=why_mock(block, goal, shelf, taken.mocks))
        elif block.state == "planned" and block.day >= today:
            block = fill(block, goal, shelf, need, taken)
        if block.activity == "mock" and block.counts:
            taken.mocks.add(block.refers)
        chosen.append(block)
    return tuple(chosen)


def fill(block: Block, goal: Goal, shelf: Shelf, need: Need, taken: Taken) -> Block:
    """Fill one block."""
    if block.activity == "mock":
        one = shelf.loop.round(block.refers)
        why = why_mock(block, goal, shelf, taken.mocks)
        return replace(block, title=f"Mock: {one.title}", skills=one.skills, why=why)
    if block.activity == "narrative":
        step = NARRATIVE_STEPS[min(taken.narratives, 1)]
        why = "Told well, one project answers half of a behavioural round; it gets there by rehearsal."
        told = replace(block, title=step, skills=NARRATIVE_SKILLS, why=why)
        taken.take(told, None)
        return told
    items = [item for item in shelf.items if item.activity == block.activity]
    if not items:
        return block
    theme = shelf.themes[phase_on(goal, block.day)]
    live = Need(taken.gaps, need.weights)
    gains = live.gains(weights_on(shelf.loop, goal, block.day))
    gains |= {skill: THEME_BOOST * gains[skill] for skill in theme.skills if skill in gains}
    item = max(items, key=lambda item: worth(item, block, gains, taken))
    opened = replace(
        block, refers=item.refers, title=item.title, skills=item.skills, why=why_item(item, theme, live, shelf)
    )
    taken.take(opened, item)
    return opened


def worth(item: Item, block: Block, gains: Mapping[str, float], taken: Taken) -> float:
    """Say what an item is worth on a day."""
    value = sum(gains.get(skill, 0.0) for skill in item.skills) * dose(item.activity, item.skills, block.minutes)
    before = taken.days.get((item.activity, item.refers), [])
    value *= float(AGAIN ** len(before))
    if any((block.day - day).days <= LATELY_DAYS for day in before):
        value *= LATELY
    beyond = item.difficulty - max(2, taken.hardest.get(item.activity, 0)) - 1
    return value * float(TOO_HARD ** max(0, beyond))


def why_item(item: Item, theme: Theme, need: Need, shelf: Shelf) -> str:
    """Say why this one: the skill that counts most in it, and the theme when it is the week's."""
    known = [skill for skill in item.skills if skill in shelf.skills]
    if not known:
        return ""
    best = max(known, key=need.of)
    held = 1.0 - need.gaps.get(best, 0.5)
    words = f"{shelf.skills[best].title}: about {held:.0%} held, and {need.weights.get(best, 0.0):.1%} of the loop"
    return f"{words}. The theme now is {theme.title}." if any(skill in theme.skills for skill in known) else f"{words}."


def why_mock(block: Block, goal: Goal, shelf: Shelf, held: Collection[str]) -> str:
    """Say why a mock of this round on this day; `held` are the rounds of the mocks before it."""
    one = shelf.loop.round(block.refers)
    days = (goal.dates[one.id] - block.day).days
    away = "The day before" if days == 1 else f"{days} days before" if days > 0 else "Too late for"
    part = one.weight / sum(other.weight for other in shelf.loop.rounds)
    more = "One more, after the full mock of it that is owed." if one.id in held else "A full mock of it is owed."
    owed = f" {more}" if one.full and days > 0 else ""
    return f"{away} the round, which is {part:.0%} of the decision.{owed}"
