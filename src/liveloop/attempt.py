"""What did the candidate hand in?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal["sql", "python"]
LONGEST_TEXT_BYTES = 200_000


@dataclass(frozen=True)
class Attempt:
    """One answer to one drill, kept exactly as given.

    `confidence` is the candidate's own probability, 0 to 1, that nothing breaks; None when not asked.
    `started_at` and `handed_in_at` carry a zone.
    """

    id: str
    drill_id: str
    kind: Kind
    text: str
    handed_in_at: datetime
    confidence: float | None = None
    started_at: datetime | None = None
