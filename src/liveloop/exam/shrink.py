"""What is the smallest database on which a trial still breaks in the same way?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from liveloop.probe import Contrast, Trial
from liveloop.sqldiff.database import Database, Row
from liveloop.sqldiff.shrink import smallest
from liveloop.sqldiff.twist import legal, place

RowName = tuple[str, Any]  # table, key


def shrink(
    trial: Trial, attempt_all: Callable[[Sequence[Contrast]], Sequence[Trial]], confirm: Callable[[Contrast], Trial]
) -> Trial:
    """Drop rows from the nasty database and its neighbours alike, as long as the trial breaks as before.

    The calm neighbours must go on agreeing, so the cause stays the one that the probe asked about. The result is
    replayed plainly; if it does not break there, the trial stays as it was.
    """
    contrast = trial.contrast
    names = [name for name, _ in named_rows(contrast.nasty)]

    def still(parts: Sequence[frozenset[RowName]]) -> list[bool]:
        made = [without_rest(contrast, part) for part in parts]
        sound = [all(legal(d) for d in (c.nasty, *c.calm)) for c in made]
        tried = iter(attempt_all([c for c, fine in zip(made, sound, strict=True) if fine]))
        return [next(tried).broke if fine else False for fine in sound]

    part = smallest(names, still, lambda some: some)
    if len(part) == len(names):
        return trial
    again = confirm(without_rest(contrast, part))
    return again if again.broke else trial


def named_rows(database: Database) -> list[tuple[RowName, Row]]:
    """Name each row by its table and key."""
    named = []
    for table in database.schema.tables:
        places = [place(table, name) for name in table.key]
        for at, row in enumerate(database.rows.get(table.name, ())):
            key = tuple(row[i] for i in places) if places else (at,)
            named.append(((table.name, key), row))
    return named


def without_rest(contrast: Contrast, part: frozenset[RowName]) -> Contrast:
    """Drop from every database of a contrast the rows of the nasty one that are not in the part."""
    gone = {name for name, _ in named_rows(contrast.nasty)} - part
    # A calm neighbour may hold a row that the nasty one lacks: it stays while something it may hang on is left.
    return Contrast(_less(contrast.nasty, gone), tuple(_less(calm, gone) for calm in contrast.calm), contrast.says)


def _less(database: Database, gone: set[RowName]) -> Database:
    kept: dict[str, list[Row]] = {table.name: [] for table in database.schema.tables}
    for name, row in named_rows(database):
        if name not in gone:
            kept[name[0]].append(row)
    return database.replacing(**kept)
