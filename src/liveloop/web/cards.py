"""How do a drill and an attempt look in a list?"""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence

from liveloop.coach.journal import Entry
from liveloop.coach.signal import SIGNALS
from liveloop.debrief import Signal
from liveloop.drill import Drill
from liveloop.web.desk import Desk
from liveloop.web.shapes import AttemptCard, DrillCard, DrillState


def drill_cards(desk: Desk, entries: Iterable[Entry]) -> list[DrillCard]:
    """Show every drill, by week, difficulty and title."""
    by_drill: dict[str, list[Entry]] = {}
    for entry in entries:
        by_drill.setdefault(entry.drill_id, []).append(entry)
    drafted = desk.journal.drafts()
    cards = [drill_card(drill, by_drill.get(drill.id, ()), drafted) for drill in desk.drills().values()]
    return sorted(cards, key=lambda card: (card.week, card.difficulty, card.title))


def drill_card(drill: Drill, entries: Sequence[Entry], drafted: Container[str]) -> DrillCard:
    """Show one drill with how it went so far."""
    signals = [entry.signal for entry in entries if entry.signal is not None]
    return DrillCard(
        slug=drill.slug,
        shelf=drill.shelf,
        title=drill.title,
        kind=drill.kind,
        skills=drill.skills,
        week=drill.week,
        minutes=drill.minutes,
        difficulty=drill.difficulty,
        state=state_of(entries, is_drafted=drill.id in drafted),
        attempts=len(entries),
        best_signal=best(signals),
        last_at=max((entry.handed_in_at for entry in entries), default=None),
    )


def state_of(entries: Sequence[Entry], *, is_drafted: bool) -> DrillState:
    """Say how far a drill is: clean once an attempt broke nowhere."""
    if any(entry.signal is not None and not entry.found for entry in entries):
        return "clean"
    if entries:
        return "tried"
    return "drafted" if is_drafted else "new"


def best(signals: Iterable[Signal]) -> Signal | None:
    """Take the best of some signals."""
    return max(signals, key=SIGNALS.index, default=None)


def attempt_card(entry: Entry, drill: Drill | None) -> AttemptCard:
    """Show one attempt; its drill may be gone."""
    return AttemptCard(
        id=entry.id,
        slug="" if drill is None else drill.slug,
        title="a drill that is not here any more" if drill is None else drill.title,
        kind=entry.kind,
        handed_in_at=entry.handed_in_at,
        confidence=entry.confidence,
        state=entry.state,
        signal=entry.signal,
        findings=entry.found,
        failed=entry.failed,
    )
