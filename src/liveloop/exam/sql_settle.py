"""Which broken trials speak for which probe, once every other explanation has been heard?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from liveloop.probe import Contrast, Probe, Trial
from liveloop.sqldiff.database import Database, Row
from liveloop.sqldiff.edge import named_counts
from liveloop.sqldiff.mine import Mined

MOST_REPLAYED = 24


def broken_trials(trials: Sequence[Trial]) -> list[Trial]:
    """List the trials that broke, the smallest first."""
    return sorted((trial for trial in trials if trial.broke), key=lambda trial: trial.size)


def settle(broken: dict[str, list[Trial]]) -> dict[str, list[Trial]]:
    """Leave each probe the broken trials that no other finding explains.

    A trial counts for nothing when a probe in its `unless` found something of its own: something that is not in turn
    explained by the probe of the trial.
    """
    heard = {code for code, some in broken.items() if some}
    alone = {code for code in heard if any(not heard & _bare(trial) for trial in broken[code])}
    settled = {}
    for code, some in broken.items():
        named = {other for trial in some for other in trial.contrast.unless}
        telling = {other for other in named if _stands(broken, alone, other, code)}
        settled[code] = [trial for trial in some if not telling & set(trial.contrast.unless)]
    return settled


def _stands(broken: dict[str, list[Trial]], alone: set[str], code: str, beside: str) -> bool:
    """Say whether a probe found something that `beside` does not explain, nor any third probe that stands alone.

    A probe stands alone when it found something for which nothing else that was found is an explanation.
    """
    if code.endswith("!"):
        return code.removesuffix("!") in alone
    return any(beside not in trial.contrast.unless and not alone & _bare(trial) for trial in broken.get(code, ()))


def _bare(trial: Trial) -> set[str]:
    return {code.removesuffix("!") for code in trial.contrast.unless}


def weighed(contrast: Contrast, due: Sequence[Row], mined: Mined) -> Contrast:
    """Go by the rows that are due and were not given: what may explain that an ordinary database breaks?

    An empty group leaves a NULL or a zero in them, or no row is due, or some row has none that refers to it, or a day
    of a calendar has none; where nothing is so, it explains nothing. A count of just as many as the query names lies
    on a boundary.
    """
    unless = contrast.unless
    cells = [cell for row in due for cell in row]
    empty = not due or any(cell is None or cell == 0 for cell in cells)
    if not (empty or mined.edges or has_empty_group(contrast.nasty)):
        unless = tuple(code for code in unless if code != "empty-group")
    counts = set(named_counts(mined))
    if "boundary" not in unless and any(isinstance(cell, int) and cell in counts for cell in cells):
        unless = (*unless, "boundary")
    return replace(contrast, unless=unless)


def has_empty_group(database: Database) -> bool:
    """Say whether some row has none that refers to it, in a table that refers to its own."""
    for table in database.schema.tables:
        for own, target, there in database.schema.refers(table):
            referred = {row[own] for row in database.rows[table.name]}
            if any(row[there] not in referred for row in database.rows[target]):
                return True
    return False


def is_default(probe: Probe) -> bool:
    """Say whether a probe judges by its smallest broken trial, as most do."""
    return type(probe).judge is Probe.judge
