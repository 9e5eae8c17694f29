"""What does a candidate see after *Run*?"""

from __future__ import annotations

from dataclasses import dataclass

from liveloop.base.tables import Sheet


@dataclass(frozen=True)
class Shown:
    """What the visible data gave: a table, a value or an error, and what was printed.

    `stopped` names the limit that was met, in words; it is None when the run came to its end.
    """

    sheet: Sheet | None
    value: str | None
    stdout: str
    error: str | None
    seconds: float
    stopped: str | None
