"""Does the live store say on a log, fact by fact, what the training set says of it at once?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from liveloop.base.errors import BadInput, first_line
from liveloop.base.seeds import Ints, words
from liveloop.features.facts import arrow_of, moment_of, read_facts, read_times, times_of
from liveloop.features.lineage import FeatureSet
from liveloop.features.store import Store
from liveloop.features.training import Ties, training_set
from liveloop.features.view import Source, View

SHOWN = 12


@dataclass(frozen=True)
class Difference:
    """One answer that is not the same: of which view, for whom, when, and the facts that it is about."""

    view: str
    keys: Mapping[str, Any]
    at: datetime
    offline: object
    online: object
    facts: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Parity:
    """How many answers were compared, to the last bit, and the first that differs."""

    answers: int
    rows: int
    facts: int
    first: Difference | None


def parity(
    features: FeatureSet,
    tables: Mapping[str, Any],
    asked: Any,  # noqa: ANN401 - any table
    *,
    at: str = "decided_at",
    ties: Ties = "until",
    since: int | None = None,
) -> Parity:
    """Let facts arrive in the order in which they were known, ask at every moment, and compare with all at once.

    Parameters
    ----------
    tables
        The facts of each source, in the order of the log, as tables of any kind that `read_facts` takes.
    asked
        Keys and moments, as `training_set` takes them.
    since
        The moment, in microseconds since 1970, from which on the facts are all there; an earlier one is refused.
    """
    tables = {name: arrow_of(table, name) for name, table in tables.items()}
    asked = arrow_of(asked, "asked")
    facts = {source.name: read_facts(source, _of(source.name, tables)) for source in features.sources}
    offline = training_set(features.views, facts, asked, at=at, ties=ties)
    arrivals = {name: np.argsort(some.known, kind="stable") for name, some in facts.items()}
    known = {name: facts[name].known[order] for name, order in arrivals.items()}
    sorted_tables = {name: tables[name].take(pa.array(order)) for name, order in arrivals.items()}
    store, taken = Store(features, ties=ties), dict.fromkeys(facts, 0)
    moments, rows = read_times(asked, at, "asked"), asked.to_pylist()
    early = np.flatnonzero(moments < (since if since is not None else moments.min(initial=0)))
    if len(early):
        wrong = f"{len(early)} moments lie before {moment_of(since or 0).isoformat()}, for which facts were let go"
        raise BadInput(f"{wrong}, the first in row {early[0] + 1}", where=f"asked.{at}", allowed="that one or later")
    compared, first = 0, None
    for row in np.argsort(moments, kind="stable").tolist():
        for name, column in known.items():
            upto = int(np.searchsorted(column, moments[row], side="right"))
            if upto > taken[name]:
                store.add(name, sorted_tables[name].slice(taken[name], upto - taken[name]))
                taken[name] = upto
        got = store.get(rows[row], at=moment_of(int(moments[row])))
        for view in features.views:
            compared += 1
            wanted = offline.column(view.name)[row].as_py()
            if first is None and not same(wanted, got[view.name]):
                when = moment_of(int(moments[row]))
                about = facts_about(view, features.by_source[view.source], rows[row], tables[view.source], when)
                first = Difference(view.name, rows[row], when, wanted, got[view.name], about)
    return Parity(compared, len(rows), sum(some.rows for some in facts.values()), first)


def _of(name: str, tables: Mapping[str, pa.Table]) -> pa.Table:
    if name not in tables:
        raise BadInput(f"there are no facts of {name!r}", where="facts", allowed=", ".join(tables) or "a file for each")
    return tables[name]


def same(one: object, other: object) -> bool:
    """Say whether two answers are equal to the last bit.

    Examples
    --------
    >>> same(0.1 + 0.2, 0.3), same(None, None), same(0.0, -0.0)
    (False, True, False)
    """
    if isinstance(one, float) and isinstance(other, float):
        return one == other and math.copysign(1, one) == math.copysign(1, other)
    return one == other and type(one) is type(other)


def facts_about(view: View, source: Source, keys: Mapping[str, Any], table: pa.Table, at: datetime) -> tuple[Any, ...]:
    """Give the last facts that a view could have read, the newest first."""
    if view.through is not None or view.by not in keys:
        return ()
    try:
        key = pa.scalar(keys[view.by], table.schema.field(view.by).type)
    except (pa.ArrowException, OverflowError):  # a key of another kind: no fact is about it
        return ()
    mine = table.filter(pc.equal(table.column(view.by), key))
    rows = [row for row in mine.to_pylist() if row[source.happened] <= at and row[source.known] <= at]
    return tuple(reversed(rows[-SHOWN:]))


def moments_to_ask(
    features: FeatureSet,
    tables: Mapping[str, pa.Table],
    rows: int,
    seed: int = 0,
    *,
    at: str = "decided_at",
    since: int | None = None,
) -> pa.Table:
    """Draw whom to ask about and when, where it may matter: as facts become known, just before, and as windows end.

    Of whom there is not one fact, a row asks about nobody: the key is there, and is missing. No moment is earlier than
    `since`.
    """
    every = {source.name: read_facts(source, _of(source.name, tables)) for source in features.sources}
    spans = [view.window for view in features.views if view.window] or [timedelta(hours=1)]
    names = list(dict.fromkeys(name for source in features.sources for name in (*source.entities, *source.about)))
    parts = []
    for number, source in enumerate(features.sources):
        facts = every[source.name]
        if not facts.rows:
            continue
        ids = np.arange(-(-rows // len(features.sources)))
        picked = (words(seed, f"fact {number}", ids) % np.uint64(facts.rows)).astype(np.int64)
        moments = _shifted(facts.known[picked], facts.happened[picked], spans, words(seed, f"when {number}", ids))
        table = tables[source.name]
        columns = {name: table.column(name).take(pa.array(picked)) for name in names if name in table.column_names}
        moments = moments if since is None else np.maximum(moments, since)
        parts.append(pa.table({**columns, at: times_of(moments)}))
    if not parts:
        raise BadInput("there is not one fact", where="facts", allowed="a log with facts")
    try:
        drawn = pa.concat_tables(parts, promote_options="permissive")
    except pa.ArrowException as error:
        raise BadInput(f"the keys of the sources do not go together: {first_line(error)}", where="facts",
                       allowed="keys of one name that are of one kind") from error  # fmt: skip
    for name in names:
        if name not in drawn.column_names:
            drawn = drawn.append_column(name, pa.nulls(drawn.num_rows))
    return drawn.slice(0, rows)


def _shifted(known: Ints, happened: Ints, spans: list[timedelta], dice: Any) -> Ints:  # noqa: ANN401 - words
    span = np.array([one // timedelta(microseconds=1) for one in spans])[
        (dice % np.uint64(len(spans))).astype(np.int64)
    ]
    ways = np.stack([known, known - 1, known + 1, happened + span, happened + span - 1])
    return np.asarray(ways[((dice >> np.uint64(8)) % np.uint64(5)).astype(np.int64), np.arange(len(known))])
