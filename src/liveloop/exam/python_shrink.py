"""What is the smallest call on which a contrast still breaks?

Rows go first (Zeller and Hildebrandt's ddmin, 2002, many candidates to a job), then cells get simple. What is taken out
of the nasty call is taken out of its calm neighbours too, so that the contrast stays one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from liveloop.probe import Contrast, Trial
from liveloop.probes.calls import TIMES, Call, Grid, Row

Judge = Callable[[Sequence[Contrast]], Sequence[Trial]]
MOST_ROUNDS = 9


def shrink(trial: Trial, judge: Judge) -> Trial:
    """Shrink a broken trial as far as some rounds carry."""
    return simplify(fewer_rows(trial, judge), judge)


def fewer_rows(trial: Trial, judge: Judge) -> Trial:
    """Take rows out, chunk by chunk, until no row can go."""
    parts = 2
    for _ in range(MOST_ROUNDS):
        tags = all_tags(trial.contrast)
        if not tags:
            break
        parts = min(parts, len(tags))
        chunks = [set(tags[at::parts]) for at in range(parts)] if parts < len(tags) else [{tag} for tag in tags]
        gone = passing(trial, chunks, judge)
        if not gone:
            if parts >= len(tags):
                break
            parts *= 2
            continue
        # All that could go alone may not be able to go together: then one goes, the largest.
        together = set().union(*gone)
        best = attempt_without(trial, [together, max(gone, key=len)], judge)
        trial = best or trial
        parts = max(2, parts // 2) if best else parts * 2
    return trial


def all_tags(contrast: Contrast) -> list[int]:
    """List the tags of the rows in the nasty call and its neighbours."""
    return list(dict.fromkeys(tag for call in (contrast.nasty, *contrast.calm) for tag in call.tags()))


def passing(trial: Trial, chunks: list[set[int]], judge: Judge) -> list[set[int]]:
    """Find the chunks of rows without which the trial still breaks."""
    chunks = [chunk for chunk in chunks if not empties(trial.contrast.nasty, chunk)]
    found = judge([without(trial.contrast, chunk) for chunk in chunks])
    return [chunk for chunk, other in zip(chunks, found, strict=True) if same_break(trial, other)]


def attempt_without(trial: Trial, choices: list[set[int]], judge: Judge) -> Trial | None:
    """Give the first trial that still breaks."""
    choices = [chunk for chunk in choices if not empties(trial.contrast.nasty, chunk)]
    found = judge([without(trial.contrast, chunk) for chunk in choices])
    return next((other for other in found if same_break(trial, other)), None)


def empties(call: Call, gone: set[int]) -> bool:
    """Say whether a frame that has rows would have none left: an empty frame is a nastiness of its own."""
    left = call.untagged(gone)
    return any(grid.rows and not left.arguments[place].rows for place, grid in call.grids())


def same_break(trial: Trial, other: Trial) -> bool:
    """Say whether another trial breaks in the same way: with the same type of error, or with none."""
    return other.broke and kind_of(trial.error) == kind_of(other.error)


def kind_of(error: str | None) -> str:
    """Name the type of an error."""
    return (error or "").split(":")[0]


def without(contrast: Contrast, gone: set[int]) -> Contrast:
    """Take rows out of every call of a contrast."""
    return replace(
        contrast,
        nasty=contrast.nasty.untagged(gone),
        calm=tuple(dict.fromkeys(call.untagged(gone) for call in contrast.calm)),
    )


def simplify(trial: Trial, judge: Judge) -> Trial:
    """Make cells simple, one column at a time, where the contrast itself does not say what they are."""
    choices = [
        changed
        for place, grid in trial.contrast.nasty.grids()
        for at in range(len(grid.columns))
        if (changed := simpler(trial.contrast, place, at)) is not None
    ]
    if not choices:
        return trial
    found = judge(choices)
    kept = [choice for choice, other in zip(choices, found, strict=True) if same_break(trial, other)]
    if not kept:
        return trial
    merged = merge(trial.contrast, kept)
    both = judge([merged, kept[0]])
    return next((other for other in both if same_break(trial, other)), trial)


def simpler(contrast: Contrast, place: int, at: int) -> Contrast | None:
    """Simplify one column of every call, but for cells in which the nasty call differs from a neighbour."""
    nasty: Grid = contrast.nasty.arguments[place]
    fixed = {row.tag for call in contrast.calm for row in moved_rows(nasty, call.arguments[place], at)}
    column = nasty.columns[at]
    names: dict[Any, Any] = {}
    held = {row.cells[at] for row in nasty.rows if row.tag in fixed}  # two rows that are alike stay alike
    for row in nasty.rows:
        if row.tag not in fixed and row.cells[at] is not None and row.cells[at] not in held:
            names.setdefault(row.cells[at], simple(row.cells[at], column.role, len(names) + 1))
    if len(set(names.values())) < len(names) or all(old == new for old, new in names.items()):
        return None

    def change(call: Call) -> Call:
        grid: Grid = call.arguments[place]
        rows = (
            put(row, at, names.get(row.cells[at], row.cells[at])) if row.tag not in fixed else row for row in grid.rows
        )
        return call.rows(place, rows)

    return replace(contrast, nasty=change(contrast.nasty), calm=tuple(change(call) for call in contrast.calm))


def put(row: Row, at: int, value: Any) -> Row:  # noqa: ANN401 - any cell
    """Put one cell of a row."""
    return replace(row, cells=(*row.cells[:at], value, *row.cells[at + 1 :]))


def moved_rows(nasty: Grid, calm: Grid, at: int) -> list[Row]:
    """List the rows whose cell the contrast is about: other in the neighbour, or not in it."""
    cells = {row.tag: row.cells[at] for row in calm.rows}
    return [row for row in nasty.rows if row.tag not in cells or cells[row.tag] != row.cells[at]]


def simple(value: Any, role: str, number: int) -> Any:  # noqa: ANN401 - any cell
    """Give a simpler cell: keys count from 1, times lose their seconds, numbers their digits."""
    if role == "key" and isinstance(value, int):
        return number
    if role in TIMES and isinstance(value, datetime):
        return value.replace(second=0, microsecond=0)
    if isinstance(value, bool):
        return value
    if isinstance(value, float) and value == value and abs(value) < 1e12:
        return float(round(value)) if abs(value) >= 1 else round(value, 1)
    return value


def merge(contrast: Contrast, kept: list[Contrast]) -> Contrast:
    """Apply several changes of single columns at once."""

    def together(old: Call, news: list[Call]) -> Call:
        call = old
        for place, grid in old.grids():
            rows = []
            for line, row in enumerate(grid.rows):
                versions = [new.arguments[place].rows[line].cells for new in news]
                cells = tuple(
                    next((version[at] for version in versions if version[at] != cell), cell)
                    for at, cell in enumerate(row.cells)
                )
                rows.append(replace(row, cells=cells))
            call = call.rows(place, rows)
        return call

    calm = tuple(together(call, [choice.calm[at] for choice in kept]) for at, call in enumerate(contrast.calm))
    return replace(contrast, nasty=together(contrast.nasty, [choice.nasty for choice in kept]), calm=calm)
