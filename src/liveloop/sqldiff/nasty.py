"""Which one nasty thing can be done to a small calm database, and what are its calm neighbours?"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations, permutations

from liveloop.base.tables import Column, Table
from liveloop.sqldiff.database import DAY, HOUR, MINUTE, SECOND, Database, Row
from liveloop.sqldiff.grow import is_number
from liveloop.sqldiff.mine import Mined
from liveloop.sqldiff.twist import (
    Twist,
    called,
    copied,
    each_row,
    fellows,
    hanging,
    legal,
    parted,
    shift,
    with_cell,
    without,
)

_APART = 7 * SECOND
_FAR_DAYS = 500
_CROWD = 20
_IN_GROUPS = ("disagrees", "nondeterminism", "tie")  # they tell what is wrong with a group of several rows anyhow


def gone_missing(base: Database, mined: Mined, beside: Sequence[str] = ()) -> Iterator[Twist]:
    """NULL where a value may be missing; calm: the value is there, or the row is not.

    `beside` are columns that are emptied although the query does not read them: who reads them loses rows.
    """
    for table, at, _row in each_row(base):
        for i, column in enumerate(table.columns):
            if (
                column.nullable
                and (used(column.name, mined) or f"{table.name}.{column.name}" in beside)
                and base.rows[table.name][at][i] is not None
            ):
                nasty = with_cell(base, table, at, {i: None})
                calm, says = (base, without(base, table, {at})), f"{table.name}.{column.name} is NULL"
                held = called(base, table, at)
                yield Twist(nasty, calm, says, held=held, unless=_IN_GROUPS if fellows(base, held) else ())
    for table in base.schema.tables:
        for i, column in enumerate(table.columns):
            if (
                column.nullable
                and (used(column.name, mined) or f"{table.name}.{column.name}" in beside)
                and len(base.rows[table.name]) > 1
            ):
                rows = [tuple(None if k == i else cell for k, cell in enumerate(row)) for row in base.rows[table.name]]
                gone = without(base, table, set(range(len(rows))))
                nasty = base.replacing(**{table.name: rows})
                yield Twist(nasty, (base, gone), f"every {table.name}.{column.name} is NULL", unless=("disagrees",))


def used(name: str, mined: Mined) -> bool:
    """Say whether a query may read a column of this name."""
    return name.lower() in mined.columns


def doubled(base: Database, mined: Mined) -> Iterator[Twist]:
    """Two alike rows a few seconds apart; calm: either of them alone."""
    for table, at, row in each_row(base):
        if not read(table, mined) or len(hanging(base, table, at)) > 1:
            continue  # the copy of a row that others hang on has none of these: that would be an empty group
        moved = shift(base, table, at, _APART)
        changes = {i: moved.rows[table.name][at][i] for i in range(len(table.columns)) if _moves(table, i)}
        for i, column in enumerate(table.columns):
            if column.name == "revision" and row[i] is not None:
                changes[i] = row[i] + 1
        nasty = copied(base, table, at, changes)
        if legal(nasty) and legal(moved):
            says = f"there are two rows in {table.name} where there was one"
            both = called(nasty, table, at, len(nasty.rows[table.name]) - 1)
            yield Twist(nasty, (base, moved), says, (without(base, table, {at}),), both)
    yield from _shared_identity(base, mined)


def _moves(table: Table, at: int) -> bool:
    return table.columns[at].type.upper().startswith("TIMESTAMP")


def read(table: Table, mined: Mined) -> bool:
    """Say whether a query reads a table."""
    return table.name.lower() in mined.tables


def _shared_identity(base: Database, mined: Mined) -> Iterator[Twist]:
    for table in base.schema.tables:
        rows = base.rows[table.name]
        for i, column in enumerate(table.columns):
            loose = column.name.endswith("_id") and column.refers_to is None and column.name not in table.key
            if loose and not column.nullable and used(column.name, mined) and len(rows) > 1:
                for one, other in list(combinations(range(len(rows)), 2))[:3]:
                    if rows[one][i] == rows[other][i]:
                        continue
                    nasty = with_cell(base, table, other, {i: rows[one][i]})
                    alone = (without(base, table, {one}), without(base, table, {other}))
                    if legal(nasty):
                        says = f"two {table.name} share one {column.name}"
                        yield Twist(nasty, (base, *alone), says, held=called(nasty, table, one, other))


def tied(base: Database, mined: Mined, chance: random.Random) -> Iterator[Twist]:
    """Two rows at the same moment, or with the same value; calm: one a little before the other, either way."""
    for table in base.schema.tables:
        rows = base.rows[table.name]
        pairs = list(combinations(range(len(rows)), 2))
        chance.shuffle(pairs)
        pairs.sort(key=lambda pair: -_kinship(table, rows[pair[0]], rows[pair[1]]))
        for one, other in pairs[:3]:
            yield from _tied_times(base, table, (one, other), mined)
        pairs.sort(key=lambda pair: -_likeness(table, rows[pair[0]], rows[pair[1]], mined))
        for one, other in pairs[:3]:
            yield from _tied_values(base, table, (one, other), mined)


def _kinship(table: Table, one: Row, other: Row) -> int:
    """Count the references that two rows share: what ties within a group is what matters."""
    shared = [i for i, column in enumerate(table.columns) if column.refers_to is not None and one[i] == other[i]]
    return len([i for i in shared if one[i] is not None])


def _likeness(table: Table, one: Row, other: Row, mined: Mined) -> int:
    """Count the references and the texts that two rows share: a query may make groups by either."""
    texts = [
        i
        for i, column in enumerate(table.columns)
        if column.type.upper() == "VARCHAR" and used(column.name, mined) and one[i] == other[i]
    ]
    return _kinship(table, one, other) + len([i for i in texts if one[i] is not None])


def _tied_times(base: Database, table: Table, pair: tuple[int, int], mined: Mined) -> Iterator[Twist]:
    one, other = pair
    for i, column in enumerate(table.columns):
        if not _moves(table, i) or not used(column.name, mined):
            continue
        rows = base.rows[table.name]
        if rows[one][i] is None or rows[other][i] is None:
            continue
        gap = rows[one][i] - rows[other][i]
        before, after = (shift(base, table, other, gap + by) for by in (-2 * SECOND, 2 * SECOND))
        equal = shift(base, table, other, gap)
        for nasty in (equal, turned(equal, table)):
            if all(legal(database) for database in (nasty, before, after)):
                says = f"two {table.name} have the same {column.name}"
                yield Twist(nasty, (before, after), says, held=called(equal, table, one, other))


def turned(database: Database, table: Table) -> Database:
    """Give the same database with the rows of one table in the opposite order."""
    return database.replacing(**{table.name: tuple(reversed(database.rows[table.name]))})


def _tied_values(base: Database, table: Table, pair: tuple[int, int], mined: Mined) -> Iterator[Twist]:
    one, other = pair
    for i, column in enumerate(table.columns):
        if not is_number(column) or not used(column.name, mined) or column.name == "revision":
            continue
        value = base.rows[table.name][one][i]
        if not isinstance(value, float):
            continue
        before, after = (with_cell(base, table, other, {i: value + by}) for by in (-0.001, 0.001))
        equal = with_cell(base, table, other, {i: value})
        for nasty in (equal, turned(equal, table)):
            says = f"two {table.name} have the same {column.name}"
            yield Twist(nasty, (before, after), says, held=called(equal, table, one, other))


def emptied(base: Database, mined: Mined, *, apart: bool) -> Iterator[Twist]:
    """A group, a table or everything without rows; calm: the base, where each has some.

    With `apart`, calm is also that the rows lie far from all others in time: an attempt that stumbles there already
    does not stumble over emptiness.
    """
    for table in base.schema.tables:
        rows = base.rows[table.name]
        if not read(table, mined) or not rows:
            continue
        yield from _emptied(base, table, set(range(len(rows))), f"{table.name} is empty", apart=apart)
        for i, column in enumerate(table.columns):
            if column.name in table.key and len(table.key) == 1:
                continue
            alone = parted(base) if apart and column.refers_to is not None else []
            for gone in _groups(base, table, i, mined):
                for twist in _emptied(base, table, gone, f"{table.name} has no row for one {column.name}", apart=apart):
                    yield replace(twist, calm=(*twist.calm, *alone[:3]))
        # A silent week matters to a query that counts by the calendar; only a crowd has none to begin with.
        for gone in _weeks(table, rows) if mined.edges and len(rows) >= _CROWD else ():
            yield Twist(without(base, table, gone), (base,), f"{table.name} has no row in one week")
    nothing = base.replacing(**{table.name: () for table in base.schema.tables})
    yield Twist(nothing, (base,), "every table is empty")


def _weeks(table: Table, rows: Sequence[Row]) -> list[set[int]]:
    happened = next((i for i, column in enumerate(table.columns) if column.name == "happened_at"), None)
    weeks: dict[int, set[int]] = {}
    for at, row in enumerate(rows):
        if happened is not None and row[happened] is not None:
            weeks.setdefault((row[happened] // DAY + 3) // 7, set()).add(at)
    return list(weeks.values())[:6] if len(weeks) > 1 else []


def _emptied(base: Database, table: Table, gone: set[int], says: str, *, apart: bool) -> Iterator[Twist]:
    nasty = without(base, table, gone)
    if not apart:
        yield Twist(nasty, (base,), says)
        return
    for days in (-_FAR_DAYS, _FAR_DAYS):
        far = base
        for at in gone:
            far = shift(far, table, at, days * DAY)
        if legal(far):
            yield Twist(nasty, (base, far), says)


def _groups(base: Database, table: Table, i: int, mined: Mined) -> Iterator[set[int]]:
    column, rows = table.columns[i], base.rows[table.name]
    if not used(column.name, mined) or not (column.type.upper() in ("VARCHAR", "BOOLEAN") or column.refers_to):
        return
    for value in list(dict.fromkeys(row[i] for row in rows if row[i] is not None))[:4]:
        gone = {at for at, row in enumerate(rows) if row[i] == value}
        if len(gone) < len(rows):
            yield gone


def delayed(base: Database, mined: Mined) -> Database:
    """Let every fact of the tables that a query reads become known a day after it happened, as far as it is sooner."""
    changes = {}
    for table in base.schema.tables:
        names = [column.name for column in table.columns]
        if "known_at" in names and "happened_at" in names and read(table, mined):
            i, j = names.index("known_at"), names.index("happened_at")
            changes[table.name] = [
                (*row[:i], max(row[i], row[j] + DAY + HOUR), *row[i + 1 :]) for row in base.rows[table.name]
            ]
    return base.replacing(**changes)


def known_late(base: Database, mined: Mined) -> Iterator[Twist]:
    """A fact that became known long after it happened; calm: known at once, or not there."""
    if not used("known_at", mined):
        return
    for table, at, row in each_row(base):
        names = [column.name for column in table.columns]
        if "known_at" not in names or not read(table, mined):
            continue
        i = names.index("known_at")
        for late in (2 * HOUR + 13 * MINUTE, DAY + 3 * HOUR, 9 * DAY + HOUR, 60 * DAY, 900 * DAY):
            says = f"a fact in {table.name} becomes known late"
            yield _late(base, (table, at, i), row[i] + late, says)
        yield from _known_after(base, table, at, i)


def _late(base: Database, cell: tuple[Table, int, int], moment: int, says: str) -> Twist:
    table, at, i = cell
    held, calm = called(base, table, at), [base, without(base, table, {at})]
    if not fellows(base, held):
        return Twist(with_cell(base, table, at, {i: moment}), tuple(calm), says, held=held)
    # Who goes by the order of arrival stumbles once a later fact is known earlier: that has its own name.
    rows = base.rows[table.name]
    passed = [row[i] for row in rows if rows[at][i] < row[i] < moment - MINUTE]
    if passed:
        calm.append(with_cell(base, table, at, {i: max(passed) + MINUTE}))
    return Twist(with_cell(base, table, at, {i: moment}), tuple(calm), says, held=held, unless=_IN_GROUPS)


def _known_after(base: Database, table: Table, at: int, i: int) -> Iterator[Twist]:
    """Let a fact become known after a later one of another table that belongs with it."""
    row = base.rows[table.name][at]
    mine = {column.refers_to: cell for column, cell in zip(table.columns, row, strict=True) if column.refers_to}
    for other, there, later in each_row(base):
        theirs = {column.refers_to: cell for column, cell in zip(other.columns, later, strict=True)}
        names = [column.name for column in other.columns]
        together = any(cell is not None and theirs.get(target) == cell for target, cell in mine.items())
        if other.name == table.name or "happened_at" not in names or not together:
            continue
        moment = later[names.index("happened_at")]
        if moment > row[i]:
            says = f"a fact in {table.name} becomes known after a later one of another table"
            twist = _late(base, (table, at, i), moment + HOUR, says)
            yield replace(twist, held=(*twist.held, *called(base, other, there)))


def overtaken(base: Database, mined: Mined) -> Iterator[Twist]:
    """The earlier of two facts that belong together becomes known after the later one; calm: as they happened."""
    for table in base.schema.tables:
        names, rows = [column.name for column in table.columns], base.rows[table.name]
        if "known_at" not in names or not read(table, mined) or not used("known_at", mined):
            continue
        i, j = names.index("known_at"), names.index("happened_at")
        pairs = [(a, b) for a, b in permutations(range(len(rows)), 2) if rows[a][j] < rows[b][j]]
        pairs.sort(key=lambda pair: -_kinship(table, rows[pair[0]], rows[pair[1]]))
        for one, other in pairs[:2]:
            if _kinship(table, rows[one], rows[other]):
                nasty = with_cell(base, table, one, {i: rows[other][i] + HOUR})
                gone = (without(base, table, {one}), without(base, table, {other}))
                says = f"the earlier of two facts in {table.name} becomes known after the later one"
                yield Twist(nasty, (base,), says, gone, called(base, table, one, other))


def shuffled(base: Database, chance: random.Random) -> Iterator[Twist]:
    """The same rows in another order, turned round and mixed; calm: the order they came in."""
    turned_round = {name: tuple(reversed(some)) for name, some in base.rows.items()}
    mixed = {name: chance.sample(some, len(some)) for name, some in base.rows.items()}
    for rows in (turned_round, mixed):
        other = base.replacing(**rows)
        for nasty, calm in ((other, base), (base, other)):
            yield Twist(nasty, (calm,), "the same rows are stored in another order")


def elsewhere(base: Database, mined: Mined) -> Iterator[Twist]:
    """The session of another zone, or times near a person's own midnight; calm: UTC, and the middle of the day."""
    nothing = base.replacing(**{table.name: () for table in base.schema.tables})
    for hours in (0, -10, 10):
        moved = all_shifted(base, hours * HOUR + (17 * MINUTE if hours else 0))
        for zone in ("America/Los_Angeles", "Asia/Kolkata"):
            there = Database(moved.schema, moved.rows, zone)
            yield Twist(there, (moved,), f"the session's time zone is {zone}", (nothing,))
        if hours and used("time_zone", mined):
            yield Twist(moved, (base,), "times lie near the midnight of a person's own zone", (nothing,))


