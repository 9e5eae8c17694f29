"""Does a quote stand in the text, letter for letter but for white space, and where?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from liveloop.exam.model.instructs import Passage
from liveloop.exam.model.seen import squeezed

SHORTEST, LONGEST, MOST = 12, 500, 5


@dataclass(frozen=True)
class Quote:
    """A passage of the candidate's text, from `start` up to `end`; `text` is what one sees there, on one line."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Sifted:
    """The quotes that stand, and how many fell for which reason."""

    quotes: tuple[Quote, ...]
    fallen: dict[str, int]


ABSENT = "not in the text"
SIZE = f"not {SHORTEST} to {LONGEST} characters long"
SPOKEN = "from a passage that speaks to whoever marks"
MANY = f"beyond the first {MOST}"


def sift(given: Iterable[str], text: str, spoken: Sequence[Passage] = ()) -> Sifted:
    """Keep the quotes that are evidence.

    Examples
    --------
    >>> sifted = sift(["we would  use CUPED", "we would use a t-test"], "First we would use" + chr(10) + "CUPED.")
    >>> [(quote.start, quote.end) for quote in sifted.quotes], sifted.fallen
    ([(6, 24)], {'not in the text': 1})
    """
    plain, places = squeezed(text)
    kept: dict[tuple[int, int], Quote] = {}
    fallen: dict[str, int] = {}
    for words in given:
        quote = find(words, plain, places)
        if isinstance(quote, Quote) and not (why := weigh(quote, kept, spoken)):
            kept[quote.start, quote.end] = quote
        else:
            reason = quote if isinstance(quote, str) else why
            fallen[reason] = fallen.get(reason, 0) + 1
    return Sifted(tuple(kept.values()), fallen)


def find(words: str, plain: str, places: Sequence[int]) -> Quote | str:
    """Find the first place of a quote, or say why it is none."""
    wanted, _ = squeezed(words)
    if not SHORTEST <= len(wanted) <= LONGEST:
        return SIZE
    at = plain.find(wanted)
    if at < 0:
        return ABSENT
    return Quote(wanted, places[at], places[at + len(wanted) - 1] + 1)


def weigh(quote: Quote, kept: Mapping[tuple[int, int], Quote], spoken: Sequence[Passage]) -> str:
    """Say why a quote is no evidence although it stands in the text; empty when it is."""
    if any(quote.start < passage.end and passage.start < quote.end for passage in spoken):
        return SPOKEN
    return MANY if len(kept) == MOST and (quote.start, quote.end) not in kept else ""
