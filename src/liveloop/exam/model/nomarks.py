"""How is it said that a model gave no marks, and what was paid all the same?"""

from __future__ import annotations

from dataclasses import dataclass

from liveloop.base.errors import BadInput

WHERE = "model examiner"


@dataclass(frozen=True)
class Spent:
    """What the service reported of the replies that came; None where it did not report it, or no price is known."""

    replies: int
    input_tokens: int | None
    output_tokens: int | None
    dollars: float | None


class NoMarks(BadInput):
    """Say why a model gave no marks; nothing is kept of such an examination.

    `spent` is what was paid until then: a reply that refuses or is cut off costs, too.
    """

    def __init__(self, wrong: str, *, allowed: str = "") -> None:
        super().__init__(wrong, where=WHERE, allowed=allowed)
        self.spent = Spent(0, 0, 0, None)
