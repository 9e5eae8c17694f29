"""What did the candidate hand in?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from liveloop.base.content import LONGEST_TEXT_BYTES
from liveloop.base.errors import BadInput, TooLong

Kind = Literal["sql", "python", "features"]


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
    r"""Read what was handed in as a file, refusing what cannot be an attempt: empty, binary, not UTF-8, too long.

    Examples
    --------
    >>> read_attempt(b"SELECT 1", where="a.sql")
    'SELECT 1'
    >>> read_attempt(b"\x00\x01", where="a.sql")
    Traceback (most recent call last):
    ...
    liveloop.base.errors.BadInput: a.sql: a NUL character at 0: this is a binary file. Allowed: UTF-8 text.
    """
    refuse_length(len(data), where=where)  # first: a file that was read up to the limit may end within a character
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as refusal:
        raise BadInput(f"not UTF-8 at byte {refusal.start}", where=where, allowed="UTF-8 text") from None
    return refuse_text(text, where=where)


def refuse_text(text: str, *, where: str = "text") -> str:
    """Give a text back, or refuse what cannot be an attempt."""
    if not text.strip():
        raise BadInput("the text is empty", where=where, allowed="some text")
    return refuse_draft(text, where=where)


def refuse_draft(text: str, *, where: str = "text") -> str:
    """Give a text back, or refuse what cannot be kept: not text, or too long. It may be empty."""
    if "\0" in text:
        place = text.index("\0")
        raise BadInput(f"a NUL character at {place}: this is a binary file", where=where, allowed="UTF-8 text")
    try:
        size = len(text.encode("utf-8"))
    except UnicodeEncodeError as refusal:
        raise BadInput(f"half of a character at {refusal.start}", where=where, allowed="UTF-8 text") from None
    refuse_length(size, where=where)
    return text


def refuse_length(size: int, *, where: str) -> None:
    """Refuse what is longer than any attempt may be; a file is not read further than that."""
    if size > LONGEST_TEXT_BYTES:
        allowed = f"at most {LONGEST_TEXT_BYTES:,} bytes"
        raise TooLong(f"it is more than {LONGEST_TEXT_BYTES:,} bytes long", where=where, allowed=allowed)
