"""How far does a "not" reach?"""

from __future__ import annotations

from dataclasses import dataclass

from liveloop.exam.prose.marks import STRONG, Marks
from liveloop.exam.prose.pages import Page

REACH = 18  # words that a cue governs at most
LIST = 14  # words within which a list must come to its "or"
ASIDE = 8  # words of an aside between commas
KINDS = ("negates", "refuses", "prefers", "lacks", "swaps")


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue at words `first` to `last` (excluded), what kind it is, and the word at which its reach ends."""

    first: int
    last: int
    kind: str
    until: int


def cues(marks: Marks) -> list[Cue]:
    """List the cues that govern what follows them, the longest where they overlap, in order."""
    found = [(first, -last, kind) for kind in KINDS for first, last in marks.spans[kind]]
    found += [(first, -last, "refuses") for first, last in _ignores(marks)]
    kept: list[Cue] = []
    for first, end, kind in sorted(found):
        last = -end
        if (kept and first < kept[-1].last) or marks.free(first, last):
            continue
        if kind != "lacks" or not _opens(marks.page, marks.sentence(first).first, first):
            kept.append(Cue(first, last, kind, _until(marks, first, last, kind)))
    return kept


def _ignores(marks: Marks) -> list[tuple[int, int]]:
    """Give the spans of "ignore" that a person says of themselves."""
    return [(first, last) for first, last in marks.spans["ignores"] if marks.beginning("ignorers", first - 4, first)]


def _opens(page: Page, start: int, at: int) -> bool:
    """Say whether a word opens its clause."""
    return at == start or bool(page.gaps[at])


def _until(marks: Marks, first: int, last: int, kind: str) -> int:
    """Give the word at which the reach of a cue ends."""
    page = marks.page
    limit = min(marks.sentence(first).last, last + REACH)
    listing = False
    place = last
    while place < limit and not _ends_at(marks, place, last, kind):
        gap = page.gaps[place]
        if gap == ":" and place - last <= 2:
            listing = True  # "I would not use: this, that"
        elif gap and gap in STRONG:
            break
        elif gap == "," and not listing:
            if place == last and page.words[first] not in ("no", "instead"):
                place = _behind_aside(page, place, limit)
                continue
            if not _lists(marks, place, limit):
                break
        place += 1
    return place


def _ends_at(marks: Marks, place: int, last: int, kind: str) -> bool:
    """Say whether the word at a place begins something else."""
    if place in marks.at["borders"] or (kind == "negates" and marks.page.words[place] == "no"):
        return True  # "no canary and no shadow phase" are two negations and not a double one
    if place == last:
        return False
    if kind == "refuses" and place in marks.at["people"]:
        return True  # "to avoid peeking I would use ..."
    if kind in ("prefers", "swaps") and place in marks.at["subjects"]:
        return True
    return kind == "swaps" and place in marks.at["swapped"]


def _behind_aside(page: Page, place: int, limit: int) -> int:
    """Step over an aside between commas: "I would not, in this case, use ..."."""
    for other in range(place + 1, min(limit, place + ASIDE)):
        if page.gaps[other] == ",":
            return other + 1
    return place + 1


def _lists(marks: Marks, place: int, limit: int) -> bool:
    """Say whether a comma continues a list that comes to an "or": "not a t-test, a bootstrap or CUPED"."""
    end = min(marks.sentence(place).last, place + LIST, limit + LIST)
    for at in range(place, end):
        if at in marks.at["joins"]:
            return True
        gap = marks.page.gaps[at]
        if at in marks.at["verbs"] or (gap and gap in STRONG):
            return False
    return False
