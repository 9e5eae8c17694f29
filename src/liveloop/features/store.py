"""What is known of one entity now, or was at any moment before, while facts keep arriving?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from liveloop.base.errors import BadInput, first_line
from liveloop.base.seeds import Floats
from liveloop.features.facts import EPOCH, Facts, arrow_of, no_facts, read_facts, read_versions
from liveloop.features.held import Group, stream_of
from liveloop.features.kinds import kind_of_key, refuse_unlike, unlike
from liveloop.features.lineage import FeatureSet
from liveloop.features.log import Compacted, Log
from liveloop.features.prune import Pruned, kept, readers, reads, refuse_let_go
from liveloop.features.shared import SharedLog
from liveloop.features.training import WHOLE, Ties, groups_of, micros, program, refuse_shares
from liveloop.features.view import View, every_view


class Store:
    """Features of entities, from facts as they arrive.

    Parameters
    ----------
    features
        The views and their sources.
    log
        Where facts are kept; None keeps them in memory only. What is in it already is taken in, and of a shared log
        what others add, before every answer.
    ties
        As of a training set: what was known exactly at the moment was known ("until"), or not ("before").

    Examples
    --------
    >>> from datetime import UTC
    >>> from liveloop.features.view import Source, View
    >>> source = Source("messages", ("user_id",), ("tokens",))
    >>> store = Store(FeatureSet((View("tokens", "messages", "user_id", "sum", "tokens"),), (source,)))
    >>> noon = datetime(2026, 1, 5, 12, tzinfo=UTC)
    >>> store.add("messages", [{"user_id": 7, "tokens": 20, "happened_at": noon, "known_at": noon}])
    >>> store.get({"user_id": 7}, at=noon), store.get({"user_id": 8}, at=noon)
    ({'tokens': 20.0}, {'tokens': 0.0})
    """

    def __init__(self, features: FeatureSet, log: Log | SharedLog | None = None, *, ties: Ties = "until") -> None:
        if log is not None and not isinstance(log, (Log, SharedLog)):
            raise BadInput(f"the log is {log!r}", where="log", allowed="Log(file), or SharedLog(address)")
        self._turn = log.take() if isinstance(log, Log) else 0
        self.features, self.log, self.ties = features, log, ties
        self.streams = {source.name: stream_of(source, features) for source in features.sources}
        self.groups = [self._group(views) for views in groups_of(every_view(features.views))]
        self._of = {view.name: (group, place) for group in self.groups for place, view in enumerate(group.views)}
        self.horizon: int | None = None
        self._following = log.follow() if isinstance(log, SharedLog) else None
        if isinstance(log, Log):
            self.horizon = refuse_let_go(features, log.compacted(), log.file)
            for name, table in log.read():
                self._fold(name, table)
        self._catch_up()

    def add(self, source: str, facts: Any) -> None:  # noqa: ANN401 - any table
        """Take facts in: in the log first, all of them or, where one is refused, none.

        Parameters
        ----------
        facts
            A sequence of mappings, or a table of any kind that `read_facts` takes.
        """
        if source not in self.streams:
            raise BadInput(f"there is no source {source!r}", where="source", allowed=", ".join(self.streams))
        declared = self.streams[source].source
        table = _table(source, facts) if isinstance(facts, (list, tuple)) else arrow_of(facts, source, declared.columns)
        if not table.num_rows:
            return
        read = self._read(source, table)  # refused before anything is written
        for name, kind in read.kinds.items():
            before = self.streams[source].kinds.get(name)
            if unlike(kind, before):
                raise BadInput(f"{name!r} holds {kind}, and held {before} before", where=f"{source}.{name}",
                               allowed=f"keys of one kind: {before}")  # fmt: skip
        table = table.select(list(declared.columns))
        self._refuse_taken()
        self._catch_up()  # what others wrote is refused before anything is written too
        if self.log is not None:
            self.log.append(source, table)
        if self._following is None:
            self._fold(source, table, read)
        self._catch_up()

    def get(
        self, keys: Mapping[str, Any], *, at: datetime, names: Sequence[str] | None = None
    ) -> dict[str, float | int | str | None]:
        """Give the features of the entities named, as they were known at a moment.

        Raises
        ------
        BadInput
            When the moment has no zone or lies before what was pruned, a view is not there, or what a view reads or
            is apart from is not named, or is no key.
        """
        moment = _micros(at, "at")
        if self.horizon is not None and moment < self.horizon:
            pruned = EPOCH + timedelta(microseconds=self.horizon)
            raise BadInput(f"{at.isoformat()} lies before {pruned.isoformat()}, for which facts were let go",
                           where="at", allowed=f"{pruned.isoformat()} or later")  # fmt: skip
        self._catch_up()
        wanted = [view.name for view in self.features.views] if names is None else list(names)
        done: dict[int, Floats] = {}
        made: dict[str, float | int | str | None] = {}
        for name in wanted:
            if name not in self._of:
                raise BadInput(f"there is no view {name!r}", where="names", allowed=", ".join(self._of))
            made[name] = self._answer(name, keys, moment, done)
        return made

    def prune(self, *, before: datetime) -> Pruned:
        """Let go of facts that no view can read at any moment from `before` on, whatever still arrives.

        No answer from then on is another for it, to the last bit; an earlier one is refused. What views over all time
        and over sessions read is kept, and so is which versions there were, for late corrections. In the log all facts
        stay, until it is compacted: a store that is opened again has them all.

        Raises
        ------
        BadInput
            When the moment has no zone.

        Examples
        --------
        >>> from datetime import UTC
        >>> from liveloop.features.view import Source, View
        >>> view = View("tokens_24h", "messages", "user_id", "sum", "tokens", window=timedelta(hours=24))
        >>> store = Store(FeatureSet((view,), (Source("messages", ("user_id",), ("tokens",)),)))
        >>> noon = datetime(2026, 1, 5, 12, tzinfo=UTC); hour = timedelta(hours=1)
        >>> fact = {"user_id": 7, "tokens": 20}
        >>> store.add("messages", [fact | {"happened_at": at, "known_at": at} for at in (noon, noon + 9 * hour)])
        >>> store.prune(before=noon + 24 * hour)
        Pruned(gone=1, kept=1)
        >>> store.get({"user_id": 7}, at=noon + 24 * hour)
        {'tokens_24h': 20.0}
        >>> store.get({"user_id": 7}, at=noon)
        Traceback (most recent call last):
        ...
        liveloop.base.errors.BadInput: at: 2026-01-05T12:00:00+00:00 lies before 2026-01-06T12:00:00+00:00, for which \
