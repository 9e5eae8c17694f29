"""What did the candidate hand in?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from liveloop.base.errors import BadInput

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


def read_attempt(data: bytes, *, where: str) -> str:
    r"""Read what was handed in, refusing what cannot be an attempt: empty, binary, not UTF-8, too long.

    Examples
    --------
    >>> read_attempt(b"SELECT 1", where="a.sql")
    'SELECT 1'
    >>> read_attempt(b"\x00\x01", where="a.sql")
    Traceback (most recent call last):
    ...
    liveloop.base.errors.BadInput: a.sql: a NUL byte at 0: this is a binary file. Allowed: UTF-8 text.
    """
    if len(data) > LONGEST_TEXT_BYTES:
        raise BadInput(
            f"the attempt is {len(data):,} bytes long", where=where, allowed=f"at most {LONGEST_TEXT_BYTES:,} bytes"
        )
    if b"\0" in data:
        raise BadInput(f"a NUL byte at {data.index(0)}: this is a binary file", where=where, allowed="UTF-8 text")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as refusal:
        raise BadInput(f"not UTF-8 at byte {refusal.start}", where=where, allowed="UTF-8 text") from None
    if not text.strip():
        raise BadInput("the attempt is empty", where=where, allowed="some SQL or Python")
    return text
