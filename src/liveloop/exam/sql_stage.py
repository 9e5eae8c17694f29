"""What is laid out for a SQL drill before any attempt comes: its bases, the contrasts, what the reference gives there?

All of it follows from the drill and the seed alone, so it is made once and kept for the attempts that follow.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import Any

from liveloop.base.errors import BadInput
from liveloop.base.tables import Table
from liveloop.drill import Drill, SqlForm
from liveloop.exam.sql_run import Box, SqlRunner
from liveloop.exam.sql_world import cut_out, draw_rows, pools_of
from liveloop.probe import Contrast
from liveloop.sqldiff.agree import agree
from liveloop.sqldiff.database import Database, Outcome, Schema
from liveloop.sqldiff.grow import Shape, grow
from liveloop.sqldiff.mine import Mined, mine
from liveloop.sqldiff.twist import fellows
from liveloop.worlds import schema as world_schema

FAMILIES: dict[str, tuple[int, Shape]] = {
    "alone": (70, Shape(1)),
    "two": (60, Shape(2)),
    "several": (30, Shape(2, 3)),
    "burst": (30, Shape(1, 5, dense=True)),
    "gaps": (16, Shape(3, 2, 0.35)),
    "crowd": (4, Shape(60)),
    "throng": (3, Shape(24, 3)),
}
_GROWN = {"alone": 4, "two": 4, "several": 3, "burst": 5, "missing": 3}  # how many times as many are grown as are kept
_KEPT_STAGES = 24
_MOST = {(True, True): 4, (True, False): 5, (False, True): 2, (False, False): 1}  # by: is it at stake, in a group
_SIZES = (7, 12, 30)


def schema_of(form: SqlForm) -> Schema:
    """Take the drill's tables from the world's schema, with the drill's own adjustments."""
    unique = []
    for entry in form.unique:
        name, _, columns = entry.partition(".")
        unique.append((name, tuple(columns.split("+"))))
    return Schema(tuple(_adjusted(world_schema.table(name), form) for name in form.tables), tuple(unique), True)  # noqa: FBT003


def _adjusted(table: Table, form: SqlForm) -> Table:
    columns = []
    for column in table.columns:
        name = f"{table.name}.{column.name}"
        nullable = (column.nullable or name in form.nullable) and name not in form.not_null
        columns.append(replace(column, nullable=nullable))
    return replace(table, columns=tuple(columns))


