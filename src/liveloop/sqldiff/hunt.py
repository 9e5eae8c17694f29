"""In which of the worlds drawn for two queries do they differ, and which is the smallest and surest of them?"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice

import numpy as np

from liveloop.base.budget import Budget
from liveloop.sqldiff.agree import agree, differing
from liveloop.sqldiff.arrays import Flags, Worlds
from liveloop.sqldiff.bank import Banks
from liveloop.sqldiff.cause import NONE, Explanation, cause
from liveloop.sqldiff.contrast import Hung, hanging
from liveloop.sqldiff.database import Database, Outcome, Schema
from liveloop.sqldiff.door import first_run
from liveloop.sqldiff.explain import mending
from liveloop.sqldiff.judge import Judge, Ruling
from liveloop.sqldiff.lateral import asks_for_order, ranked
from liveloop.sqldiff.law import drawn, lawful, mend
from liveloop.sqldiff.meet import Gist, gist
from liveloop.sqldiff.mint import Mint, open_mint
from liveloop.sqldiff.plain import plainer
from liveloop.sqldiff.reached import Branch, reached
from liveloop.sqldiff.reduce import FEW, smaller
from liveloop.sqldiff.session import Session
from liveloop.sqldiff.signs import Evidence, Mended
from liveloop.sqldiff.ties import falls
from liveloop.sqldiff.verdict import Limits, Verdict, Witness
from liveloop.sqldiff.zones import UTC, Connections, can_matter, zone_of

_ROUNDS = (100, 400, 1_500, 3_000)
_MOST_HITS = 4
_TIED_ROUNDS = 3  # in which an attempt that depends on a tie is looked for
_MOST_PARTS = 4
_REPLAY_SECONDS, _LEAST_SECONDS = 1.0, 0.25
_MOST_ROUNDS = 200
_EXPLAINED = 500  # worlds on which a mistake must explain all
_STRIDE = 1_000_003


@dataclass(frozen=True, eq=False)
class Seen:
    """In which worlds two queries seem to differ, where the attempt alone depends on a tie, where both ran in time."""

    differs: Flags
    unsteady: Flags
    ran: Flags


def smallest(worlds: Worlds, flags: Flags, most: int) -> list[Worlds]:
    """Give the worlds that are flagged, so many at most, those of few rows first."""
    hits = np.flatnonzero(flags)
    order = np.argsort(worlds.sizes()[hits], kind="stable")[:most]
    return [worlds.choosing([int(hit)]) for hit in hits[order]]


@dataclass(eq=False)
class Hunt:
    """One comparison: worlds in rounds, hits made smaller and judged, what is wrong."""

    connections: Connections
    texts: tuple[str, str]
    schema: Schema
    limits: Limits
    seed: int  # not negative
    began: float  # on the clock
    budget: Budget  # of the search
    worlds: int = 0
    own: bool = True  # whether the attempt runs as it was written
    told: Callable[[Evidence], None] | None = None
    progress: Callable[[int, float], None] | None = None
    banks: Banks | None = None
    zone: str = UTC  # of the session in which both run
    unsteady: Witness | None = None
    shown: Worlds | None = None  # the world of the witness
    mints: dict[str, Mint] = field(default_factory=dict)  # by the zone of the session
    zoned: bool = False  # whether the zone of the session can matter
    ways: tuple[list[str], ...] = ()  # each query as it is screened, and the same with its ties fallen otherwise

    @property
    def session(self) -> Session:
        """Give the connection of the zone."""
        return self.connections.session(self.zone)

    @property
    def _seconds(self) -> float:
        """How long one query may take on all worlds of a batch."""
        return max(_LEAST_SECONDS, self.budget.left)

    def run(self) -> Verdict:
        """Compare."""
        self.mints[UTC] = open_mint(self.schema, self.texts)
        self.zoned = self.limits.any_zone and can_matter(self.schema, self.texts)
        reason, empty = first_run(self.session, self._mint(), self.texts, seconds=max(0.2, self.limits.seconds))
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
                return replace(self._verdict("differs", found), explanation=self._explanation(found))
        except KeyboardInterrupt:
            stopped = "Stopped before the time was over."
        if self.unsteady is not None:
            return replace(
                self._verdict("unsteady", self.unsteady, stopped),
                explanation=self._explanation(self.unsteady, unsteady=True),
            )
        if not stopped and self.schema.claims and not self._lawful().count:
            reason = "schema: of the databases drawn, none keeps all its assertions"
            return self._verdict("cannot run", reason=reason)
        return replace(self._verdict("none found", reason=stopped), reached=() if stopped else self._reached())

    def _rounds(self) -> Witness | None:
        found = self._banked()
        if found is not None:
            return found
        for number in range(_MOST_ROUNDS):
            count = min(_ROUNDS[min(number, len(_ROUNDS) - 1)], self.limits.worlds - self.worlds)
            if count <= 0 or (number and self.budget.over):
                break
            self.zone = zone_of(number) if self.zoned else UTC
            found = self._round(count, number)
            if self.progress is not None:
                self.progress(self.worlds, time.perf_counter() - self.began)
            if found is not None:
                return found
        return None

    def _reached(self) -> tuple[Branch, ...]:
        """See which branches of both queries the worlds reached."""
        if self.limits.branch_seconds <= 0:
            return ()
        self.zone = UTC
        found = reached(
            self.session, self.texts, self._lawful(),
            tolerance=self.limits.tolerance, seconds=self.limits.branch_seconds,
        )  # fmt: skip
        return found if self.own else tuple(replace(one, start=0, end=0) for one in found)

    def _lawful(self) -> Worlds:
        """Draw worlds on which to look for the mistake: those in which all claims hold."""
        return drawn(self._mint(), _EXPLAINED, self.session, seed=self.seed * _STRIDE + _STRIDE - 1)

    def _verdict(self, kind: str, witness: Witness | None = None, reason: str = "") -> Verdict:
        return Verdict(kind, self.worlds, time.perf_counter() - self.began, witness, reason)  # type: ignore[arg-type]

    def _explanation(self, witness: Witness, *, unsteady: bool = False) -> Explanation:
        """Look for the mistake on worlds of their own."""
        if self.limits.explain_seconds <= 0 or self.shown is None:
            return NONE
        evidence = self._evidence(self.shown, witness, unsteady=unsteady)
        if self.told is not None:
            self.told(evidence)
        found = cause(evidence)
        return found if self.own else replace(found, start=0, end=0)  # its parts have no places in what was written

    def _evidence(self, one: Worlds, witness: Witness, *, unsteady: bool) -> Evidence:
        """Gather what is known of the difference; `one` is the world of the witness."""
        mended = Mended() if unsteady else mending(self.session, self.texts, self._lawful(), self.limits, witness=one)
        hung = Hung() if unsteady else hanging(one, self._alike)
        empty = any(not len(one.rows[name].world) for name in self._mint().read)
        return Evidence(
            *self.texts, mended, hung, witness.database, empty, witness.expected, witness.got, witness.missing,
            witness.extra, unsteady=unsteady,
        )  # fmt: skip

    def _alike(self, worlds: Worlds) -> Flags:
        """Say in which worlds all holds and the queries seem to agree."""
        return lawful(worlds, self.session) & ~self._screen(worlds, loaded=True).differs

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
        return self._hits(mend(self._mint().draw(count, seed=self.seed * _STRIDE + number), self.session), number)

    def _banked(self) -> Witness | None:
        """Try the worlds that are kept for the reference, if it was asked for before; building them is not timed."""
        if self.banks is None:
            return None
        before, kept = self.banks.seconds, self.budget.left
        bank = self.banks.of(self.session, self.texts[0], self.schema, tolerance=self.limits.tolerance)
        self.began += self.banks.seconds - before
        self.budget = Budget(kept)
        return None if bank is None else self._hits(bank.worlds)

    def _hits(self, worlds: Worlds, number: int = 0) -> Witness | None:
        """Screen worlds and confirm the smallest hits; note where the attempt alone depends on a tie."""
        seen = self._screen(worlds)
        self.worlds += int(seen.ran.sum())  # one that was not run in time was not tried
        zone = self.zone
        for hit in smallest(worlds, seen.differs, _MOST_HITS):
            self.zone = UTC
            if zone != UTC and not self._screen(hit).differs.any():
                self.zone = zone  # there alone they differ
            found = self._confirmed(hit)
            if found is not None:
                return found
        self.zone = zone
        if self.unsteady is None and number < _TIED_ROUNDS:
            for hit in smallest(worlds, seen.unsteady, 1):
                self.unsteady = self._depends(hit)
        return None

    def _mint(self) -> Mint:
        """Give the mint of the session's zone: its midnights and changes of clocks are among the moments."""
        if self.zone not in self.mints:
            self.mints[self.zone] = open_mint(self.schema, self.texts, zones=(self.zone,))
        return self.mints[self.zone]

    def _screen(self, worlds: Worlds, *, loaded: bool = False) -> Seen:
        """Say in which worlds, all of which are lawful but for the claims, the queries seem to differ.

        However their ties fall: no result that the one may give is one that the other may give.
        """
        session, tolerance = self.session, self.limits.tolerance
        if not loaded:
            session.load(worlds)
        expected, got = (
            [gist(session.screen(text, seconds=self._seconds), worlds.count, tolerance) for text in some]
            for some in self.ways
        )
        if self.zone != UTC:
            expected[0] = self._settled(expected[0], worlds)
        apart = np.logical_and.reduce([one.apart(other) for one in expected for other in got])
        fixed = ~np.logical_or.reduce([np.zeros(worlds.count, bool), *(expected[0].apart(one) for one in expected[1:])])
        split = np.logical_or.reduce([np.zeros(worlds.count, bool), *(got[0].apart(one) for one in got[1:])])
        unsteady = split & fixed & ~apart & expected[0].ran & ~expected[0].failed
        for claim in worlds.schema.claims:
            if apart.any() or unsteady.any():
                broken = sorted(session.asked(claim, seconds=self._seconds))
                apart[broken] = unsteady[broken] = False
        return Seen(apart, unsteady, expected[0].ran & got[0].ran)

    def _settled(self, expected: Gist, worlds: Worlds) -> Gist:
        """Hold a result of the reference for none where it hangs on the zone of the session: nothing can be said."""
        session = self.connections.session(UTC)
        session.load(worlds)
        usual = gist(session.screen(self.ways[0][0], seconds=self._seconds), worlds.count, self.limits.tolerance)
        alike = usual.ran & ~usual.failed & (usual.sums == expected.sums)
        return replace(expected, ran=expected.ran & alike)

    def _screen_any(self, worlds: Worlds, *, unsteady: bool = False) -> Flags:
        """Say in which worlds, which may break the schema's promises, all holds and the queries seem to differ."""
        fine = lawful(worlds, self.session)
        if not fine.any():
            return fine
        seen = self._screen(worlds, loaded=True)  # it was loaded to be asked for its claims
        return fine & (seen.unsteady if unsteady else seen.differs)

    def _judge(self) -> Judge:
        return Judge(
            self.session, self.connections.session(self.zone, optimised=False), *self.texts,
            tolerance=self.limits.tolerance, ordered=self.limits.ordered, seconds=_REPLAY_SECONDS,
        )  # fmt: skip

    def _confirmed(self, one: Worlds) -> Witness | None:
        """Make a world smaller and plainer, and replay it; None when nothing of it holds."""
        judge = self._judge()
        for part in islice(smaller(one, self._screen_any), _MOST_PARTS):
            for tried in dict.fromkeys((plainer(part, self._screen_any), part)):
                ruling = judge.rule(tried)
                if ruling.kind == "differs" and self._stays(tried, ruling):
                    # Cut down to so few rows, all parts of it were tried, the smaller ones before it.
                    return self._witness(tried, ruling, smallest=int(part.sizes()[0]) <= FEW)
                if ruling.kind == "unsteady":  # no other part will do better
                    self.unsteady = self.unsteady or self._witness(tried, ruling, smallest=False)
                    return None
        ruling = judge.rule(one)
        held = ruling.kind == "differs" and self._stays(one, ruling) and lawful(one, self.session).all()
        return self._witness(one, ruling, smallest=False) if held else None

    def _stays(self, one: Worlds, ruling: Ruling) -> bool:
        """Say whether the zone of the session alone makes the difference: in UTC both give what is expected."""
        if self.zone == UTC:
            return True
        session = self.connections.session(UTC)
        session.load(one)
        usual = [session.outcomes(text, seconds=_REPLAY_SECONDS)[0] for text in self.texts]
        tolerance, ordered = self.limits.tolerance, self.limits.ordered
        return all(agree(ruling.expected, one, tolerance=tolerance, ordered=ordered) for one in usual)

    def _depends(self, one: Worlds) -> Witness | None:
        """Make a world smaller in which the attempt depends on a tie, and replay it."""
        judge = self._judge()
        for part in islice(smaller(one, partial(self._screen_any, unsteady=True)), _MOST_PARTS):
            ruling = judge.rule(part)
            if ruling.kind == "unsteady":
                return self._witness(part, ruling, smallest=False)
        return None

    def _witness(self, one: Worlds, ruling: Ruling, *, smallest: bool) -> Witness:
        self.shown = one
        missing, extra = differing(
            ruling.expected.rows, ruling.got.rows, tolerance=self.limits.tolerance, ordered=self.limits.ordered
        )
        database = replace(one.world(0), time_zone=self.zone)
        return Witness(database, ruling.expected, ruling.got, missing, extra, smallest)


def _columns(outcome: Outcome) -> str:
    many = len(outcome.columns)
    return f"{many} column{'s' if many != 1 else ''} ({', '.join(outcome.columns)})"
