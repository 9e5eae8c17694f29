"""What is known of one entity now, or was at any moment before, while facts keep arriving?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags, Floats, Ints
from liveloop.features import scan
from liveloop.features.arena import Arena, Arrived, Replaced, Versions, renumbered
from liveloop.features.facts import Facts, no_facts, read_facts
from liveloop.features.lineage import FeatureSet
from liveloop.features.log import Compacted, Log
from liveloop.features.prune import Pruned, kept, readers, reads, refuse_other
from liveloop.features.shared import SharedLog
from liveloop.features.training import WHOLE, Program, Ties, groups_of, micros, program
from liveloop.features.view import Source, View, every_view

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(eq=False)
class Codes:
    """Codes from 0 of keys or texts, in the order in which they came."""

    known: dict[Any, int] = field(default_factory=dict)
    names: list[Any] = field(default_factory=list)

    def take(self, column: NDArray[Any]) -> Ints:
        """Code a column; what is new gets the next code, what is missing -1."""
        codes, found = pd.factorize(column)
        return np.asarray(self.translate(found)[codes], np.int64)

    def keep(self, codes: Ints) -> None:
        """Take new codes for old ones; those that have none are forgotten."""
        self.names = [name for name, code in zip(self.names, codes.tolist(), strict=False) if code >= 0]
        self.known = {name: code for code, name in enumerate(self.names)}

    def translate(self, found: Sequence[Any] | NDArray[Any]) -> Ints:
        """Code what was found, and behind it nothing: -1."""
        made = np.full(len(found) + 1, -1, np.int64)
        for place, one in enumerate(found.tolist() if isinstance(found, np.ndarray) else found):
            made[place] = self.known.setdefault(one, len(self.known))
            if made[place] == len(self.names):
                self.names.append(one)
        return made


@dataclass(eq=False)
class Stream:
    """What has come of one source: its facts once for each entity by which views read them."""

    source: Source
    keys: dict[str, Codes]
    arenas: dict[str, Arena]
    texts: dict[str, Codes]
    subjects: dict[str, Codes]
    versions: Versions
    count: int = 0
    logged: Ints = field(default_factory=lambda: np.empty(0, np.int64))  # places in the log up to `since`
    since: int = 0

    def fold(self, facts: Facts, identities: Sequence[Any] | None, versions: Floats | None) -> None:
        """Take facts in, in the order in which they came."""
        places = np.arange(self.count, self.count + facts.rows)
        self.count += facts.rows
        values = np.empty((len(facts.values), facts.rows))
        for row, (name, column) in enumerate(facts.values.items()):
            values[row] = self._recoded(name, column, facts.texts)
        about = np.empty((len(self.subjects), facts.rows), np.int64)
        for row, (name, subjects) in enumerate(self.subjects.items()):
            about[row] = subjects.take(facts.about[name])
        codes = {by: self.keys[by].take(facts.entities[by]) for by in self.arenas}
        if facts.deleted is not None:
            codes = {by: np.where(facts.deleted, -1, one) for by, one in codes.items()}
        until, replaced = np.full(facts.rows, scan.EVER), list[Replaced]()
        if identities is not None:
            until, replaced = self.versions.add(identities, versions, facts.happened, facts.known, list(codes.values()))
        come = Arrived(facts.happened, facts.known, until, places, values, about)
        for by, arena in self.arenas.items():
            arena.hold(len(self.keys[by].known))
            arena.add(codes[by], come)
        for one in replaced:
            for arena, code in zip(self.arenas.values(), one.codes, strict=True):
                if code >= 0:
                    arena.replace(code, one.happened, one.place, one.until)

    def keep(self, by: str, kept: Flags) -> None:
        """Let go of facts about the entities of one column, and of entities of which nothing is left."""
        codes = self.arenas[by].keep(kept)
        self.keys[by].keep(codes)
        lies = self.versions.codes[list(self.arenas).index(by), : self.versions.count]
        lies[:] = codes[lies]

    def in_log(self) -> tuple[Ints, Flags]:
        """Give the place of each row of the log, and whether its fact is still there."""
        places = np.concatenate([self.logged, np.arange(self.since, self.count)])
        held = [np.empty(0, np.int64), *(arena.places[: arena.used] for arena in self.arenas.values())]
        return places, np.isin(places, np.concatenate(held))

    def forget_subjects(self) -> None:
        """Let go of what no fact is about any more."""
        for row, subjects in enumerate(self.subjects.values()):
            left = np.zeros(len(subjects.names), np.bool_)
            for arena in self.arenas.values():
                about = arena.about[row, : arena.used]
                left[about[about >= 0]] = True
            codes = renumbered(left)
            subjects.keep(codes)
            for arena in self.arenas.values():
                arena.about[row, : arena.used] = codes[arena.about[row, : arena.used]]

    def _recoded(self, name: str, column: Floats, texts: Mapping[str, tuple[str, ...]]) -> Floats:
        if name not in texts:
            return column
        places = np.where(np.isnan(column), len(texts[name]), column).astype(np.int64)
        codes = self.texts[name].translate(texts[name])[places]
        return np.where(codes < 0, np.nan, codes.astype(np.float64))


@dataclass(eq=False)
class Group:
    """Views that are answered in one go, and what they are answered with."""

    views: list[View]
    stream: Stream
    plan: Program
    counts: Ints
    newest: Ints
    made: Floats
    stamp: int = 0

    def answer(self, key: object, moment: int, own: object, strictly: bool) -> Floats:  # noqa: FBT001
        """Answer for one entity at one moment, in microseconds."""
        first = self.views[0]
        arena = self.stream.arenas[first.by]
        code = self.stream.keys[first.by].known.get(key, -1)
        start = end = 0
        if code >= 0:
            start = int(arena.starts[code])
            end = start + int(arena.lengths[code])
        subject, subject_code = arena.happened, -1
        if first.apart_from is not None:
            subject = arena.about[list(self.stream.subjects).index(first.apart_from)]
            subject_code = self.stream.subjects[first.apart_from].known.get(own, -1)
        self.stamp += 1
        scan.read_back(
            arena.happened, arena.known, arena.until, subject, arena.values, start, end, moment,
            moment - micros(first.embargo), subject_code, strictly, self.plan.ops, self.plan.columns,
            self.plan.windows, self.plan.gaps, self.plan.lives, self.stamps(), self.plan.offsets, self.stamp,
            self.counts, self.newest, self.made,
        )  # fmt: skip
        return self.plan.finish(self.made[:, None])[:, 0]

    def stamps(self) -> Ints:
        """Give the marks of texts, as many as there are texts by now."""
        needed = sum(
            len(self.stream.texts[view.column].known) for view in self.views if view.op == "distinct" and view.column
        )
        if needed > len(self.plan.stamps):
            self._grow(2 * needed)
        return self.plan.stamps

    def _grow(self, least: int) -> None:
        marks = 0
        for place, view in enumerate(self.views):
            self.plan.offsets[place] = marks
            if view.op == "distinct":
                marks += least
        self.plan = Program(**{**vars(self.plan), "stamps": np.full(marks, -1, np.int64)})


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
    >>> from liveloop.features.view import Source, View, every_view
    >>> source = Source("messages", ("user_id",), ("tokens",))
    >>> store = Store(FeatureSet((View("tokens", "messages", "user_id", "sum", "tokens"),), (source,)))
    >>> noon = datetime(2026, 1, 5, 12, tzinfo=UTC)
    >>> store.add("messages", [{"user_id": 7, "tokens": 20, "happened_at": noon, "known_at": noon}])
    >>> store.get({"user_id": 7}, at=noon), store.get({"user_id": 8}, at=noon)
    ({'tokens': 20.0}, {'tokens': 0.0})
    """

    def __init__(self, features: FeatureSet, log: Log | SharedLog | None = None, *, ties: Ties = "until") -> None:
        self.features, self.log, self.ties = features, log, ties
        self.streams = {source.name: _stream(source, features) for source in features.sources}
        self.groups = [self._group(views) for views in groups_of(every_view(features.views))]
        self._of = {view.name: (group, place) for group in self.groups for place, view in enumerate(group.views)}
        self.horizon: int | None = None
        self._following = log.follow() if isinstance(log, SharedLog) else None
        if isinstance(log, Log):
            for done in log.compacted():
                self.horizon = max(done.horizon, self.horizon or done.horizon)
                for view in every_view(features.views):
                    refuse_other(view, done, log.file)
            for name, table in log.read():
                self._fold(name, table)
        self._catch_up()

    def add(self, source: str, facts: pa.Table | Sequence[Mapping[str, Any]]) -> None:
        """Take facts in: in the log first, all of them or, where one is refused, none."""
        if source not in self.streams:
            raise BadInput(f"there is no source {source!r}", where="source", allowed=", ".join(self.streams))
        if not len(facts):
            return
        table = facts if isinstance(facts, pa.Table) else pa.Table.from_pylist([dict(one) for one in facts])
        declared = self.streams[source].source
        read = read_facts(declared, table)  # refused before anything is written
        table = table.select(list(declared.columns))
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
            When the moment has no zone or lies before what was pruned, a view is not there, or an entity that a view
            reads is not named.
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
            own = keys.get(view.apart_from) if view.apart_from else None
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
            return self._answer(view.through.name, keys, moment, done)
        if view.by not in keys:
            raise BadInput(f"view {view.name!r} asks about {view.by!r}, which is not named", where="keys",
                           allowed=", ".join(keys) or "its key")  # fmt: skip
        return keys[view.by]

    def _group(self, views: list[View]) -> Group:
        stream = self.streams[views[0].source]
        plan = program(views, no_facts(stream.source))
        return Group(views, stream, plan, np.empty(len(views), np.int64), np.empty(len(views), np.int64),
                     np.empty(len(views)))  # fmt: skip

    def _catch_up(self) -> None:
        """Take in what was added to a shared log by whomever, in its order: so ties fall the same way for all."""
        for name, table in self._following.news() if self._following else ():
            self._fold(name, table)

    def _fold(self, name: str, table: pa.Table, read: Facts | None = None) -> None:
        if name not in self.streams:
            return  # others may keep facts in the same log that no view here reads
        stream = self.streams[name]
        facts = read or read_facts(stream.source, table)
        identities = table.column(stream.source.fact).to_pylist() if stream.source.fact else None
        versions = None
        if stream.source.version is not None:
            versions = np.asarray(table.column(stream.source.version).to_numpy(), np.float64)
        stream.fold(facts, identities, versions)


def _micros(at: datetime, where: str) -> int:
    if at.tzinfo is None:
        raise BadInput(f"{at.isoformat()} has no zone", where=where, allowed="a time with a zone")
    return micros(at - EPOCH)


def _stream(source: Source, features: FeatureSet) -> Stream:
    by = list(dict.fromkeys(view.by for view in every_view(features.views) if view.source == source.name))
    columns = len(source.numbers) + len(source.texts)
    return Stream(
        source, {name: Codes() for name in by}, {name: Arena(columns, len(source.about)) for name in by},
        {name: Codes() for name in source.texts}, {name: Codes() for name in source.about},
        Versions(source.version is not None, len(by)),
    )  # fmt: skip
