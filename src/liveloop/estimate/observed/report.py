"""What does every estimate from observed data say besides its value: of whom, how many, and what must hold?"""

from __future__ import annotations

import numpy as np

from liveloop.base.seeds import Flags
from liveloop.estimate.frame import Groups
from liveloop.estimate.observed.table import Table
from liveloop.estimate.words import short


def arms_said(table: Table) -> str:
    """Name the contrast."""
    assert table.arms is not None
    return f"{table.columns.treatment} ({table.arms.labels[1]!r} against {table.arms.labels[0]!r})"


def kept_said(cut: float) -> str:
    """Say that only some rows are meant, where that is so."""
    return f", of those with a score from {short(cut)} to {short(1 - cut)} only" if cut else ""


def counted(table: Table, kept: Flags | None = None) -> dict[str, int]:
    """Count rows, by arm too, clusters, and the rows left out."""
    made = {"rows": table.rows}
    if table.arms is not None:
        sizes = table.arms.sizes()
        made |= {f"rows, {label!r}": int(size) for label, size in zip(table.arms.labels, sizes, strict=True)}
    if table.groups is not None:
        made[str(table.columns.clusters)] = table.groups.count
    if kept is not None and not kept.all():
        made["rows left out"] = int((~kept).sum())
    return made


def assumed(table: Table, *more: str, overlap: bool = True) -> tuple[str, ...]:
    """Say what every estimate from observed data assumes, and what this one does besides."""
    named = ", ".join(table.columns.covariates)
    made = [f"among rows alike in {named}, who was treated is as good as chance: nothing else drives both treatment "
            "and outcome", "the covariates were known before the treatment began"]  # fmt: skip
    if overlap:
        made.append("every kind of row could have been in either arm")
    unit = table.columns.clusters or "row"
    return (*made, f"no {unit} is touched by the treatment of another", *more)


def restricted(table: Table, kept: Flags) -> Table:
    """Give the table of some rows; clusters are counted anew."""
    if kept.all():
        return table
    arms = None if table.arms is None else Groups(table.arms.codes[kept], table.arms.labels)
    groups = None if table.groups is None else _dense(table.groups, kept)
    return Table(table.columns, table.outcome[kept], table.treated[kept], table.design[kept], table.weights[kept], arms,
                 groups)  # fmt: skip


def _dense(groups: Groups, kept: Flags) -> Groups:
    there, codes = np.unique(groups.codes[kept], return_inverse=True)
    return Groups(codes.astype(np.int64), tuple(groups.labels[at] for at in there))