facts were let go. Allowed: 2026-01-06T12:00:00+00:00 or later.
        """
        moment = _micros(before, "before")
        self.horizon = moment if self.horizon is None else max(moment, self.horizon)
        held, left = 0, 0
        for stream in self.streams.values():
            for by, arena in stream.arenas.items():
                held += int(arena.lengths.sum())
                mine = [one for one in self.groups if one.stream is stream and one.views[0].by == by]
                who = readers([(one.views, one.plan) for one in mine], named=stream.source.fact is not None)
                stream.keep(by, kept(arena, who, self.horizon))
                left += arena.used
            stream.forget_subjects()
        return Pruned(held - left, left)

    def compact(self) -> int:
        """Let go in the log too of what was pruned; give how many facts.

        Only of sources whose facts have no identity: a late correction has to be held against every version. The log
        remembers the moment and the views, so that no other view is answered from what is left.

        Raises
        ------
        BadInput
            When the log is none in a file of its own.
        """
        if not isinstance(self.log, Log):
            raise BadInput("there is no log in a file", where="log", allowed="a Store with a Log")
        self._refuse_taken()
        gone = 0
        for name, stream in self.streams.items():
            views = [view for view in every_view(self.features.views) if view.source == name]
            if self.horizon is None or stream.source.fact is not None or not views:
                continue
            places, left = stream.in_log()
            if not left.all():
                self.log.compact(Compacted(name, self.horizon, tuple(sorted({reads(view) for view in views}))), left)
                stream.logged, stream.since = places[left], stream.count
                gone += int((~left).sum())
        return gone

    def _answer(
        self, name: str, keys: Mapping[str, Any], moment: int, done: dict[int, Floats]
    ) -> float | int | str | None:
        group, place = self._of[name]
        view = group.views[place]
        if id(group) not in done:
            key = self._key(view, keys, moment, done)
            own = self._own(view, keys)
            done[id(group)] = group.answer(key, moment, own, self.ties == "before").copy()
        value = float(done[id(group)][place])
        if view.op in WHOLE:
            return int(value)
        if np.isnan(value):
            return None
        if view.op == "last" and view.column in group.stream.texts:
            return str(group.stream.texts[view.column].names[int(value)])
        return value

    def _key(self, view: View, keys: Mapping[str, Any], moment: int, done: dict[int, Floats]) -> object:
        if view.through is not None:
            key = self._answer(view.through.name, keys, moment, done)
            refuse_unlike(view, view.by, kind_of_key(key), self.streams[view.source].kinds.get(view.by))
            return key
        if view.by not in keys:
            raise BadInput(f"view {view.name!r} asks about {view.by!r}, which is not named", where="keys",
                           allowed=view.by)  # fmt: skip
        return self._like(view, view.by, keys)

    def _own(self, view: View, keys: Mapping[str, Any]) -> object:
        """Give what a view is to leave out; not to name it would let it in."""
        if view.apart_from is None:
            return None
        if view.apart_from not in keys:
            raise BadInput(f"view {view.name!r} is apart from {view.apart_from!r}, which is not named", where="keys",
                           allowed=f"{view.apart_from}, None where it is none yet")  # fmt: skip
        return self._like(view, view.apart_from, keys)

    def _like(self, view: View, name: str, keys: Mapping[str, Any]) -> object:
        """Give a key of the kind that the facts have."""
        key = _key(name, keys[name])
        refuse_unlike(view, f"{name}={key!r}", kind_of_key(key), self.streams[view.source].kinds.get(name))
        return key

    def _group(self, views: list[View]) -> Group:
        stream = self.streams[views[0].source]
        plan = program(views, no_facts(stream.source))
        return Group(views, stream, plan, np.empty((len(views), 1)))

    def _catch_up(self) -> None:
        """Take in what was added to a shared log by whomever, in its order: so ties fall the same way for all."""
        for name, table in self._following.news() if self._following else ():
            self._fold(name, table)

    def _refuse_taken(self) -> None:
        if isinstance(self.log, Log) and self.log.turn != self._turn:
            raise BadInput("another store has taken it", where=str(self.log.file), allowed="a Log of its own for each")

    def _read(self, name: str, table: pa.Table) -> Facts:
        facts = read_facts(self.streams[name].source, table)
        refuse_shares([view for view in every_view(self.features.views) if view.source == name], facts)
        return facts

    def _fold(self, name: str, table: pa.Table, read: Facts | None = None) -> None:
        if name not in self.streams:
            return  # others may keep facts in the same log that no view here reads
        stream = self.streams[name]
        facts = read or self._read(name, table)
        identities = table.column(stream.source.fact).to_pylist() if stream.source.fact else None
        versions = None
        if stream.source.version is not None:
            versions = read_versions(stream.source, table)
        stream.fold(facts, identities, versions)


def _table(source: str, facts: Sequence[Mapping[str, Any]]) -> pa.Table:
    """Lay facts side by side; refuse a time without a zone, which would be taken for one in UTC beside others."""
    for number, fact in enumerate(facts, 1):
        for name, said in fact.items():
            if isinstance(said, datetime) and said.tzinfo is None:
                raise BadInput(f"the times of {name!r} have no zone, the first in row {number}",
                               where=f"{source}.{name}", allowed="times with a zone")  # fmt: skip
    try:
        return pa.Table.from_pylist([dict(one) for one in facts])
    except (pa.ArrowException, OverflowError) as error:
        raise BadInput(f"its facts do not go together: {first_line(error)}", where=source,
                       allowed="values of one kind in each column") from error  # fmt: skip


def _key(name: str, said: object) -> object:
    try:
        hash(said)
    except TypeError as error:
        raise BadInput(f"{name} is {said!r}", where="keys", allowed="a whole number or a text") from error
    return said


def _micros(at: datetime, where: str) -> int:
    if not isinstance(at, datetime):
        raise BadInput(f"it is {at!r}", where=where, allowed="a datetime with a zone")
    if at.tzinfo is None:
        raise BadInput(f"{at.isoformat()} has no zone", where=where, allowed="a time with a zone")
    return micros(at - EPOCH)
