"""How do facts lie in memory, so that all about one entity is together and in the order in which it happened?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from liveloop.base.seeds import Floats, Ints
from liveloop.features import scan
from liveloop.features.facts import Facts

SPARSE = 4  # whole numbers that spread over more than so many times their count are looked up by hash
MOST = 2**62  # whole numbers beyond it are no keys of facts that lie close together


@dataclass(frozen=True, eq=False)
class Keys:
    """Codes from 0 of the entities of one column."""

    count: int
    least: int = 0
    index: pd.Index[Any] | None = None  # None: the numbers themselves, less `least`, are codes

    def codes(self, keys: NDArray[Any]) -> Ints:
        """Look keys up: -1 where nothing is known of them, or none is given."""
        if self.index is not None:
            return np.asarray(self.index.get_indexer(pd.Index(keys)), np.int64)
        if keys.dtype.kind not in "iu":
            places, found = pd.factorize(keys)
            codes = self._codes(np.array([whole(one, self.least - 1) for one in found], np.int64))
            return np.asarray(np.append(codes, -1)[places], np.int64)
        if keys.dtype.kind == "u":
            return np.where(keys < MOST, self._codes(keys.astype(np.int64)), -1)
        return self._codes(keys.astype(np.int64))

    def _codes(self, keys: Ints) -> Ints:
        codes = keys - self.least
        return np.where((codes >= 0) & (codes < self.count), codes, -1)


def whole(key: object, absent: int) -> int:
    """Give a key as a whole number; what is equal to none, as a text or 7.5, is absent.

    Examples
    --------
    >>> whole(7.0, -1), whole(7.5, -1), whole("7", -1), whole(float("inf"), -1)
    (7, -1, -1, -1)
    """
    if not isinstance(key, (int, float, np.integer, np.floating, Decimal)) or not math.isfinite(key):
        return absent
    number = int(key)
    return number if number == key and abs(number) < MOST else absent


def keys_of(column: NDArray[Any]) -> tuple[Keys, Ints]:
    """Give entities codes, and the code of each row; a row without a key has -1."""
    if column.dtype.kind in "iu" and len(column):
        least, most = int(column.min()), int(column.max())
        if most - least < SPARSE * len(column) + 1000 and least > -MOST and most < MOST:
            codes = column.astype(np.int64, copy=False)
            return Keys(most - least + 1, least), codes - least if least else codes
    codes, found = pd.factorize(column)
    return Keys(len(found), index=pd.Index(found)), codes.astype(np.int64)


@dataclass(frozen=True, eq=False)
class Layout:
    """The facts of one source, grouped by one entity.

    Parameters
    ----------
    happened, known, until
        [fact] microseconds since 1970, UTC; sorted within an entity by the first, then the second.
    values
        [column, fact]: numbers as they are, texts as codes; NaN where a fact says nothing.
    subjects
        For each column in `about`: what each fact is about, as a code; -1 where nothing.
    starts, lengths
        [entity]: where the facts about each begin, and how many there are.
    """

    keys: Keys
    happened: Ints
    known: Ints
    until: Ints
    values: Floats
    subjects: Mapping[str, tuple[Keys, Ints]]
    starts: Ints
    lengths: Ints


def lay_out(facts: Facts, by: str) -> Layout:
    """Group facts by an entity; those about none, and those taken back, are not in it."""
    keys, codes = keys_of(facts.entities[by])
    if facts.deleted is not None:
        codes = np.where(facts.deleted, -1, codes)
    values = _side_by_side(list(facts.values.values()), facts.rows, np.float64)
    subjects = {name: keys_of(column) for name, column in facts.about.items()}
    about = _side_by_side([one for _, one in subjects.values()], facts.rows, np.int64)
    order = np.empty(0, np.int64)
    if not scan.is_sorted(codes, keys.count, facts.happened, facts.known):
        order = np.lexsort((facts.known, facts.happened))
    happened, known, until, values, about, starts, lengths = scan.laid_out(
        codes, keys.count, order, facts.happened, facts.known, facts.until, values, about
    )
    named = {name: (found, about[row]) for row, (name, (found, _)) in enumerate(subjects.items())}
    return Layout(keys, happened, known, until, values, named, starts, lengths)


def _side_by_side(columns: list[NDArray[Any]], rows: int, kind: type[Any]) -> NDArray[Any]:
    """Give columns as one array; a column that is alone is not copied."""
    if len(columns) == 1:
        return np.ascontiguousarray(columns[0], kind)[None, :]
    return np.stack(columns).astype(kind, copy=False) if columns else np.empty((0, rows), kind)
