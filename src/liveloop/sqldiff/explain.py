"""Which mistake makes two queries differ?

A single edit of the attempt that makes it agree with the reference on every world tried says what was wrong, and
where. When there is none, because the attempt is written another way, a single mistake made in the reference that
gives what the attempt gives says at least of which class it is. The reference itself is never shown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from time import perf_counter

import numpy as np

from liveloop.sqldiff.lateral import parse
from liveloop.sqldiff.meet import Gist, gist
from liveloop.sqldiff.mint import Worlds
from liveloop.sqldiff.mistakes import CLASSES, Edit, edits
from liveloop.sqldiff.session import Session

_FEW, _SURE = 40, 5  # worlds tried first; edits that pass and are weighed against one another
_STEP = 0.25
_WORD = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True)
class Explanation:
    """What was wrong.

    Parameters
    ----------
    kind
        One of `CLASSES`; empty when no class explains it.
    says
        The edit in words; empty when only the class is known.
    start, end
        The part of the attempt that it changes; both 0 when only the class is known.
    exact
        Whether the edit makes the one text the other, and not only give the same on all that was tried.
    """

    kind: str = ""
    says: str = ""
    start: int = 0
    end: int = 0
    exact: bool = False


NONE = Explanation()


def explain(
    session: Session, texts: tuple[str, str], worlds: Worlds, *, tolerance: float, seconds: float, own: bool = True
) -> Explanation:
    """Look for the single mistake.

    Parameters
    ----------
    texts
        Reference and attempt, in DuckDB's dialect.
    worlds
        Lawful worlds, on some of which the queries differ.
    own
        Whether the attempt is as it was written, so that its parts have places in it.
    """
    until = perf_counter() + seconds
    reference, attempt = texts
    own_edits, other_edits = edits(attempt, reference, seconds=seconds / 3), list[Edit]()
    found = _best(_equal(own_edits, reference))
    if found is None:
        other_edits = edits(reference, attempt, seconds=seconds / 3)
        found = _class_only(_best(_equal(other_edits, attempt)))
    if found is not None:
        found = replace(found, exact=True)
    else:
        found = _tried(session, texts, worlds, (own_edits, other_edits), tolerance, until)
    if found is None:
        return NONE
    return found if own else replace(found, start=0, end=0)


def _equal(made: Sequence[Edit], text: str) -> list[Edit]:
    """Give the edits that make the one text the other."""
    wanted = normal(text)
    return [edit for edit in made if edit.text == wanted]


def _best(found: Sequence[Edit]) -> Explanation | None:
    if not found:
        return None
    best = min(found, key=lambda edit: (CLASSES.index(edit.kind), edit.end - edit.start))
    return Explanation(best.kind, best.says, best.start, best.end)


def _class_only(found: Explanation | None) -> Explanation | None:
    return None if found is None else Explanation(found.kind)


def normal(text: str) -> str:
    """Write a query as all edits are written."""
    tree = parse(text)
    return text if tree is None else tree.sql(dialect="duckdb", comments=False)


def _tried(
    session: Session,
    texts: tuple[str, str],
    worlds: Worlds,
    made: tuple[Sequence[Edit], Sequence[Edit]],
    tolerance: float,
    until: float,
) -> Explanation | None:
    """Run edits, those in the parts that the other text has not first."""
    reference, attempt = texts
    trial = _Trial(session, worlds, tolerance, until)
    session.load(worlds)
    expected, got = trial.gist(reference), trial.gist(attempt)
    if expected is None or got is None:
        return None
    few = trial.telling(expected, got)
    half = perf_counter() + 0.55 * (until - perf_counter())
    mended = trial.agreeing(_nearest(made[0], attempt, reference), reference, few, half)
    if mended:
        return _best(mended)
    return _class_only(_best(trial.agreeing(_nearest(made[1], reference, attempt), attempt, few, until)))


def _nearest(found: Sequence[Edit], text: str, other: str) -> list[Edit]:
    """Put the edits of what the other text does not say first."""
    words, others = [list(_WORD.finditer(one)) for one in (text, other)]
    matcher = SequenceMatcher(a=[w[0].lower() for w in words], b=[w[0].lower() for w in others], autojunk=False)
    changed = np.ones(len(text) + 1, bool)
    for start, _, size in matcher.get_matching_blocks():
        if size:
            changed[words[start].start() : words[start + size - 1].end()] = False

    def near(edit: Edit) -> tuple[bool, int]:
        there = changed[max(0, edit.start - 1) : edit.end + 1]
        return not (edit.end and there.any()), edit.end - edit.start

    return sorted(found, key=near)


@dataclass
class _Trial:
    session: Session
    worlds: Worlds
    tolerance: float
    until: float

    def gist(self, text: str) -> Gist | None:
        """Sum up a query on all worlds, which are loaded; None when no time is left for it."""
        pieces = self.session.screen(text, seconds=max(0.05, self.until - perf_counter()))
        return gist(pieces, self.worlds.count, self.tolerance) if pieces else None

    def telling(self, expected: Gist, got: Gist) -> Worlds:
        """Choose worlds: half of them such on which the queries differ."""
        apart = np.flatnonzero(expected.apart(got))
        alike = np.flatnonzero(~expected.apart(got))
        sizes = self.worlds.sizes()
        large = alike[np.argsort(-sizes[alike], kind="stable")]
        spread = apart[:: max(1, len(apart) // (_FEW // 2))]
        return self.worlds.choosing([int(at) for at in (*spread[: _FEW // 2], *large[: _FEW // 2])])

    def agreeing(self, tried: Sequence[Edit], other: str, few: Worlds, until: float) -> list[Edit]:
        """Give the edits that agree with another query on all worlds: first tried on a few."""
        passed: list[Edit] = []
        self.session.load(few)
        wanted = self._gist(other, few.count)
        for edit in tried:
            if perf_counter() > until:
                break
            if self._same(wanted, self._gist(edit.text, few.count)):
                passed.append(edit)
        if not passed:
            return []
        self.session.load(self.worlds)
        wanted = self._gist(other, self.worlds.count)
        found: list[Edit] = []
        for edit in passed:
            if perf_counter() > self.until or len(found) >= _SURE:
                break
            if self._same(wanted, self._gist(edit.text, self.worlds.count)):
                found.append(edit)
        return found

    def _gist(self, text: str, count: int) -> Gist:
        return gist(self.session.screen(text, seconds=_STEP), count, self.tolerance)

    @staticmethod
    def _same(wanted: Gist, made: Gist) -> bool:
        ran = int((wanted.ran & made.ran).sum())
        return (
            ran > 0 and ran == int(wanted.ran.sum()) and not wanted.apart(made).any() and not made.apart(wanted).any()
        )
