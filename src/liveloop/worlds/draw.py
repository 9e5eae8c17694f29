"""What is one realisation of a world, and how is it composed from its scenes?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pyarrow as pa

from liveloop.base.errors import BadInput
from liveloop.worlds.corpus import Corpus, read_corpus
from liveloop.worlds.review import Cases
from liveloop.worlds.scene import enact
from liveloop.worlds.schema import SCHEMA
from liveloop.worlds.setup import Setup
from liveloop.worlds.tabulate import plain, tabulate, tabulate_reviews
from liveloop.worlds.traffic import take_census
from liveloop.worlds.truth import seal, tell

LARGEST = 8_000_000  # messages; beyond this the text would pass the 2 GB that one Arrow array holds


@dataclass(frozen=True, eq=False)
class Draw:
    """One realisation: the tables that are seen. The truth is sealed elsewhere."""

    world: Setup
    seed: int
    tables: dict[str, pa.Table]

    def __repr__(self) -> str:
        rows = ", ".join(f"{name} {table.num_rows}" for name, table in self.tables.items())
        return f"Draw(seed={self.seed}, {rows})"


def compose(setup: Setup, seed: int, chunk_accounts: int | None = None) -> Draw:
    """Draw a whole world into memory, by default in one piece; any chunk size gives the same rows."""
    census, corpus = take_census(setup, seed), corpus_of(setup)
    if census.messages > LARGEST:
        allowed = f"up to {LARGEST} messages in memory; stream a larger world to a folder"
        raise BadInput(f"{census.messages} messages at most", where="world", allowed=allowed)
    whole = enact(census, 0, setup.accounts)
    parts, cases = [], []
    for first, last in ranges(setup.accounts, chunk_accounts or setup.accounts):
        scene = whole if (first, last) == (0, setup.accounts) else enact(census, first, last)
        parts.append(tabulate(census, scene, corpus))
        cases.append(scene.cases)
    tables = {name: pa.concat_tables([part[name] for part in parts]) for name in parts[0]}
    tables |= tabulate_reviews(census, join_cases(cases))
    draw = Draw(setup, seed, {table.name: plain(tables[table.name]) for table in SCHEMA})
    seal(draw, tell(census, whole))
    return draw


def corpus_of(setup: Setup) -> Corpus | None:
    """Read the corpus that the settings name, if any."""
    return None if setup.traffic.corpus is None else read_corpus(setup.traffic.corpus)


def ranges(accounts: int, size: int) -> list[tuple[int, int]]:
    """Cut accounts into ranges of a size.

    Examples
    --------
    >>> ranges(5, 2)
    [(0, 2), (2, 4), (4, 5)]
    """
    return [(first, min(first + size, accounts)) for first in range(0, accounts, size)]


def join_cases(parts: Sequence[Cases]) -> Cases:
    """Put the cases of all ranges together, in order of message."""
    joined: dict[str, Any] = {
        item.name: np.concatenate([getattr(part, item.name) for part in parts]) for item in fields(Cases)
    }
    return Cases(**joined)
