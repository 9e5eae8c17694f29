"""How does a live store hold what has come, so that an answer is read from it at once?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from liveloop.base.seeds import Flags, Floats, Ints
from liveloop.features import scan
from liveloop.features.arena import Arena, Arrived, Replaced, Versions, renumbered
from liveloop.features.facts import Facts
from liveloop.features.lineage import FeatureSet
from liveloop.features.training import Program, micros
from liveloop.features.view import Source, View, every_view

ONE = np.zeros(1, np.int64)  # the order of one row


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
    kinds: dict[str, str] = field(default_factory=dict)  # of keys

    def fold(self, facts: Facts, identities: Sequence[Any] | None, versions: Floats | None) -> None:
        """Take facts in, in the order in which they came."""
        places = np.arange(self.count, self.count + facts.rows)
        self.count += facts.rows
        self.kinds = {name: kind for name, kind in facts.kinds.items() if kind is not None} | self.kinds
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
    made: Floats
    stamp: int = 0

    def answer(self, key: object, moment: int, own: object, strictly: bool) -> Floats:  # noqa: FBT001
        """Answer for one entity at one moment, in microseconds."""
        first = self.views[0]
        arena = self.stream.arenas[first.by]
        code = self.stream.keys[first.by].known.get(key, -1)
        subject, subject_code = arena.happened, -1
        if first.apart_from is not None:
            subject = arena.about[list(self.stream.subjects).index(first.apart_from)]
            subject_code = self.stream.subjects[first.apart_from].known.get(own, -1)
        self.stamp += 1
        scan.read_back(
            arena.happened, arena.known, arena.until, subject, arena.values, arena.starts, arena.lengths, ONE,
            np.array([code]), np.array([moment]), np.array([subject_code]), micros(first.embargo), strictly,
            self.plan.ops, self.plan.columns, self.plan.windows, self.plan.gaps, self.plan.lives, self.stamps(),
            self.plan.offsets, self.stamp, self.made,
        )  # fmt: skip
        return self.plan.finish(self.made)[:, 0]

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


def stream_of(source: Source, features: FeatureSet) -> Stream:
    """Begin to hold the facts of a source, by each entity by which views read them."""
    by = list(dict.fromkeys(view.by for view in every_view(features.views) if view.source == source.name))
    columns = len(source.numbers) + len(source.texts)
    return Stream(
        source, {name: Codes() for name in by}, {name: Arena(columns, len(source.about)) for name in by},
        {name: Codes() for name in source.texts}, {name: Codes() for name in source.about},
        Versions(source.version is not None, len(by)),
    )  # fmt: skip
