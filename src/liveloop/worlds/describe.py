"""What is in a draw, in numbers that a person reads?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from liveloop.base.seeds import Floats
from liveloop.worlds.draw import Draw
from liveloop.worlds.schema import SCHEMA


@dataclass(frozen=True)
class TableSummary:
    """One table: its rows, when its facts came to be, how late they were known, and the share of nulls by column."""

    name: str
    says: str
    rows: int
    first: datetime | None
    last: datetime | None
    median_lag_seconds: float | None
    late_share: float | None  # known more than an hour after it happened
    nulls: dict[str, float]


@dataclass(frozen=True)
class Description:
    """A draw: its tables, and the rates a product person would ask for (None where there is nothing to divide by)."""

    seed: int
    starts_at: datetime
    ends_at: datetime
    tables: tuple[TableSummary, ...]
    rates: dict[str, float | None]


def describe(draw: Draw) -> Description:
    """Count a draw's rows and its rates.

    Examples
    --------
    >>> from liveloop.worlds.world import World
    >>> told = describe(World(accounts=5, days=14).draw(7))
    >>> told.tables[0].name, told.tables[0].rows
    ('accounts', 5)
    """
    tables = tuple(_summary(draw.tables[declared.name], declared.name, declared.says) for declared in SCHEMA)
    return Description(draw.seed, draw.world.starts_at, draw.world.ends_at, tables, _rates(draw))


def _summary(table: pa.Table, name: str, says: str) -> TableSummary:
    rows = table.num_rows
    nulls = {column: table[column].null_count / rows for column in table.column_names if table[column].null_count}
    if not rows:
        return TableSummary(name, says, 0, None, None, None, None, {})
    lag = (table["known_at"].cast(pa.int64()).to_numpy() - table["happened_at"].cast(pa.int64()).to_numpy()) / 1e6
    span = pc.min_max(table["happened_at"])
    first, last = span["min"].as_py(), span["max"].as_py()
    return TableSummary(name, says, rows, first, last, float(np.median(lag)), float((lag > 3600).mean()), nulls)


def _rates(draw: Draw) -> dict[str, float | None]:
    rows = {name: table.num_rows for name, table in draw.tables.items()}
    actions = draw.tables["decisions"]["action"]
    warned = pc.sum(pc.equal(actions, "warn")).as_py() or 0
    blocked = pc.sum(pc.equal(actions, "block")).as_py() or 0
    waits = _hours(draw.tables["escalations"], "happened_at", "resolved_at")
    return {
        "users per account": _share(rows["users"], rows["accounts"]),
        "sessions per user": _share(rows["sessions"], rows["users"]),
        "messages per session": _share(rows["messages"], rows["sessions"]),
        "warned share of decisions": _share(warned, rows["decisions"]),
        "blocked share of decisions": _share(blocked, rows["decisions"]),
        "users warned": _share(len(pc.unique(draw.tables["warnings"]["user_id"])), rows["users"]),
        "escalated share of messages": _share(rows["escalations"], rows["messages"]),
        "labels per escalation": _share(rows["labels"], rows["escalations"]),
        "median hours until a case is closed": float(np.median(waits)) if len(waits) else None,
    }


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _hours(table: pa.Table, since: str, until: str) -> Floats:
    done = table.filter(pc.is_valid(table[until]))
    micros = done[until].cast(pa.int64()).to_numpy() - done[since].cast(pa.int64()).to_numpy()
    return np.asarray(micros / 3.6e9)
