"""In which zones may the session of a query be, and can that matter to it?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from liveloop.sqldiff.database import Schema
from liveloop.sqldiff.session import Session

UTC = "UTC"
ELSEWHERE = ("America/Los_Angeles", "Pacific/Auckland")  # one on either side, both change their clocks
_FIRST, _STEP = 2, 3  # the first round in another zone, and after how many rounds the next


def zone_of(number: int) -> str:
    """Say in which zone the sessions of a round are, where it can matter: of the first rounds in UTC.

    Examples
    --------
    >>> [zone_of(number) for number in range(6)]
    ['UTC', 'UTC', 'America/Los_Angeles', 'UTC', 'UTC', 'Pacific/Auckland']
    """
    turn, rest = divmod(number - _FIRST, _STEP)
    return UTC if number < _FIRST or rest else ELSEWHERE[turn % len(ELSEWHERE)]


def can_matter(schema: Schema, texts: Sequence[str]) -> bool:
    """Say whether a moment is read whose day or hour hangs on the session's zone."""
    zoned = any(c.type.upper() in ("TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE") for t in schema.tables for c in t.columns)
    return zoned or any(word in text.upper() for text in texts for word in ("TIMESTAMPTZ", "WITH TIME ZONE"))


@dataclass
class Connections:
    """Connections by the zone of their session, with the optimizer or without, each opened when it is asked for."""

    opened: dict[tuple[str, bool], Session] = field(default_factory=dict)

    def session(self, zone: str = UTC, *, optimised: bool = True) -> Session:
        """Give a connection."""
        if (zone, optimised) not in self.opened:
            self.opened[zone, optimised] = Session(zone, optimised=optimised)
        return self.opened[zone, optimised]

    def clear(self) -> None:
        """Drop what they hold of another schema."""
        for session in self.opened.values():
            session.clear()

    def close(self) -> None:
        """Close them."""
        for session in self.opened.values():
            session.close()
        self.opened.clear()
