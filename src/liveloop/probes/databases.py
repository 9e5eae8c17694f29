"""How do the probes make contrasts out of small databases?"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Protocol, cast

from liveloop.probe import Contrast, Exhibit
from liveloop.sqldiff.database import Database
from liveloop.sqldiff.mine import Mined
from liveloop.sqldiff.twist import Twist, parted

_MOST_PARTS = 3


class DatabaseExhibit(Exhibit, Protocol):
    """An exhibit of a SQL attempt: its bases come in families, and the constants of the reference are known.

    Families: ``alone`` (one person, one row a table), ``two`` (two people so), ``several`` (some rows for each
    person), ``burst`` (one person, many rows close together), ``missing`` (like several, where the reference asks for
    NULL: some are), ``gaps`` (some people without rows), ``crowd`` (many people, one row a table), ``throng`` (many
    people, several rows), ``cut`` (cut out of the drill's world, as it comes).
    """

    mined: Mined

    def family(self, *names: str) -> Sequence[Database]:
        """Give the bases of some families."""


def laid_out(exhibit: Exhibit) -> DatabaseExhibit:
    """See an exhibit as one of databases."""
    return cast("DatabaseExhibit", exhibit)


def chance_of(exhibit: Exhibit, code: str) -> random.Random:
    """Give a probe its own dice."""
    return random.Random(f"{exhibit.seed} {code}")  # noqa: S311 - not for secrets


def contrasts_from(
    base: Database,
    twists: Iterable[Twist],
    *,
    unless: tuple[str, ...] = (),
    parts: bool = True,
    rows_in_order: bool = False,
) -> Iterator[Contrast]:
    """Turn twists of a base into contrasts.

    With `parts`, when the base holds two or three people, calm is also each of them alone: two errors that cancel in
    a total are no agreement.
    """
    people = tuple(parted(base)) if parts else ()
    alone = people if len(people) <= _MOST_PARTS else ()
    for twist in twists:
        calm = (*twist.calm, *alone)
        reserve = tuple(dict.fromkeys((*unless, *twist.unless)))
        contrast = Contrast(twist.nasty, calm, twist.says, twist.beside, reserve, len(twist.calm))
        yield replace(contrast, rows_in_order=rows_in_order, held=twist.held)
