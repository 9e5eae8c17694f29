"""What if somebody, or a session, would be on both sides of a split?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from liveloop.author import Contrast, Dimension, Exhibit, Kind, Probe

FRESH = 900_000_007  # a key that no draw has


class Overlap(Probe):
    """Who is met in training is recognised in the test, and nobody is outside."""

    code = "overlap"
    question = "What if a person has sessions on both sides, under one login or two?"
    why = "Who is met in training is recognised in the test, and nobody is outside."
    dimension: ClassVar[Dimension] = "robustness"
    skill: ClassVar[dict[Kind, str]] = {"python": "design.leakage"}

    def contrasts(self, exhibit: Exhibit) -> Sequence[Contrast]:
        """Give somebody who trains a late session; calm: another early one, or a stranger's."""
        return [one for base in exhibit.bases()[:4] for one in overlapping(base)]


class Order(Probe):
    """A session that is cut has its beginning in training and its end in the test."""

    code = "order"
    question = "What if a session begins before the test and goes on in it?"
    why = "A session that is cut has its beginning in training and its end in the test."
    dimension: ClassVar[Dimension] = "time"
    skill: ClassVar[dict[Kind, str]] = {"python": "design.leakage"}

    def contrasts(self, exhibit: Exhibit) -> Sequence[Contrast]:
        """Let an early session have one more message, in the test; calm: that message comes before it."""
        return [one for base in exhibit.bases()[:4] for one in straddling(base)]


def overlapping(base: Any) -> Iterator[Contrast]:  # noqa: ANN401 - a call
    """Add a late session to an early person: under the same login, then under another."""
    moment = moment_of(base)
    for place, row, at in early_rows(base, moment):
        late = moment + timedelta(days=1)
        new = {"message_id": FRESH, "session_id": FRESH}
        calm = (
            base,
            base.clone(place, row, **new, happened_at=at),
            base.clone(place, row, **new, happened_at=late, user_id=FRESH, person_id=FRESH),
        )
        for login, says in (({}, ""), ({"user_id": FRESH}, ", under another login")):
            nasty = base.clone(place, row, **new, **login, happened_at=late)
            yield Contrast(nasty, calm, f"somebody who was there before is there in the test{says}")


def straddling(base: Any) -> Iterator[Contrast]:  # noqa: ANN401 - a call
    """Let the session of an early row go on past the moment."""
    moment = moment_of(base)
    for place, row, _ in early_rows(base, moment):
        calm = base.clone(place, row, message_id=FRESH, happened_at=moment - timedelta(minutes=2))
        nasty = base.clone(place, row, message_id=FRESH, happened_at=moment + timedelta(minutes=2))
        says = "a session begins before the test and goes on in it"
        yield Contrast(nasty, (base, calm), says)
        turned = nasty.rows(place, nasty.arguments[place].rows[::-1])
        yield Contrast(turned, (base, calm, nasty), f"{says}, and its last message stands first")


def early_rows(base: Any, moment: datetime) -> Iterator[tuple[int, int, datetime]]:  # noqa: ANN401 - a call
    """Find the first and the last message that are well before the moment: the argument, the row, the time."""
    for place, grid in base.grids():
        at = next(number for number, column in enumerate(grid.columns) if column.name == "happened_at")
        early = [row for row, one in enumerate(grid.rows) if one.cells[at] < moment - timedelta(hours=1)]
        for row in dict.fromkeys((early[0], early[-1])) if early else ():
            yield place, row, grid.rows[row].cells[at]


def moment_of(base: Any) -> datetime:  # noqa: ANN401 - a call
    """Give the moment from which the test is."""
    return next(value for _, _, value in base.literals() if isinstance(value, datetime))
