"""In which worlds does all hold that the schema promises, and which rows must go so that it does?"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from sqlglot import exp

from liveloop.base.tables import Table
from liveloop.sqldiff.arrays import Rows, Worlds, first_of
from liveloop.sqldiff.database import Schema
from liveloop.sqldiff.mint import Mint
from liveloop.sqldiff.session import Session
from liveloop.sqldiff.story import told

Flags = npt.NDArray[np.bool_]
_SECONDS = 2.0


def mend(worlds: Worlds, session: Session) -> Worlds:
    """Drop the rows that break a condition of their table, and those that referred to them; worlds stay numbered.

    A condition that gives NULL holds, as in SQL.
    """
    if not (worlds.schema.checks or worlds.schema.links or worlds.schema.claims):
        return worlds
    rows = dict(worlds.rows)
    for table in worlds.schema.tables if worlds.schema.checks else ():
        held = _holding(worlds.schema, table, worlds.arrow_of(table, rows[table.name]), session)
        rows[table.name] = rows[table.name].taking(held)
    while True:
        lost = {t.name: ~_leading(worlds.schema, t, rows) for t in worlds.schema.tables}
        if not any(flags.any() for flags in lost.values()):
            return Worlds(worlds.schema, worlds.pools, rows, worlds.count)
        rows = {name: some.taking(~lost[name]) for name, some in rows.items()}


def drawn(mint: Mint, count: int, session: Session, *, seed: int) -> Worlds:
    """Draw worlds in which all holds: so many, or fewer where some break a claim."""
    worlds = mend(mint.draw(count, seed=seed), session)
    if not worlds.schema.claims:
        return worlds
    session.load(worlds)
    broken = {at for claim in worlds.schema.claims for at in session.asked(claim, seconds=_SECONDS)}
    return worlds.choosing([at for at in range(worlds.count) if at not in broken])


def lawful(worlds: Worlds, session: Session) -> Flags:
    """Say in which worlds keys, references and all conditions hold. What it loads stays in the session.

    Examples
    --------
    >>> from liveloop.sqldiff.ddl import read_schema
    >>> from liveloop.sqldiff.mint import open_mint
    >>> schema = read_schema("CREATE TABLE t (id INT PRIMARY KEY, a INT CHECK (a <> 2))")
    >>> worlds = open_mint(schema, []).draw(200, seed=1)
    >>> with Session() as session:
    ...     bool(lawful(worlds, session).all()), bool(lawful(mend(worlds, session), session).all())
    (False, True)
    """
    flags = np.ones(worlds.count, bool)
    for table in worlds.schema.tables:
        rows = worlds.rows[table.name]
        needed = [at for at, column in enumerate(table.columns) if not column.nullable]
        broken = (rows.cells[:, needed] < 0).any(axis=1) | ~_leading(worlds.schema, table, worlds.rows)
        if worlds.schema.narratives:
            broken |= ~told(worlds.schema, table, rows, worlds.rows)
        for key in worlds.schema.keys(table):
            broken |= ~first_of(rows, key)
        broken |= ~_holding(worlds.schema, table, worlds.arrow_of(table, rows), session)
        flags[rows.world[broken]] = False
    session.load(worlds)
    for claim in worlds.schema.claims:
        flags[sorted(session.asked(claim, seconds=_SECONDS))] = False
    return flags


def _holding(schema: Schema, table: Table, rows: pa.Table, session: Session) -> Flags:
    """Say which rows of a table break none of its conditions."""
    conditions = _conditions(schema, table)
    if not conditions or not rows.num_rows:
        return np.ones(rows.num_rows, bool)
    return session.holding(table.name, rows, conditions)


@lru_cache(maxsize=256)
def _conditions(schema: Schema, table: Table) -> list[str]:
    found = [condition for name, condition in schema.checks if name == table.name]
    for name, column, values in schema.domains:
        if name == table.name:
            listed = ", ".join(exp.convert(value).sql(dialect="duckdb") for value in values)
            found.append(f'"{column}" IN ({listed})')
    return found + [f'"{column}" >= {low:g}' for name, column, low in schema.least if name == table.name]


def _leading(schema: Schema, table: Table, rows: dict[str, Rows]) -> Flags:
    """Say which rows of a table refer to what is there; NULL refers to nothing and need not."""
    mine = rows[table.name]
    fine = np.ones(len(mine.world), bool)
    for own, target, there in schema.leads(table):
        above = rows[target]
        size = 2 + max(int(mine.cells.max(initial=0)), int(above.cells.max(initial=0)))
        empty = (mine.cells[:, own] < 0).any(axis=1)
        fine &= empty | np.isin(_code(mine, own, size), _code(above, there, size))
    return fine


def _code(rows: Rows, columns: list[int], size: int) -> npt.NDArray[np.int64]:
    code = rows.world.astype(np.int64)
    for at in columns:
        code = code * size + rows.cells[:, at] + 1
    return code
