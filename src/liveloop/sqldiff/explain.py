"""Which single edits make one query give what another gives?

One of the attempt that makes it agree with the reference on every world tried says what was wrong, and where. When
there is none, because the attempt is written another way, a single mistake made in the reference that gives what the
attempt gives says at least of which class it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np

from liveloop.base.budget import Budget
from liveloop.sqldiff.arrays import Worlds
from liveloop.sqldiff.lateral import ranked
from liveloop.sqldiff.meet import Gist, gist
from liveloop.sqldiff.mistakes import Edit, edits, is_same, normal
from liveloop.sqldiff.session import Session
from liveloop.sqldiff.signs import Mended, leads
from liveloop.sqldiff.verdict import Limits

_FEW, _SURE = 40, 12  # worlds tried first; edits that pass and are weighed against one another
_STEP = 0.25
_WORD = re.compile(r"\w+|[^\w\s]")


def mending(
    session: Session,
    texts: tuple[str, str],
    worlds: Worlds,
    limits: Limits,
    *,
    witness: Worlds | None = None,
) -> Mended:
    """Look for the single edits that make the one query give what the other gives.

    Parameters
    ----------
    texts
        Reference and attempt, in DuckDB's dialect.
    worlds
        Lawful worlds, on some of which the queries differ.
    limits
        How long to look (`explain_seconds`), and how results are compared.
    witness
        One world on which they do: an edit that does not agree there is not tried on the others.
    """
    seconds = limits.explain_seconds
    budget = Budget(seconds)
    reference, attempt = texts
    own = edits(attempt, reference, seconds=seconds / 4)
    exact = _equal(own, reference)
    if exact:
        return Mended(exact=exact)
    other = edits(reference, attempt, seconds=seconds / 4)
    exact = _equal(other, attempt)
    if exact:
        return Mended(exact_other=exact)
    trial = _Trial(session, worlds, witness, limits, budget)
    session.load(worlds)
    expected, got = trial.gist(reference), trial.gist(attempt)
    if expected is None or got is None:
        return Mended()
    few = trial.telling(expected, got)
    first = Budget(0.55 * budget.left)
    mended, part = trial.agreeing(_nearest(own, attempt, reference), reference, few, first)
    made, part_other = trial.agreeing(_nearest(other, reference, attempt), attempt, few, budget)
    return Mended(own=tuple(mended), other=tuple(made), part=part, part_other=part_other)


def _equal(made: Sequence[Edit], text: str) -> tuple[Edit, ...]:
    """Give the edits that make the one text the other."""
    wanted = normal(text)
    return tuple(edit for edit in made if is_same(edit.text, wanted))


def _nearest(found: Sequence[Edit], text: str, other: str) -> list[Edit]:
    """Put first the edits that lead toward the other text, of these and of the rest those of what it does not say."""
    words, others = [list(_WORD.finditer(one)) for one in (text, other)]
    matcher = SequenceMatcher(a=[w[0].lower() for w in words], b=[w[0].lower() for w in others], autojunk=False)
    changed = np.ones(len(text) + 1, bool)
    for start, _, size in matcher.get_matching_blocks():
        if size:
            changed[words[start].start() : words[start + size - 1].end()] = False

    lead = leads(found, text, other)

    def near(edit: Edit) -> tuple[bool, bool, int]:
        there = changed[max(0, edit.start - 1) : edit.end + 1]
        return lead[edit.text] <= 0, not (edit.end and there.any()), edit.end - edit.start

    return sorted(found, key=near)


@dataclass
class _Trial:
    session: Session
    worlds: Worlds
    witness: Worlds | None
    limits: Limits
    budget: Budget

    def gist(self, text: str) -> Gist | None:
        """Sum up a query on all worlds, which are loaded; None when no time is left for it."""
        pieces = self.session.screen(self._asked(text), seconds=max(0.05, self.budget.left))
        return gist(pieces, self.worlds.count, self.limits.tolerance) if pieces else None

    def telling(self, expected: Gist, got: Gist) -> Worlds:
        """Choose worlds: half of them such on which the queries differ."""
        apart = np.flatnonzero(expected.apart(got))
        alike = np.flatnonzero(~expected.apart(got))
        sizes = self.worlds.sizes()
        large = alike[np.argsort(-sizes[alike], kind="stable")]
        spread = apart[:: max(1, len(apart) // (_FEW // 2))]
        return self.worlds.choosing([int(at) for at in (*spread[: _FEW // 2], *large[: _FEW // 2])])

    def agreeing(
        self, tried: Sequence[Edit], other: str, few: Worlds, budget: Budget
    ) -> tuple[list[Edit], dict[str, float]]:
        """Give the edits that agree with another query on all worlds, and in what share of a few each class does."""
        passed: list[Edit] = []
        shares: dict[str, float] = {}
        tried = self.mending(tried, other, budget)
        self.session.load(few)
        wanted = self._gist(other, few.count)
        for edit in tried:
            if budget.over:
                break
            made = self._gist(edit.text, few.count)
            if self._same(wanted, made):
                passed.append(edit)
            apart = wanted.apart(made) | made.apart(wanted) | ~made.ran
            shares[edit.kind] = max(shares.get(edit.kind, 0.0), 1 - float(apart.mean()))
        found: list[Edit] = []
        if passed:
            self.session.load(self.worlds)
            wanted = self._gist(other, self.worlds.count)
        for edit in passed:
            if self.budget.over or len(found) >= _SURE:
                break
            if self._same(wanted, self._gist(edit.text, self.worlds.count)):
                found.append(edit)
        return found, shares

    def mending(self, tried: Sequence[Edit], other: str, budget: Budget) -> Sequence[Edit]:
        """Give the edits that agree with another query on the witness, where each runs plainly."""
        if self.witness is None:
            return tried
        self.session.load(self.witness)
        wanted = self._plain(other)
        found = []
        for edit in tried:
            if budget.over:
                break
            if self._same(wanted, self._plain(edit.text)):
                found.append(edit)
        return found

    def _plain(self, text: str) -> Gist:
        return gist(self.session.plain(self._asked(text), seconds=_STEP), 1, self.limits.tolerance)

    def _gist(self, text: str, count: int) -> Gist:
        return gist(self.session.screen(self._asked(text), seconds=_STEP), count, self.limits.tolerance)

    def _asked(self, text: str) -> str:
        """Give a query with the place of each row, where the order of rows counts."""
        return ranked(text) if self.limits.ordered else text

    @staticmethod
    def _same(wanted: Gist, made: Gist) -> bool:
        ran = int((wanted.ran & made.ran).sum())
        return (
            ran > 0 and ran == int(wanted.ran.sum()) and not wanted.apart(made).any() and not made.apart(wanted).any()
        )
