"""Which rows were there at which look?"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
from scipy.special import chdtrc

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, Ints
from liveloop.estimate.frame import Frame, Groups, read_frame
from liveloop.estimate.looks.accrual import Accrual, Rows, accrue
from liveloop.estimate.result import Diagnostic
from liveloop.estimate.words import listed

MOST_LOOKS = 1_000
_MOST_CELLS = 4_000_000  # looks times clusters
_MICROSECONDS = pa.timestamp("us")
Looks = int | Sequence[Any] | None
Span = float | dt.timedelta


@dataclass(frozen=True)
class Columns:
    """Which columns play which part."""

    outcome: str
    treatment: str
    arrived: str
    clusters: str | None = None
    denominator: str | None = None
    covariates: tuple[str, ...] = ()
    weights: str | None = None
    control: Any = None

    @property
    def named(self) -> tuple[str, ...]:
        """List all of them."""
        rest = (one for one in (self.clusters, self.denominator, self.weights) if one)
        return (self.outcome, self.treatment, self.arrived, *rest, *self.covariates)


@dataclass(frozen=True)
class Schedule:
    """When the data are looked at, and which units count then.

    Parameters
    ----------
    looks
        Values of the arrival column; or how many at most, spread over the rows; None for one at each arrival.
    least
        Units in each arm before the first look.
    complete_after
        How long after its first row a cluster counts, with the rows it has by then; None for at once.
    """

    looks: Looks = None
    least: int = 10
    complete_after: Span | None = None


@dataclass(frozen=True, eq=False)
class Arrivals:
    """Rows by the look at which they are there, and what the arms give at each look.

    Parameters
    ----------
    ticks
        From when on each row counts.
    at
        The value of the arrival column at each look.
    left_out
        Rows and clusters that no look counts, because their cluster was not complete.
    """

    rows: Rows
    ticks: Ints | Floats
    at: tuple[Any, ...]
    arms: Groups
    accrual: Accrual
    columns: Columns
    schedule: Schedule
    left_out: tuple[int, int]
    steadiness: Diagnostic

    @property
    def unit(self) -> str:
        """Name the unit."""
        return self.columns.clusters or "row"

    def counts(self, look: int = -1) -> dict[str, int]:
        """Count looks, rows and units up to a look, from 0; to the last one unless it is said."""
        look %= len(self.at)
        made = {"looks": look + 1, "rows": int(self.accrual.rows[look])}
        name = self.columns.clusters or "rows"
        if self.columns.clusters:
            made[name] = int(self.accrual.units[look].sum())
        for code, label in enumerate(self.arms.labels):
            made[f"{name}, {label!r}"] = int(self.accrual.units[look, code])
        return made

    def what(self) -> str:
        """Say what is estimated."""
        first, second = (repr(one) for one in self.arms.labels)
        over = self.columns.outcome
        if self.columns.denominator:
            over = f"the ratio of {over} to {self.columns.denominator}"
        else:
            over = f"the means of {over}"
        return f"difference of {over}, {second} minus {first} of {self.columns.treatment}"


def read_arrivals(data: Any, columns: Columns, schedule: Schedule) -> Arrivals:  # noqa: ANN401 - any table
    """Read a table in the order in which its rows arrived.

    Raises
    ------
    BadInput
        When the arrival is missing or no number or time, a cluster is in both arms, or there is no look with enough
        units.
    """
    frame = read_frame(data, columns.named)
    _refuse(columns, schedule)
    arms = frame.two_arms(columns.treatment, control=columns.control)
    clusters = frame.groups(columns.clusters, "cluster") if columns.clusters else None
    if clusters is not None:
        split = _in_both_arms(clusters, arms)
        if split:
            raise BadInput(f"{split} of {clusters.count} values of {columns.clusters!r} have rows in more than one arm",
                           where=str(columns.clusters), allowed="clusters that are in one arm each")  # fmt: skip
    ticks = _ticks(frame, columns.arrived)
    counted_from, kept = _counted_from(ticks, clusters, _length(schedule.complete_after, frame, columns))
    chosen = _chosen(counted_from[kept], schedule.looks, frame, columns, clusters)
    look = np.full(frame.rows, len(chosen))
    look[kept] = np.searchsorted(chosen, counted_from[kept])
    rows = _rows(frame, columns, arms, None if clusters is None else clusters.codes, look, len(chosen))
    inner, middle = centred(rows)
    made = accrue(inner, least=schedule.least, complete=schedule.complete_after is not None)
    if made is None:
        smaller = min(len(np.unique(_unit_codes(clusters, frame.rows)[arms.codes == code])) for code in (0, 1))
        raise BadInput(
            f"the smaller arm has {smaller} units ({columns.clusters or 'rows'}) at the last look",
            where=columns.treatment, allowed=f"at least {schedule.least} in each arm, or a smaller least=",
        )  # fmt: skip
    labels = _labels(frame, columns.arrived, chosen[len(chosen) - len(made.rows) :])
    gone = np.zeros(frame.rows, bool)
    gone[kept] = True
    missing = 0 if clusters is None else clusters.count - len(np.unique(clusters.codes[gone]))
    made = replace(made, means=made.means + middle)
    first = len(chosen) - len(made.rows)
    rows = replace(rows, look=np.maximum(look - first, 0), looks=len(chosen) - first)
    return Arrivals(rows, counted_from, labels, arms, made, columns, schedule, (int((~gone).sum()), missing),
                    steady(ticks, arms.codes, _unit_codes(clusters, frame.rows)))  # fmt: skip


def _in_both_arms(clusters: Groups, arms: Groups) -> int:
    seen = np.zeros((clusters.count, 2), bool)
    seen[clusters.codes, arms.codes] = True
    return int(seen.all(axis=1).sum())


def _unit_codes(clusters: Groups | None, rows: int) -> Ints:
    return np.arange(rows) if clusters is None else clusters.codes


def _refuse(columns: Columns, schedule: Schedule) -> None:
    if schedule.least < 2:
        raise BadInput(f"least is {schedule.least}", where="least", allowed="2 or more units in each arm")
    if schedule.complete_after is not None and not columns.clusters:
        raise BadInput("complete_after without clusters", where="complete_after", allowed="clusters=")
    if columns.denominator and columns.covariates:
        raise BadInput("covariates with a ratio", where="covariates", allowed="one of denominator= and covariates=")


def _ticks(frame: Frame, name: str) -> Ints | Floats:
    """Give the arrivals as numbers: microseconds where they are times."""
    if not frame.has(name):
        raise BadInput(f"there is no arrival {name!r}", where=name, allowed=listed(frame.table.column_names))
    column = frame.table.column(name)
    if not _is_time(column.type):
        return frame.numbers(name, "arrival")
    if column.null_count:
        raise BadInput(f"arrival {name!r} is missing in {column.null_count} of {frame.rows} rows", where=name,
                       allowed="a time in every row")  # fmt: skip
    return np.asarray(_as_microseconds(column).to_numpy(zero_copy_only=False), np.int64)


def _is_time(kind: pa.DataType) -> bool:
    return bool(pa.types.is_timestamp(kind) or pa.types.is_date(kind))


def _as_microseconds(column: Any) -> Any:  # noqa: ANN401 - an array of Arrow
    kind = column.type
    wanted = pa.timestamp("us", tz=kind.tz) if pa.types.is_timestamp(kind) else _MICROSECONDS
    return column.cast(wanted, safe=False).cast(pa.int64())


def _length(span: Span | None, frame: Frame, columns: Columns) -> float | None:
    """Give a span in the ticks of the arrival column."""
    if span is None:
        return None
    timed = _is_time(frame.table.column(columns.arrived).type)
    if timed != isinstance(span, dt.timedelta):
        raise BadInput(f"complete_after is a {type(span).__name__}", where="complete_after",
                       allowed="a timedelta" if timed else f"a number in units of {columns.arrived!r}")  # fmt: skip
    length = span / dt.timedelta(microseconds=1) if isinstance(span, dt.timedelta) else float(span)
    if not length >= 0:
        raise BadInput(f"complete_after is {span}", where="complete_after", allowed="0 or more")
    return length


def _counted_from(ticks: Ints | Floats, clusters: Groups | None, length: float | None) -> tuple[Ints | Floats, Ints]:
    """Say from when on each row counts, and which rows ever do."""
    if clusters is None or length is None:
        return ticks, np.arange(len(ticks))
    first = np.full(clusters.count, np.inf)
    np.minimum.at(first, clusters.codes, ticks.astype(np.float64))
    closes = first[clusters.codes] + length
    kept = np.flatnonzero((ticks <= closes) & (closes <= ticks.max()))
    if not len(kept):
        raise BadInput(f"none of {clusters.count} clusters is complete by the last arrival", where="complete_after",
                       allowed="a shorter time, or more data")  # fmt: skip
    return closes, kept


def _chosen(ticks: Ints | Floats, looks: Looks, frame: Frame, columns: Columns, clusters: Groups | None) -> Any:  # noqa: ANN401 - numbers of some kind
    """Choose the arrivals at which there is a look."""
    places, counts = np.unique(ticks, return_counts=True)
    if looks is None or isinstance(looks, (int, np.integer)):
        most = MOST_LOOKS if looks is None else int(looks)
        if most < 1:
            raise BadInput(f"looks is {looks}", where="looks", allowed="1 or more, or the arrivals to look at")
        if looks is None and clusters is not None:
            most = max(2, min(most, _MOST_CELLS // clusters.count))
        if len(places) > most:
            aims = np.linspace(0, len(ticks), most + 1)[1:]
            places = places[np.unique(np.minimum(np.searchsorted(counts.cumsum(), aims), len(places) - 1))]
    else:
        places = _given(looks, frame, columns)
    if clusters is not None and len(places) * clusters.count > 10 * _MOST_CELLS:
        raise BadInput(f"{len(places)} looks at {clusters.count} clusters", where="looks",
                       allowed=f"at most {10 * _MOST_CELLS // clusters.count} looks at so many")  # fmt: skip
    return places


def _given(looks: Sequence[Any], frame: Frame, columns: Columns) -> Any:  # noqa: ANN401 - numbers of some kind
    kind = frame.table.column(columns.arrived).type
    try:
        asked = pa.array(list(looks), kind) if _is_time(kind) else np.asarray(list(looks), np.float64)
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise BadInput("looks are not of the kind of the arrivals", where="looks", allowed=f"{kind}") from error
    places = np.unique(_as_microseconds(asked).to_numpy() if _is_time(kind) else asked)
    if not len(places) or len(places) != len(looks):
        raise BadInput(f"{len(looks)} looks, {len(places)} of them different", where="looks",
                       allowed="different values of the arrival column")  # fmt: skip
    return places


def _labels(frame: Frame, name: str, places: Any) -> tuple[Any, ...]:  # noqa: ANN401 - numbers of some kind
    kind = frame.table.column(name).type
    if not _is_time(kind):
        whole = pa.types.is_integer(kind) and bool((places == np.floor(places)).all())
        return tuple(int(one) if whole else float(one) for one in places)
    zone = kind.tz if pa.types.is_timestamp(kind) else None
    made = pa.array(np.asarray(places, np.int64)).cast(pa.timestamp("us", tz=zone))
    return tuple(made.to_pylist())


def _rows(frame: Frame, columns: Columns, arms: Groups, codes: Ints | None, look: Ints, looks: int) -> Rows:
    outcome = frame.numbers(columns.outcome, "outcome")
    size = np.ones(frame.rows)
    if columns.denominator:
        size = frame.numbers(columns.denominator, "denominator")
        bad = int((size < 0).sum())
        if bad or not size.sum() > 0:
            said = f"{columns.denominator!r} is below 0 in {bad} of {frame.rows} rows, {size.sum():g} in all"
            raise BadInput(f"denominator {said}", where=columns.denominator, allowed="sizes of 0 or more")
    weight = np.ones(frame.rows)
    if columns.weights:
        weight = frame.numbers(columns.weights, "weight")
        bad = int((weight <= 0).sum())
        if bad:
            raise BadInput(f"weight {columns.weights!r} is not above 0 in {bad} of {frame.rows} rows",
                           where=columns.weights, allowed="numbers above 0")  # fmt: skip
    covariates = frame.matrix(columns.covariates)
    if columns.covariates:
        covariates = covariates - np.average(covariates, axis=0, weights=weight)
    return Rows(outcome, size, weight, covariates, arms.codes.astype(np.int64), look, codes, looks)


def centred(rows: Rows) -> tuple[Rows, float]:
    """Take the pooled value out, so that sums of squares keep their digits; it cancels in the difference."""
    middle = float((rows.weight * rows.outcome).sum() / (rows.weight * rows.size).sum())
    return replace(rows, outcome=rows.outcome - middle * rows.size), middle


def steady(ticks: Ints | Floats, arm: Ints, unit: Ints, parts: int = 4) -> Diagnostic:
    """Ask whether the share of the treated is the same among early and late units."""
    order = np.argsort(ticks, kind="stable")
    _, first = np.unique(unit[order], return_index=True)
    arms = arm[order][np.sort(first)]
    block = np.arange(len(arms)) * parts // len(arms)
    treated, size = np.bincount(block, arms, parts), np.bincount(block, minlength=parts)
    share = arms.mean()
    spread = np.maximum(size * share * (1 - share), 1e-300)
    p_value = float(chdtrc(parts - 1, ((treated - size * share) ** 2 / spread).sum()))
    return Diagnostic(
        "treated share, early and late units", p_value, "p-value of one share in each quarter of the arrivals; below "
        "0.001 assignment changed with time, and a trend looks like an effect",
        p_value > 0.001 if len(arms) >= 10 * parts else None,
    )  # fmt: skip
