"""Of which class is a mistake when no single edit explains it: what the difference hangs on, and how the texts differ?

A list of rules, the surest first, made on six of the nine files of the bench's own pairs. It tells a class, never a
place; how often it is right is measured on the other three.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from liveloop.sqldiff.contrast import Hung

_WORD = re.compile(r"'[^']*'|\w+|<=|>=|<>|!=|[^\w\s]")
_ZONE = re.compile(r"'[a-z_]+/[a-z_]+'|'utc'|timestamptz|timezone|\bzone\b|'[^']*[+-]\d\d(?::?\d\d)?'")
_ORDER = re.compile(r"order\s+by\s+([^)]*)")
_PART = re.compile(r"partition\s+by\s+([\w., ]*)")
_LENGTH = re.compile(r"interval\s+'?\d+'?\s*\w+|[+-]\s*\d+\b")


@dataclass(frozen=True)
class Shape:
    """How a witness looks: rows in it, rows of the results that the other has not, what the difference hangs on."""

    size: int
    missing: int
    extra: int
    hung: Hung
    empty: bool = False  # whether a table that is read has no row


@dataclass(frozen=True)
class Texts:
    """How two texts differ, by the words that stand in the one more often than in the other."""

    reference: Counter[str]
    attempt: Counter[str]
    zones: bool
    order: bool
    parts: bool
    lengths: bool

    def more(self, *words: str) -> bool:
        """Say whether some words are not as frequent in both."""
        return any(self.reference[word] != self.attempt[word] for word in words)

    def either(self, *words: str) -> bool:
        """Say whether a word stands in one of them at all."""
        return any(self.reference[word] or self.attempt[word] for word in words)


def compared(reference: str, attempt: str) -> Texts:
    """Lay two texts beside one another."""
    one, other = reference.lower(), attempt.lower()

    def unlike(pattern: re.Pattern[str]) -> bool:
        return sorted(" ".join(x.split()) for x in pattern.findall(one)) != sorted(
            " ".join(x.split()) for x in pattern.findall(other)
        )

    return Texts(
        Counter(_WORD.findall(one)),
        Counter(_WORD.findall(other)),
        zones=unlike(_ZONE),
        order=unlike(_ORDER),
        parts=unlike(_PART),
        lengths=unlike(_LENGTH),
    )


def guess(shape: Shape, reference: str, attempt: str) -> str:
    """Name the class that the shape of a witness and the difference of the texts suggest; empty when none does.

    Examples
    --------
    >>> guess(Shape(1, 1, 0, Hung(null=1)), "SELECT a FROM t", "SELECT a FROM t WHERE a < 3 OR a >= 3")
    'null'
    """
    texts, hung = compared(reference, attempt), shape.hung
    shared = hung.tie + hung.copy
    joins = texts.attempt["join"] - texts.reference["join"]
    lost = shape.missing > 0 and not shape.extra
    rules = (
        (hung.null > 0, "null"),
        (texts.zones and not shared, "time-zone"),
        (shape.size == 0 or (lost and shape.empty), "missing-group"),
        (lost and not shared and texts.more("left", "full", "generate_series", "values"), "missing-group"),
        (shared > 1 and (texts.order or texts.more("row_number", "rank", "dense_rank", "limit")), "tie"),
        (hung.edge > 1 and not hung.tie and texts.more("<", "<=", ">", ">=", "between"), "boundary"),
        (shared > 0 and joins > 0, "fan-out"),
        (shared > 0 and texts.more("distinct", "union"), "duplicate"),
        (shared > 0 and texts.either("/", "avg"), "denominator"),
        (texts.lengths or texts.parts or texts.more("lag", "lead", "rows", "range", "preceding"), "window"),
        (hung.copy > 0, "duplicate"),
        (texts.more("/", "avg"), "denominator"),
        (texts.more("left", "full"), "missing-group"),
        (texts.more("null", "coalesce", "nullif"), "null"),
        (hung.edge > 0 or texts.more("<", "<=", ">", ">=", "between"), "boundary"),
        (texts.zones or hung.hour > 0, "time-zone"),
        (True, "wrong-filter"),
    )
    return next(kind for holds, kind in rules if holds)
