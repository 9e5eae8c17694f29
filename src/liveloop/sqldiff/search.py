"""Do two queries differ on some small database, and which is the smallest that shows it?"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from itertools import islice
from types import TracebackType

import numpy as np
import numpy.typing as npt

from liveloop.base.errors import BadInput
from liveloop.sqldiff.agree import differing
from liveloop.sqldiff.contrast import hanging
from liveloop.sqldiff.database import Database, Outcome, Schema
from liveloop.sqldiff.ddl import read_schema
from liveloop.sqldiff.dialect import turn
from liveloop.sqldiff.door import first_run
from liveloop.sqldiff.explain import NONE, Explanation, explain
from liveloop.sqldiff.guess import Shape, guess
from liveloop.sqldiff.judge import Judge, Ruling
from liveloop.sqldiff.lateral import asks_for_order, ranked
from liveloop.sqldiff.law import lawful, mend
from liveloop.sqldiff.meet import gist
from liveloop.sqldiff.mint import Mint, Worlds, open_mint
from liveloop.sqldiff.reduce import FEW, plainer, smaller
from liveloop.sqldiff.session import Session
from liveloop.sqldiff.ties import falls
from liveloop.sqldiff.verdict import Limits, Verdict, Witness

Flags = npt.NDArray[np.bool_]
Progress = Callable[[int, float], None]  # worlds tried, seconds gone
_ROUNDS = (100, 400, 1_500, 3_000)
_MOST_HITS = 4
_TIED_ROUNDS = 3  # in which an attempt that depends on a tie is looked for
_MOST_PARTS = 4
_REPLAY_SECONDS, _LEAST_SECONDS = 1.0, 0.25
_MOST_ROUNDS = 200
_OFTEN = ("null", "wrong-filter")  # letting NULL through, or another constant, agrees often though it was no mistake
_EXPLAINED = 500  # worlds on which a mistake must explain all
_STRIDE = 1_000_003


def compare(
    reference: str,
    attempt: str,
    schema: Schema | str,
    *,
    dialect: str = "duckdb",
    limits: Limits | None = None,
    seed: int = 0,
) -> Verdict:
    """Search for a small database on which two queries differ.

    Databases are drawn from the schema (keys, references and conditions hold) around the constants of both queries,
    and thousands run at once. A hit counts only when both queries, run plainly, differ in every order of its rows,
    however ties fall, with the optimizer on and off. Finding nothing proves nothing.

    Parameters
    ----------
    schema
        CREATE TABLE text in the dialect of the queries, or one that was read before.
    dialect
        `duckdb`, `mysql` or `postgres`; queries run in DuckDB, turned into its dialect.

    Raises
    ------
    BadInput
        When the schema or the dialect is not understood. A query that cannot run is a verdict.

    Examples
    --------
    >>> verdict = compare("SELECT id FROM t WHERE a <> 3 OR a IS NULL", "SELECT id FROM t WHERE a <> 3",
    ...                   "CREATE TABLE t (id INT PRIMARY KEY, a INT)")
    >>> verdict.kind, verdict.witness.database.rows["t"], verdict.witness.smallest
    ('differs', ((1, None),), True)
    """
    with Desk() as desk:
        return desk.compare(reference, attempt, schema, dialect=dialect, limits=limits, seed=seed)


class Desk:
    """Connections that serve many comparisons, one after the other.

    Parameters
    ----------
    progress
        Called after each round with how many databases were tried, and the seconds gone.
    """

    def __init__(self, progress: Progress | None = None) -> None:
        self.progress = progress
        self.session = Session()
        self._unoptimised: Session | None = None

    def __enter__(self) -> Desk:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self.session.close()
        if self._unoptimised is not None:
            self._unoptimised.close()

    @property
    def unoptimised(self) -> Session:
        """A connection without the optimizer."""
        if self._unoptimised is None:
            self._unoptimised = Session(optimised=False)
        return self._unoptimised

    def compare(
        self,
        reference: str,
        attempt: str,
        schema: Schema | str,
        *,
        dialect: str = "duckdb",
        limits: Limits | None = None,
        seed: int = 0,
    ) -> Verdict:
        """Compare two queries as `compare` does."""
        began, limits = time.perf_counter(), limits or Limits()
        known = _schema(schema, dialect) if isinstance(schema, str) else schema
        try:
            texts = turn(reference, dialect, "reference"), turn(attempt, dialect, "attempt")
        except BadInput as error:
            return Verdict("cannot run", 0, time.perf_counter() - began, reason=str(error))
        self.session.clear()
        search = _Search(self, texts, known, limits, seed, began, own=dialect == "duckdb")
        return search.run()


@dataclass(frozen=True, eq=False)
class Seen:
    """In which worlds two queries seem to differ, and in which the attempt alone depends on how a tie falls."""

    differs: Flags
    unsteady: Flags


def smallest(worlds: Worlds, flags: Flags, most: int) -> list[Worlds]:
    """Give the worlds that are flagged, so many at most, those of few rows first."""
    hits = np.flatnonzero(flags)
    order = np.argsort(worlds.sizes()[hits], kind="stable")[:most]
    return [worlds.choosing([int(hit)]) for hit in hits[order]]


@lru_cache(maxsize=64)
def _schema(text: str, dialect: str) -> Schema:
    return read_schema(text, dialect=dialect)


@dataclass(eq=False)
class _Search:
    desk: Desk
    texts: tuple[str, str]
    schema: Schema
    limits: Limits
    seed: int  # not negative
    began: float
    worlds: int = 0
    own: bool = True  # whether the attempt runs as it was written
    unsteady: Witness | None = None
    shown: tuple[Worlds, Ruling] | None = None  # the world of the witness, and what was ruled on it
    mint: Mint = field(init=False)
    ways: tuple[list[str], ...] = ()  # each query as it is screened, and the same with its ties fallen otherwise

    @property
    def left(self) -> float:
        return self.limits.seconds - (time.perf_counter() - self.began)

    @property
    def _seconds(self) -> float:
        """How long one query may take on all worlds of a batch."""
        return max(_LEAST_SECONDS, self.left)

    def run(self) -> Verdict:
        self.mint = open_mint(self.schema, self.texts)
        reason, empty = first_run(self.desk.session, self.mint, self.texts, seconds=max(0.2, self.limits.seconds))
        if reason:
            return self._verdict("cannot run", reason=reason)
        if empty is not None and len(empty[0].columns) != len(empty[1].columns):
            witness = Witness(Database(self.schema, {t.name: () for t in self.schema.tables}), *empty, smallest=True)
            said = f"the reference gives {_columns(empty[0])}, the attempt {_columns(empty[1])}"
            return self._verdict("differs", witness, said)
        self._align(empty)
        if self.limits.ordered and not asks_for_order(self.texts[0]):
            self.limits = replace(self.limits, ordered=False)
        place = ranked if self.limits.ordered else str
        self.ways = tuple(
            [place(way) for way in (text, *falls(text, ordered=self.limits.ordered))] for text in self.texts
        )
        try:
            found, stopped = self._rounds(), ""
            if found is not None:
                return replace(self._verdict("differs", found), explanation=self._explanation())
        except KeyboardInterrupt:
            stopped = "Stopped before the time was over."
        if self.unsteady is not None:
            said = "rows that tie are taken in any order"
            return replace(self._verdict("unsteady", self.unsteady, stopped), explanation=Explanation("tie", said))
        if not stopped and self.schema.claims and not self._lawful().count:
            reason = "schema: of the databases drawn, none keeps all its assertions"
            return self._verdict("cannot run", reason=reason)
        return self._verdict("none found", reason=stopped)

    def _rounds(self) -> Witness | None:
        for number in range(_MOST_ROUNDS):
            count = min(_ROUNDS[min(number, len(_ROUNDS) - 1)], self.limits.worlds - self.worlds)
            if count <= 0 or (number and self.left <= 0):
                break
            found = self._round(count, number)
            if self.desk.progress is not None:
                self.desk.progress(self.worlds, time.perf_counter() - self.began)
            if found is not None:
                return found
        return None

    def _lawful(self) -> Worlds:
        """Draw worlds on which to look for the mistake: those in which all claims hold."""
        session = self.desk.session
        worlds = mend(self.mint.draw(_EXPLAINED, seed=self.seed * _STRIDE + _STRIDE - 1), session)
        session.load(worlds)
        broken = {at for claim in self.schema.claims for at in session.asked(claim, seconds=_REPLAY_SECONDS)}
        return worlds.choosing([at for at in range(worlds.count) if at not in broken]) if broken else worlds

    def _verdict(self, kind: str, witness: Witness | None = None, reason: str = "") -> Verdict:
        return Verdict(kind, self.worlds, time.perf_counter() - self.began, witness, reason)  # type: ignore[arg-type]

    def _explanation(self) -> Explanation:
        """Look for the mistake on worlds of their own."""
        if self.limits.explain_seconds <= 0:
            return NONE
        found = explain(
            self.desk.session, self.texts, self._lawful(),
            tolerance=self.limits.tolerance, seconds=self.limits.explain_seconds, own=self.own,
        )  # fmt: skip
        if found.exact or found.kind not in ("", *_OFTEN):
            return found
        return self._guess() if not found.kind else self._doubted(found)

    def _doubted(self, found: Explanation) -> Explanation:
        """Take the guess where an edit of a kind that agrees with much only happens to agree."""
        other = self._guess()
        return found if other.kind in ("", found.kind) else other

    def _guess(self) -> Explanation:
        """Name a class where no edit explains the difference."""
        if self.shown is None:
            return NONE
        one, ruling = self.shown
        missing, extra = self._apart(ruling)
        hung = hanging(one, self._alike)
        empty = any(not len(one.rows[name].world) for name in self.mint.read)
        shape = Shape(int(one.sizes()[0]), len(missing), len(extra), hung, empty)
        return Explanation(guess(shape, *self.texts))

    def _alike(self, worlds: Worlds) -> Flags:
        """Say in which worlds all holds and the queries seem to agree."""
        return lawful(worlds, self.desk.session) & ~self._screen(worlds, loaded=True).differs

    def _apart(self, ruling: Ruling) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """List the rows of each result that the other has not."""
        return differing(
            ruling.expected.rows, ruling.got.rows, tolerance=self.limits.tolerance, ordered=self.limits.ordered
        )

    def _align(self, empty: tuple[Outcome, Outcome] | None) -> None:
        """Put the attempt's columns in the reference's order when both have the same names and names count."""
        if not self.limits.by_name or empty is None:
            return
        names = [[name.lower() for name in outcome.columns] for outcome in empty]
        if names[0] != names[1] and sorted(names[0]) == sorted(names[1]) and len(set(names[0])) == len(names[0]):
            listed = ", ".join(f'"{name}"' for name in empty[0].columns)
            self.own = False
            self.texts = self.texts[0], f"SELECT {listed} FROM ({self.texts[1]}) AS liveloop_by_name"  # noqa: S608

    def _round(self, count: int, number: int) -> Witness | None:
        worlds = mend(self.mint.draw(count, seed=self.seed * _STRIDE + number), self.desk.session)
        seen = self._screen(worlds)
        self.worlds += count
        for hit in smallest(worlds, seen.differs, _MOST_HITS):
            found = self._confirmed(hit)
            if found is not None:
                return found
        if self.unsteady is None and number < _TIED_ROUNDS:
            for hit in smallest(worlds, seen.unsteady, 1):
                self.unsteady = self._depends(hit)
        return None

    def _screen(self, worlds: Worlds, *, loaded: bool = False) -> Seen:
        """Say in which worlds, all of which are lawful but for the claims, the queries seem to differ.

        However their ties fall: no result that the one may give is one that the other may give.
        """
        session, tolerance = self.desk.session, self.limits.tolerance
        if not loaded:
            session.load(worlds)
        expected, got = (
            [gist(session.screen(text, seconds=self._seconds), worlds.count, tolerance) for text in some]
            for some in self.ways
        )
        apart = np.logical_and.reduce([one.apart(other) for one in expected for other in got])
        fixed = ~np.logical_or.reduce([np.zeros(worlds.count, bool), *(expected[0].apart(one) for one in expected[1:])])
        split = np.logical_or.reduce([np.zeros(worlds.count, bool), *(got[0].apart(one) for one in got[1:])])
        unsteady = split & fixed & ~apart & expected[0].ran & ~expected[0].failed
        for claim in worlds.schema.claims:
            if apart.any() or unsteady.any():
                broken = sorted(session.asked(claim, seconds=self._seconds))
                apart[broken] = unsteady[broken] = False
        return Seen(apart, unsteady)

    def _screen_any(self, worlds: Worlds, *, unsteady: bool = False) -> Flags:
        """Say in which worlds, which may break the schema's promises, all holds and the queries seem to differ."""
        fine = lawful(worlds, self.desk.session)
        if not fine.any():
            return fine
        seen = self._screen(worlds, loaded=True)  # it was loaded to be asked for its claims
        return fine & (seen.unsteady if unsteady else seen.differs)

    def _judge(self) -> Judge:
        return Judge(
            self.desk.session, self.desk.unoptimised, *self.texts,
            tolerance=self.limits.tolerance, ordered=self.limits.ordered, seconds=_REPLAY_SECONDS,
        )  # fmt: skip

    def _confirmed(self, one: Worlds) -> Witness | None:
        """Make a world smaller and plainer, and replay it; None when nothing of it holds."""
        judge, few = self._judge(), int(one.sizes()[0]) <= FEW
        for part in islice(smaller(one, self._screen_any), _MOST_PARTS):
            for tried in dict.fromkeys((plainer(part, self._screen_any), part)):
                ruling = judge.rule(tried)
                if ruling.kind == "differs":
                    return self._witness(tried, ruling, smallest=few)
        ruling = judge.rule(one)
        return self._witness(one, ruling, smallest=False) if ruling.kind == "differs" else None

    def _depends(self, one: Worlds) -> Witness | None:
        """Make a world smaller in which the attempt depends on a tie, and replay it."""
        judge = self._judge()
        for part in islice(smaller(one, partial(self._screen_any, unsteady=True)), _MOST_PARTS):
            ruling = judge.rule(part)
            if ruling.kind == "unsteady":
                return self._witness(part, ruling, smallest=False)
        return None

    def _witness(self, one: Worlds, ruling: Ruling, *, smallest: bool) -> Witness:
        self.shown = one, ruling
        missing, extra = self._apart(ruling)
        return Witness(one.world(0), ruling.expected, ruling.got, missing, extra, smallest)


def _columns(outcome: Outcome) -> str:
    many = len(outcome.columns)
    return f"{many} column{'s' if many != 1 else ''} ({', '.join(outcome.columns)})"


__all__ = ["Desk", "Limits", "Verdict", "Witness", "compare"]
