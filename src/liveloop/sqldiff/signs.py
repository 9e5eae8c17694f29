"""What speaks for one class of mistake or another: edits that agree, the world and what it hangs on, both texts?

Each sign has a name and a strength. How much each weighs for which class is learned, in `classes.py`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from liveloop.sqldiff.contrast import Hung
from liveloop.sqldiff.database import Database, Outcome
from liveloop.sqldiff.mistakes import CLASSES, Edit, normal
from liveloop.sqldiff.zones import UTC

_WORD = re.compile(r"'[^']*'|\w+|<=|>=|<>|!=|::|[^\w\s]")
_ZONE = re.compile(r"'[a-z_]+/[a-z_]+'|'utc'|timestamptz|timezone|\bzone\b|'[^']*[+-]\d\d(?::?\d\d)?'")
_ORDER = re.compile(r"order\s+by\s+([^)]*)")
_PART = re.compile(r"partition\s+by\s+([\w., ]*)")
_LENGTH = re.compile(r"interval\s+'?\d+'?\s*\w+|[+-]\s*\d+\b")
_WORDS: dict[str, tuple[str, ...]] = {
    "distinct": ("distinct",), "outer": ("left", "full", "right"), "join": ("join",),
    "rows made": ("cross", "unnest", "generate_series", "values"), "null": ("null", "coalesce", "nullif", "ifnull"),
    "compared": ("<", "<=", ">", ">=", "between"), "open end": ("<", ">"), "closed end": ("<=", ">=", "between"),
    "rank": ("row_number", "rank", "dense_rank"), "cut": ("limit", "qualify", "fetch"), "partition": ("partition",),
    "order": ("order",), "lag": ("lag", "lead"), "frame": ("rows", "range", "preceding", "following", "unbounded"),
    "mean": ("avg", "/"), "count": ("count",), "sum": ("sum",), "interval": ("interval",),
    "day": ("date_trunc", "::", "cast", "date", "timezone"), "group": ("group",), "union": ("union",), "all": ("all",),
    "asked": ("exists", "in", "not"), "as of": ("asof",), "case": ("filter", "case", "when"), "end": ("min", "max"),
    "or": ("or",), "and": ("and",), "where": ("where", "having"),
    "any": ("any_value", "first", "last", "arg_max", "arg_min"),
    "star": ("*",), "nulls": ("nulls",), "lasting": ("date_diff", "datediff", "epoch", "extract"),
}  # fmt: skip


@dataclass(frozen=True)
class Mended:
    """Single edits that make the one query give what the other gives, wherever that was tried.

    Parameters
    ----------
    exact, exact_other
        Edits of the attempt that give the very text of the reference, and of the reference that give the attempt's.
    own, other
        Edits of the attempt that agree with the reference, and of the reference that agree with the attempt; those that
        lead toward the other text first.
    part, part_other
        In what share of some worlds the best edit of a class agrees, of those that agree on the witness.
    """

    exact: tuple[Edit, ...] = ()
    exact_other: tuple[Edit, ...] = ()
    own: tuple[Edit, ...] = ()
    other: tuple[Edit, ...] = ()
    part: Mapping[str, float] = field(default_factory=dict)
    part_other: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Evidence:
    """All that is known of a difference.

    Parameters
    ----------
    witness
        The database, as small as it was found.
    empty
        Whether a table that is read has no row in it.
    expected, got
        What both gave there.
    missing, extra
        The rows of each that the other has not.
    unsteady
        Whether the attempt hangs on a tie alone.
    """

    reference: str
    attempt: str
    mended: Mended
    hung: Hung
    witness: Database
    empty: bool
    expected: Outcome
    got: Outcome
    missing: tuple[int, ...] = ()
    extra: tuple[int, ...] = ()
    unsteady: bool = False

    @property
    def elsewhere(self) -> bool:
        """Whether they differ only in the session of another zone."""
        return self.witness.time_zone != UTC and not self.unsteady


def plainest(edits: Sequence[Edit]) -> Edit:
    """Give the edit that says most: of the first class, the shortest."""
    return min(edits, key=lambda edit: (CLASSES.index(edit.kind), edit.end - edit.start))


def signs(evidence: Evidence) -> dict[str, float]:
    """Gather what speaks for one class or another: names with how strong each is; what is not there is 0."""
    found = dict(_of_edits(evidence.mended))
    found.update(_of_nearness(evidence))
    found.update(dict.fromkeys((*_of_world(evidence), *_of_results(evidence)), 1.0))
    found.update(dict.fromkeys(_of_texts(evidence.reference.lower(), evidence.attempt.lower()), 1.0))
    return found


def _of_edits(mended: Mended) -> Iterator[tuple[str, float]]:
    groups = {"exact": mended.exact or mended.exact_other, "own": mended.own, "other": mended.other}
    for name, edits in groups.items():
        if not edits:
            continue
        yield f"{name}: some", 1.0
        for kind, count in Counter(edit.kind for edit in edits).items():
            yield f"{name}: {kind}", count / len(edits)
        yield f"{name}: best {plainest(edits).kind}", 1.0
        if name != "exact":
            yield f"{name}: nearest {edits[0].kind}", 1.0
    if not any(groups.values()):
        yield "no edit", 1.0
    for name, shares in {"part": mended.part, "part other": mended.part_other}.items():
        for kind, share in shares.items():
            yield f"{name}: {kind}", share
        if shares:
            yield f"{name}: best {max(shares, key=lambda kind: (shares[kind], -CLASSES.index(kind)))}", 1.0


def leads(edits: Sequence[Edit], text: str, other: str) -> dict[str, int]:
    """Say of each text that an edit makes how many words fewer are in it or in the other text alone."""
    words = Counter(_WORD.findall(normal(other).lower()))
    before = _apart(Counter(_WORD.findall(normal(text).lower())), words)
    return {edit.text: before - _apart(Counter(_WORD.findall(edit.text.lower())), words) for edit in edits}


def _of_nearness(evidence: Evidence) -> Iterator[tuple[str, float]]:
    """Say which edits that agree lead toward the other text."""
    groups = {
        "own": (evidence.mended.own, evidence.attempt, evidence.reference),
        "other": (evidence.mended.other, evidence.reference, evidence.attempt),
    }
    for name, (edits, text, other) in groups.items():
        gains = leads(edits, text, other)
        for kind in {edit.kind for edit in edits if gains[edit.text] > 0}:
            yield f"{name}: toward {kind}", 1.0
        most = max(gains.values(), default=0)
        for kind in {edit.kind for edit in edits if gains[edit.text] == most > 0}:
            yield f"{name}: most toward {kind}", 1.0


def _apart(ours: Counter[str], theirs: Counter[str]) -> int:
    return (ours - theirs).total() + (theirs - ours).total()


def _of_world(evidence: Evidence) -> Iterator[str]:
    hung = {name: getattr(evidence.hung, name) for name in Hung.__dataclass_fields__}
    for name, count in hung.items():
        if count:
            yield f"hangs on {name}"
        if count > 1:
            yield f"hangs on several {name}"
    if not any(hung.values()):
        yield "hangs on nothing"
    yield f"rows: {min(evidence.witness.size, 4)}"
    yield from _of_rows(evidence.witness)
    if evidence.empty:
        yield "an empty table"
    if evidence.elsewhere:
        yield "in another zone"
    if evidence.unsteady:
        yield "unsteady"


def _of_rows(database: Database) -> Iterator[str]:
    """Say what rows of the witness have to do with one another."""
    schema = database.schema
    for table in schema.tables:
        rows = database.rows.get(table.name, ())
        keyed = {at for key in schema.keys(table) for at in key}
        if any(cell is None for row in rows for cell in row):
            yield "NULL is there"
        for own, target, there in schema.refers(table):
            ours = [row[own] for row in rows if row[own] is not None]
            if len(set(ours)) < len(ours):
                yield "several refer to one"
            if any(row[there] not in ours for row in database.rows.get(target, ())):
                yield "one that none refers to"
        linked = {own for own, _, _ in schema.refers(table)}
        rest = [tuple(cell for at, cell in enumerate(row) if at not in keyed) for row in rows]
        if len(set(rest)) < len(rest):
            yield "rows are alike but for their keys"
        for at in set(range(len(table.columns))) - keyed - linked:
            held = [row[at] for row in rows if row[at] is not None]
            if len(set(held)) < len(held):
                yield "a moment is there twice" if at in schema.times(table) else "a value is there twice"
        if len(rows) > 2:
            yield "three rows of a table"


def _of_results(evidence: Evidence) -> Iterator[str]:
    missing, extra = len(evidence.missing), len(evidence.extra)
    expected, got = Counter(evidence.expected.rows), Counter(evidence.got.rows)
    told = {
        "rows are missing": bool(missing and not extra),
        "rows are too many": bool(extra and not missing),
        "rows are others": bool(missing == extra and extra),
        "rows are others and more": bool(missing and extra and missing != extra),
        "nothing is due": not expected,
        "nothing is given": not got,
        "more rows": len(evidence.got.rows) > len(evidence.expected.rows),
        "fewer rows": len(evidence.got.rows) < len(evidence.expected.rows),
        "a row again": any(got[row] > expected[row] > 0 for row in got),
        "a row less often": any(expected[row] > got[row] > 0 for row in expected),
        "ends in an error": evidence.got.error is not None,
    }
    yield from (name for name, holds in told.items() if holds)
    pairs = [(evidence.expected.rows[one], evidence.got.rows[other]) for one in evidence.missing[:12]
             for other in evidence.extra[:12]]  # fmt: skip
    if pairs:
        due, came = max(pairs, key=lambda pair: sum(a == b for a, b in zip(*pair, strict=False)))
        unlike = [(a, b) for a, b in zip(due, came, strict=False) if a != b]
        if len(unlike) > 1:
            yield "several cells"
        for a, b in unlike:
            yield from _of_cells(a, b)


def _of_cells(due: Any, came: Any) -> Iterator[str]:  # noqa: ANN401 - cells of any type
    if due is None or came is None:
        yield "NULL is due" if due is None else "NULL is given"
        return
    if not (_is_number(due) and _is_number(came)):
        yield "another text"
        return
    one, other = float(due), float(came)
    told = {
        "larger": other > one,
        "smaller": other < one,
        "0 is due": one == 0,
        "0 is given": other == 0,
        "some times as much": one != 0 and other / one in (2, 3, 4),
        "a part of it": other != 0 and one / other in (2, 3, 4),
        "one off": abs(one - other) == 1,
        "a fraction": not (one.is_integer() and other.is_integer()),
    }
    yield from (name for name, holds in told.items() if holds)


def _is_number(cell: object) -> bool:
    return isinstance(cell, (int, float)) and not isinstance(cell, bool)


def _of_texts(one: str, other: str) -> Iterator[str]:
    """Say which words the texts do not share; where they are nearly the same, such a word says more."""
    ours, theirs = Counter(_WORD.findall(one)), Counter(_WORD.findall(other))
    apart = _apart(ours, theirs)
    how = "" if not apart else "near" if apart <= 4 else "close" if apart <= 12 else "far" if apart > 40 else "apart"
    yield how or "the same words"
    for sign in _of_words(one, other, ours, theirs):
        yield sign
        if how in ("", "near", "close"):
            yield f"close: {sign}"
    for name, words in _WORDS.items():
        if any(ours[word] or theirs[word] for word in words):
            yield f"some {name}"


def _of_words(one: str, other: str, ours: Counter[str], theirs: Counter[str]) -> Iterator[str]:
    for name, words in _WORDS.items():
        due, came = (sum(some[word] for word in words) for some in (ours, theirs))
        if due != came:
            yield f"{'more' if came > due else 'less'} {name}"
        if any(ours[word] != theirs[word] for word in words):
            yield f"other {name}"
    for name, pattern in {"zones": _ZONE, "orders": _ORDER, "partitions": _PART, "lengths": _LENGTH}.items():
        if _spelled(pattern, one) != _spelled(pattern, other):
            yield f"other {name}"
    for name, test in {"numbers": str.isdigit, "texts": lambda word: word.startswith("'")}.items():
        if sorted(filter(test, ours.elements())) != sorted(filter(test, theirs.elements())):
            yield f"other {name}"


def _spelled(pattern: re.Pattern[str], text: str) -> list[str]:
    return sorted(" ".join(one.split()) for one in pattern.findall(text))
