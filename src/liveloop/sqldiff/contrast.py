"""What in a small world makes two queries differ there: a NULL, a tie, a value on an edge, an hour near midnight?

One thing in the world is changed, and both queries run again: where they then agree, the difference hung on it. All
changes are worlds of one batch. It says of what kind the world is that shows the difference, not what is wrong in the
text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from liveloop.sqldiff.arrays import Rows, Worlds, stacked
from liveloop.sqldiff.database import DAY, HOUR
from liveloop.sqldiff.groups import family
from liveloop.sqldiff.pools import Pool

Flags = npt.NDArray[np.bool_]
Alike = Callable[[Worlds], Flags]  # in which worlds do both queries agree, and all holds that the schema promises?
MOST = 400
TRIED = 4  # other values for one cell


@dataclass(frozen=True)
class Hung:
    """On how many things of each kind the difference hung, of those that were there to change."""

    null: int = 0
    tie: int = 0
    copy: int = 0
    edge: int = 0
    hour: int = 0


def hanging(one: Worlds, alike: Alike) -> Hung:
    """Change a world in one thing at a time and count where the queries agree then.

    Parameters
    ----------
    one
        A single world in which they differ, as small as it was found.
    """
    tries = list(_changes(one))[:MOST]
    if not tries:
        return Hung()
    agreed = alike(stacked([world for _, _, world in tries]))
    found: dict[tuple[str, str], list[bool]] = {}
    for (kind, name, _), agrees in zip(tries, agreed, strict=True):
        found.setdefault((kind, name), []).append(bool(agrees))
    counts = dict.fromkeys(Hung.__dataclass_fields__, 0)
    for (kind, _), answers in found.items():
        counts[kind] += all(answers) if kind == "edge" else any(answers)
    return Hung(**counts)


def _changes(one: Worlds) -> Iterator[tuple[str, str, Worlds]]:
    """Change one cell at a time: give the kind of the change, the cell, and the world with it."""
    for table in one.schema.tables:
        rows, pools = one.rows[table.name], one.pools[table.name]
        keyed = {at for key in one.schema.keys(table) if len(key) == 1 for at in key}
        linked = {at for at, _, _ in one.schema.refers(table)}
        for at, pool in enumerate(pools):
            if at in keyed:
                continue
            column = rows.cells[:, at].tolist()
            for row, place in enumerate(column):
                if place >= 0 and at in linked:
                    continue
                shared = column.count(place) > 1
                for kind, places in _kinds(pool, place, family(table.columns[at].type), shared=shared):
                    for new in places:
                        yield kind, f"{table.name}.{at}.{row}", _with(one, table.name, row, at, new)


def _kinds(pool: Pool, place: int, family: str, *, shared: bool) -> Iterator[tuple[str, list[int]]]:
    """Give the kinds of change for a cell, each with the places it may take; `shared`: another row holds the same."""
    if place < 0:
        yield "null", _others(pool, place)
        return
    if shared:
        yield "tie" if family in ("number", "time") else "copy", _others(pool, place)
    if family in ("number", "time"):
        yield "edge", _beside(pool, place)
    if family == "time":
        yield "hour", _calm(pool, place)


def _with(one: Worlds, name: str, row: int, column: int, place: int) -> Worlds:
    rows = one.rows[name]
    cells = rows.cells.copy()
    cells[row, column] = place
    return Worlds(one.schema, one.pools, {**one.rows, name: Rows(rows.world, cells)}, 1)


def _others(pool: Pool, place: int) -> list[int]:
    known = [at for at, value in enumerate(pool.values) if value is not None and at != place]
    step = max(1, len(known) // TRIED)
    return known[::step][:TRIED]


def _beside(pool: Pool, place: int) -> list[int]:
    """Give the next smaller and the next greater value, when both are there."""
    known = [at for at, value in enumerate(pool.values) if value is not None]
    where = known.index(place)
    return [known[where - 1], known[where + 1]] if 0 < where < len(known) - 1 else []


def _calm(pool: Pool, place: int) -> list[int]:
    """Give moments in the middle of the same day, for one that is near midnight in some zone."""
    value = pool.values[place]
    if not isinstance(value, int) or abs(value) < DAY or 8 * HOUR < value % DAY < 15 * HOUR:
        return []
    day = value // DAY
    return [at for at, other in enumerate(pool.values) if isinstance(other, int) and _is_noon(other, day)][:2]


def _is_noon(moment: int, day: int) -> bool:
    return moment // DAY == day and 8 * HOUR < moment % DAY < 15 * HOUR
