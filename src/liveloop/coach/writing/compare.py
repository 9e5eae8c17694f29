"""Which words came, went and stayed from one version of a text to the next?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

TOKEN = re.compile(r"\s*(?:\w+(?:['’]\w+)?|[^\w\s])|\s+")
MOST_WORDS = 3_000  # of a section; beyond that lines are compared, and beyond so many lines the whole
Change = Literal["same", "gone", "new"]


@dataclass(frozen=True)
class Stretch:
    """Some text that stayed, went or came."""

    change: Change
    text: str


@dataclass(frozen=True)
class SectionChange:
    """One section with what changed in it."""

    name: str
    stretches: tuple[Stretch, ...]

    @property
    def changed(self) -> bool:
        """Say whether anything did."""
        return any(one.change != "same" for one in self.stretches)


def compare(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[SectionChange, ...]:
    """Compare two versions section by section, in the order of the newer one; sections that went come last.

    Examples
    --------
    >>> [change] = compare({"Issue": "Nobody saw it."}, {"Issue": "Nobody had seen it."})
    >>> [(one.change, one.text) for one in change.stretches]
    [('same', 'Nobody'), ('gone', ' saw'), ('new', ' had seen'), ('same', ' it.')]
    """
    names = dict.fromkeys((*after, *before))
    return tuple(SectionChange(name, tuple(stretches(before.get(name, ""), after.get(name, "")))) for name in names)


def stretches(before: str, after: str) -> Iterator[Stretch]:
    """Compare two texts word by word; where only blanks differ, the newer text's stand."""
    old, new = words(before), words(after)
    matcher = SequenceMatcher(None, [one.strip() for one in old], [one.strip() for one in new], autojunk=False)
    for how, a, b, c, d in matcher.get_opcodes():
        if how == "equal":
            yield Stretch("same", "".join(new[c:d]))
            continue
        if a < b:
            yield Stretch("gone", "".join(old[a:b]))
        if c < d:
            yield Stretch("new", "".join(new[c:d]))


def words(text: str) -> list[str]:
    """Cut a text into words and marks, each with the blanks before it; a very long one into lines, to end in time."""
    for cut in (TOKEN.findall(text), text.splitlines(keepends=True)):
        if len(cut) <= MOST_WORDS:
            return cut
    return [text]
