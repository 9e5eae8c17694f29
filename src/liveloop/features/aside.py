"""How do facts lie aside by entity, each knowing when it was replaced, so that a part of them answers for all?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pyarrow as pa

from liveloop.base.seeds import Flags
from liveloop.features import scan
from liveloop.features.facts import (
    Facts,
    no_facts,
    read_facts,
    read_flags,
    read_keys,
    read_numbers,
    read_times,
    refuse_nameless,
    until_of,
)
from liveloop.features.spill import Spill, parts_of
from liveloop.features.training import keys_said
from liveloop.features.view import Source, View

PLACE, UNTIL = "#place", "#until"  # no names that a table has


@dataclass(frozen=True)
class Aside:
    """The facts of a source that some views read by one entity, in parts.

    Parameters
    ----------
    source
        With those columns only that the views read.
    """

    source: Source
    by: str
    spill: Spill

    @classmethod
    def of(cls, source: Source, by: str, views: Sequence[View], spill: Spill) -> Self:
        """Keep of a source what some views read by one entity."""
        columns = {view.column for view in views}
        about = {view.apart_from for view in views}
        kept = replace(
            source, entities=(by,), fact=None, version=None, deleted=None, filled=(),
            numbers=tuple(name for name in source.numbers if name in columns),
            texts=tuple(name for name in source.texts if name in columns),
            about=tuple(name for name in source.about if name in about),
        )  # fmt: skip
        return cls(kept, by, spill)

    def put(self, table: pa.Table) -> None:
        """Put facts aside; those about nobody are in no part."""
        keys = read_keys(table, self.by, self.source.name)
        more = [name for name in (PLACE, UNTIL) if name in table.column_names]
        self.spill.add(parts_of(keys, self.spill.parts), table.select([*self.source.columns, *more]))


def put_facts_aside(
    source: Source, batches: Iterator[pa.Table], asides: Sequence[Aside], by_fact: Spill, kinds: dict[str, str]
) -> Iterator[int]:
    """Put the facts of a source aside by every entity, read once; give after each batch how many are done.

    Where facts have an identity they go by it first: a newer version may be about another entity, and only together do
    versions say since when each was replaced. Then they are no longer in the order of the log, so each keeps its place.
    Of which kind the keys are is put into `kinds`.
    """
    plain, before = replace(source, fact=None, version=None, texts=()), 0
    for table in batches:
        facts = read_facts(plain, table, before)
        kinds |= {name: kind for name, kind in facts.kinds.items() if kind is not None}
        place = np.arange(before, before + table.num_rows)
        before += table.num_rows
        if source.fact is None:
            _put(_kept(table, facts.deleted), asides)
        else:
            refuse_nameless(source, table.column(source.fact), before - table.num_rows)
            if source.version is not None:
                read_numbers(table, source.version, source.name)
            whole = pa.types.is_integer(table.schema.field(source.fact).type)
            keys = read_keys(table, source.fact, source.name) if whole else keys_said(table.column(source.fact))[0]
            by_fact.add(parts_of(keys, by_fact.parts), table.append_column(PLACE, pa.array(place)))
        yield before
    for part in range(by_fact.parts):
        some = by_fact.read(part)
        if some is not None:
            _put(_told(source, some), asides)


def _put(table: pa.Table, asides: Sequence[Aside]) -> None:
    for one in asides:
        one.put(table)


def _told(source: Source, table: pa.Table) -> pa.Table:
    """Say of each version since when it was replaced, and leave out those that take a fact back."""
    until = until_of(source, table, read_times(table, source.known, source.name))
    if not len(until):
        until = np.full(table.num_rows, scan.EVER)
    deleted = read_flags(table, source.deleted, source.name) if source.deleted else None
    return _kept(table.append_column(UNTIL, pa.array(until)), deleted)


def _kept(table: pa.Table, deleted: Flags | None) -> pa.Table:
    return table if deleted is None else table.filter(pa.array(~deleted))


def facts_of(aside: Aside, part: int) -> Facts:
    """Give the facts of one part in the order of the log."""
    table = aside.spill.read(part, keep=True)
    if table is None:
        return no_facts(aside.source)
    if PLACE in table.column_names:
        table = table.take(pa.array(np.argsort(table.column(PLACE).to_numpy(), kind="stable")))
    facts = read_facts(aside.source, table)
    if UNTIL not in table.column_names:
        return facts
    until = np.asarray(table.column(UNTIL).to_numpy())
    return facts if (until == scan.EVER).all() else replace(facts, until=until)