def all_shifted(base: Database, micros: int) -> Database:
    """Move every time of a database by as much."""
    if not micros:
        return base
    rows = {
        table.name: tuple(_shifted_row(table, row, micros) for row in base.rows[table.name])
        for table in base.schema.tables
    }
    return base.replacing(**rows)


def _shifted_row(table: Table, row: Row, micros: int) -> Row:
    return tuple(cell + micros if _moves(table, i) and cell is not None else cell for i, cell in enumerate(row))


def awkward(base: Database, mined: Mined) -> Iterator[Twist]:
    """A legal input that stops a careless query: empty, all missing, zero, one more column."""
    for twist in (*emptied(base, mined, apart=False), *gone_missing(base, mined)):
        yield Twist(twist.nasty, (base,), twist.says)
    for table, at, _row in each_row(base):
        for i, column in enumerate(table.columns):
            if is_number(column) and used(column.name, mined):
                yield Twist(with_cell(base, table, at, {i: _zero(column)}), (base,), f"{column.name} is 0")
    wide = Database(base.schema, base.rows, base.time_zone, extra_column=True)
    yield Twist(wide, (base,), "the tables have got one more column")


def _zero(column: Column) -> float | int:
    return 0.0 if column.type.upper() in ("DOUBLE", "FLOAT") else 0
