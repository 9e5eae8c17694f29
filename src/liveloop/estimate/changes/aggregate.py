"""How are the effects of cohorts at times put together, and what does it add that the sizes of cohorts are a sample?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags, Floats
from liveloop.estimate.changes.cells import GroupTimes
from liveloop.estimate.door import one_of

AGGREGATES = ("group-time", "simple", "group", "calendar", "dynamic")
OVERALL = "overall"


@dataclass(frozen=True, eq=False)
class Effects:
    """Effects with what each contributor adds: [effect, contributor]; `keys` says what each is of."""

    keys: tuple[float, ...]
    value: Floats
    influence: Floats

    def and_overall(self, value: float, influence: Floats) -> Effects:
        """Give the same with one more effect before them."""
        return Effects(self.keys, np.r_[value, self.value], np.vstack([influence, self.influence]))


@dataclass(frozen=True)
class Window:
    """Which times since treatment count, in the aggregate by these.

    Parameters
    ----------
    balance
        Only cohorts that are seen at least so long since treatment.
    """

    first: float = -np.inf
    last: float = np.inf
    balance: int | None = None


def aggregated(cells: GroupTimes, by: str, window: Window) -> Effects:
    """Put cells together; the first effect is the overall one, but where cells are given as they are.

    Parameters
    ----------
    by
        "simple": all treated cells, by the size of their cohort; "group": for each cohort the mean over its treated
        times; "calendar": for each time; "dynamic": for each time since treatment. The overall effect of these is the
        mean: over cohorts by size, over times, over times since treatment from 0 on.

    Source: Callaway and Sant'Anna (2021), doi:10.1016/j.jeconom.2020.12.001, section 3.
    """
    one_of(by, "aggregate", AGGREGATES)
    if by == "group-time":
        return Effects(tuple(range(len(cells.value))), cells.value, cells.influence)
    if not cells.after.any():
        raise BadInput("no treated cohort could be compared after its treatment", where="aggregate",
                       allowed="aggregate='group-time', to see the comparisons before")  # fmt: skip
    return _BY[by](cells, window)


def _simple(cells: GroupTimes, window: Window) -> Effects:
    since = cells.time - cells.cohort
    value, influence = _by_size(cells, cells.after & (since >= window.first) & (since <= window.last))
    return Effects((), np.asarray([value]), influence[None, :])


def _group(cells: GroupTimes, window: Window) -> Effects:
    cohorts = np.unique(cells.cohort[cells.after])
    flags = [cells.after & (cells.cohort == one) & (cells.time - one <= window.last) for one in cohorts]
    value = np.asarray([cells.value[one].mean() for one in flags])
    influence = np.stack([cells.influence[one].mean(axis=0) for one in flags])
    overall = _weighted(cells, cohorts, value, influence)
    return Effects(tuple(cohorts.tolist()), value, influence).and_overall(*overall)


def _calendar(cells: GroupTimes, window: Window) -> Effects:
    del window
    times = np.unique(cells.time[cells.after])
    made = [_by_size(cells, cells.after & (cells.time == one)) for one in times]
    return _with_mean(times, made, times == times)


def _dynamic(cells: GroupTimes, window: Window) -> Effects:
    since = cells.time - cells.cohort
    kept = (since >= window.first) & (since <= window.last)
    if window.balance is not None:
        span = cells.periods[-1] - cells.periods[0]
        kept &= cells.periods[-1] - cells.cohort >= window.balance
        kept &= (since <= window.balance) & (since >= window.balance - span)
    found = np.unique(since[kept])
    if not (found >= 0).any():
        raise BadInput("no time since treatment is left", where="first", allowed="a window that holds 0")
    made = [_by_size(cells, kept & (since == one)) for one in found]
    return _with_mean(found, made, found >= 0)


_BY: dict[str, Callable[[GroupTimes, Window], Effects]] = {
    "simple": _simple, "group": _group, "calendar": _calendar, "dynamic": _dynamic,
}  # fmt: skip


def _with_mean(keys: Floats, made: list[tuple[float, Floats]], counted: Flags) -> Effects:
    value = np.asarray([one for one, _ in made])
    influence = np.stack([one for _, one in made])
    some = Effects(tuple(keys.tolist()), value, influence)
    return some.and_overall(float(value[counted].mean()), influence[counted].mean(axis=0))


def _by_size(cells: GroupTimes, chosen: Flags) -> tuple[float, Floats]:
    if not chosen.any():
        raise BadInput("no comparison is left", where="aggregate", allowed="a wider window")
    return _weighted(cells, cells.cohort[chosen], cells.value[chosen], cells.influence[chosen])


def _weighted(cells: GroupTimes, cohorts: Floats, value: Floats, influence: Floats) -> tuple[float, Floats]:
    """Weigh effects by the size of their cohort: the shares are estimated too, and contributors add to these."""
    total = float(cells.weights.sum())
    size = np.asarray([cells.weights[cells.cohort_of == one].sum() for one in cohorts]) / total
    share = size / size.sum()
    mean = float(share @ value)
    summed = share @ influence
    for cohort, gap in zip(cohorts, (value - mean) / size.sum(), strict=True):
        summed += cells.weights * (cells.cohort_of == cohort) * (gap / total)
    return mean, summed
