"""What is the smallest database on which a trial still breaks in the same way?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from liveloop.probe import Contrast, Trial
from liveloop.sqldiff.database import Database, Row
from liveloop.sqldiff.shrink import searching
from liveloop.sqldiff.twist import RowName, connected, legal, named_rows

_Named = Sequence[tuple[RowName, Row]]
TryAll = Callable[[Sequence[Contrast]], Sequence[Trial]]


def shrink(trials: Sequence[Trial], try_all: TryAll) -> list[Trial]:
    """Drop rows from the nasty database of each trial and from its neighbours alike, while it breaks as before.

    The calm neighbours must go on agreeing, so the cause stays the one that the probe asked about; and the rows that a
    contrast speaks of stay, or its words would not be true of what is left. All trials shrink together: each round is
    one batch.
    """
    cutters = [_Cutter(trial.contrast) for trial in trials]
    searches = [cutter.search() for cutter in cutters]
    found = list(trials)
    asked = {at: next(search, None) for at, search in enumerate(searches)}
    while any(asked.values()):
        made = [(at, cutters[at].cut(part)) for at, parts in asked.items() for part in parts or ()]
        tried = try_all([contrast for _, contrast in made])
        results: dict[int, list[Trial]] = {}
        for (at, _), trial in zip(made, tried, strict=True):
            results.setdefault(at, []).append(trial)
        for at, some in results.items():
            broken = min((trial for trial in some if trial.broke), key=lambda trial: trial.size, default=None)
            if broken is not None and broken.size <= found[at].size:
                found[at] = broken
            asked[at] = _send(searches[at], [trial.broke for trial in some])
    return found


class _Cutter:
    """Cuts a contrast to parts of its rows; names the rows of each database, and makes each part, once."""

    def __init__(self, contrast: Contrast) -> None:
        self.contrast = contrast
        self.rows = [named_rows(database) for database in contrast.inputs]
        self.held = frozenset(contrast.held)
        self.made: dict[frozenset[RowName], Contrast] = {}

    def search(self) -> Any:  # noqa: ANN401 - a generator of parts
        names = [name for name, _ in self.rows[0] if name not in self.held]
        groups = [group - self.held for group in connected(self.contrast.nasty)]
        return searching(names, groups=groups, fits=self.fits)

    def fits(self, part: frozenset[RowName]) -> bool:
        made = self.cut(part)
        return all(legal(database) for database in made.inputs)

    def cut(self, part: frozenset[RowName]) -> Contrast:
        if part not in self.made:
            self.made[part] = _cut(self.contrast, self.rows, part | self.held)
        return self.made[part]


def _send(search: Any, answers: list[bool]) -> list[frozenset[RowName]] | None:  # noqa: ANN401
    try:
        parts: list[frozenset[RowName]] = search.send(answers)
    except StopIteration:
        return None
    return parts


def _cut(contrast: Contrast, rows: Sequence[_Named], part: frozenset[RowName]) -> Contrast:
    """Drop from every database of a contrast the rows of the nasty one that are not in the part.

    A calm neighbour may hold rows that the nasty one lacks; they stay while all they refer to is there.
    """
    gone = {name for name, _ in rows[0]} - part
    nasty, *calm = map(_less, contrast.inputs, rows, [gone] * len(rows))
    return replace(contrast, nasty=nasty, calm=tuple(calm), beside=())


def _less(database: Database, rows: _Named, gone: set[RowName]) -> Database:
    kept: dict[str, list[Row]] = {table.name: [] for table in database.schema.tables}
    for name, row in rows:
        if name not in gone:
            kept[name[0]].append(row)
    return database.replacing(**kept)