@dataclass
class Stage:
    """A drill with one seed, laid out."""

    drill: Drill
    form: SqlForm
    seed: int
    reference: SqlRunner
    schema: Schema = field(init=False)
    mined: Mined = field(init=False)
    families: dict[str, list[Database]] = field(init=False)
    picked: dict[str, list[Contrast]] = field(default_factory=dict)
    expected: dict[Database, Outcome] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        self.schema = schema_of(self.form)
        self.mined = mine(self.drill.reference)
        rows = draw_rows(self.drill, self.seed)
        pools = pools_of(self.schema, rows)
        shapes = dict(FAMILIES)
        if _asks_for_null(self.drill.reference):
            shapes["missing"] = (16, Shape(2, 3, 0.0, 0.35))
        self.families = {
            name: [
                grow(self.schema, self.mined, shape, seed=self._seed(name, i), pools=pools)
                for i in range(count * _GROWN.get(name, 1))
            ]
            for name, (count, shape) in shapes.items()
        }
        for name in _GROWN:
            if name in shapes:
                self.families[name] = self._varied(self.families[name], shapes[name][0])
        self.families["cut"] = cut_out(self.schema, rows, seed=self.seed)

    def _varied(self, bases: list[Database], count: int) -> list[Database]:
        """Choose bases on which the reference gives as many different things as it can."""
        by_result: dict[object, list[Database]] = {}
        for base, outcome in zip(bases, self.reference.screen(bases), strict=True):
            by_result.setdefault(_gist(outcome), []).append(base)
        turns = [some for _, some in sorted(by_result.items(), key=lambda item: len(item[1]))]
        varied = [base for turn in zip_longest(*turns) for base in turn if base is not None]
        return varied[:count]

    def _seed(self, name: str, number: int) -> int:
        return (self.seed * 1_000_003 + sum(map(ord, name)) * 7919 + number) % (1 << 31)

    def outcomes(self, databases: Sequence[Database]) -> dict[Database, Outcome]:
        """Give what the reference gives, remembered for the databases of the stage."""
        with self.lock:
            new = [database for database in dict.fromkeys(databases) if database not in self.expected]
            self.expected.update(zip(new, self.reference.screen(new), strict=True))
            return {database: self.expected[database] for database in databases}

    def pick(self, wanted: dict[str, list[Contrast]]) -> dict[str, list[Contrast]]:
        """Keep, for each probe, the contrasts on which the reference shows that something is at stake."""
        with self.lock:
            new = {code: contrasts for code, contrasts in wanted.items() if code not in self.picked}
            everything = [
                d for contrasts in new.values() for contrast in contrasts for d in (*contrast.inputs, *contrast.beside)
            ]
            outcomes = self.outcomes(everything)
            useless = [outcome for outcome in outcomes.values() if outcome.error is not None or not outcome.ran]
            if outcomes and len(useless) == len(outcomes):
                self.expected.clear()  # nothing of it is worth remembering
                raise RuntimeError(f"the reference gives no result: {useless[0].error}")
            for code, contrasts in new.items():
                self.picked[code] = self._chosen(contrasts, outcomes)
            kept = {d for contrasts in self.picked.values() for contrast in contrasts for d in contrast.inputs}
            self.expected = {database: outcome for database, outcome in self.expected.items() if database in kept}
            return {code: self.picked[code] for code in wanted}

    def _chosen(self, contrasts: list[Contrast], outcomes: dict[Database, Outcome]) -> list[Contrast]:
        kept: list[Contrast] = []
        count: dict[tuple[str, bool, bool, int], int] = {}
        for contrast in sorted(contrasts, key=lambda contrast: contrast.nasty.size):
            here = [outcomes[database] for database in contrast.inputs]
            if any(outcome.error is not None for outcome in here):
                continue
            told = [outcomes[d] for d in (*contrast.calm[: contrast.telling], *contrast.beside)]
            touching = not told or not all(self.same(here[0], other) for other in told)
            # Beside another row of its group a NULL or a late fact means something else than alone.
            among = fellows(contrast.nasty, contrast.held)
            key = (contrast.says, touching, among, sum(contrast.nasty.size > size for size in _SIZES))
            count[key] = count.get(key, 0) + 1
            spared = not contrast.calm or contrast.as_stored  # which rows would have to change places is not known
            if spared or count[key] <= _MOST[touching, among]:
                kept.append(contrast)
        return kept

    def same(self, one: Outcome, other: Outcome) -> bool:
        """Compare two outcomes as the drill asks for it."""
        return agree(one, other, tolerance=self.form.tolerance, ordered=self.form.ordered)


def _gist(outcome: Outcome) -> tuple[object, ...]:
    """Say in short what a result holds: how many rows, and in each column the small values, without identities."""
    gist: list[object] = [len(outcome.rows), outcome.error is None]
    for column in zip(*outcome.rows, strict=True):
        gist.append(tuple(sorted({_brief(cell) for cell in column})))
    return tuple(gist)


def _brief(cell: Any) -> str:  # noqa: ANN401
    if cell is None or isinstance(cell, (bool, str)):
        return str(cell)[:12]
    number = float(cell)
    return "large" if abs(number) > 50 else f"{number:.2f}"


def _asks_for_null(text: str) -> bool:
    folded = " ".join(text.upper().split())
    return "IS NULL" in folded or "IS NOT NULL" in folded or "COALESCE" in folded or "IFNULL" in folded


class Stages:
    """The stages of the last drills, so that a second attempt finds everything laid out."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[Any, ...], Stage] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, drill: Drill, seed: int, box: Box) -> Stage:
        """Give the stage of a drill and a seed, laid out now or before."""
        if drill.sql is None:
            raise BadInput("not a SQL drill", where=drill.slug, allowed="a drill with a [sql] table")
        key = (drill.id, drill.reference, drill.sql, repr(sorted(drill.world.settings.items())), drill.probes, seed)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                self._kept[key].reference.box = box
                return self._kept[key]
        made = Stage(drill, drill.sql, seed, SqlRunner(box, drill.reference))
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > _KEPT_STAGES:
                self._kept.popitem(last=False)
        return made
