"""Which facts can no view read any more, at any moment from a horizon on, whatever may still arrive?

What arrives may be late, may have happened at any time, and may correct or take back any fact that has an identity. So
a fact is let go only where that cannot matter:

- it was replaced, so long ago that no view looks back beyond it; it can only be replaced sooner;
- it says nothing to the view: what it says never changes;
- it is older than the window at the horizon: it only grows older;
- the view wants the last one, and a later fact was known by then, which nothing can replace: it has no identity.

A view over all time keeps the rest, and so does a session: a late fact may bridge the gap before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags, Floats, Ints
from liveloop.features import scan
from liveloop.features.arena import Arena
from liveloop.features.lineage import FeatureSet
from liveloop.features.log import Compacted
from liveloop.features.scan import compiled
from liveloop.features.training import Program, micros
from liveloop.features.view import View, every_view


@dataclass(frozen=True)
class Pruned:
    """How many facts were let go and how many were kept, each counted for every entity by which it is read."""

    gone: int
    kept: int


def reads(view: View) -> str:
    """Say what of its facts a view reads; two that say the same need the same facts.

    Examples
    --------
    >>> reads(View("n", "messages", "user_id", "count", apart_from="message_id"))
    'count by user_id apart from message_id'
    """
    said = [f"{view.op} of {view.column}" if view.column else view.op, f"by {view.by}"]
    for name in ("window", "gap", "embargo"):
        if time := micros(getattr(view, name), 0):
            said.append(f"{name} {time} us")
    return " ".join([*said, *([f"apart from {view.apart_from}"] if view.apart_from else [])])


def refuse_let_go(features: FeatureSet, gone: Sequence[Compacted], file: Path) -> int | None:
    """Refuse views of facts of which some were let go for other views alone; give the moment from which one may ask."""
    sources = features.by_source
    for done in gone:
        if done.source in sources and sources[done.source].fact is not None:
            raise BadInput(f"{done.source!r} has facts with an identity, and some without one were let go of",
                           where=str(file), allowed=f"{done.source!r} without fact=")  # fmt: skip
        for view in every_view(features.views):
            if view.source == done.source and reads(view) not in done.views:
                raise BadInput(
                    f"view {view.name!r} reads {view.source!r} as {reads(view)}, and facts were let go of that it may "
                    "want", where=str(file), allowed=", ".join(done.views),
                )  # fmt: skip
    return max((done.horizon for done in gone), default=None)


@dataclass(frozen=True, eq=False)
class Readers:
    """The views that read one arena: [view] each."""

    ops: Ints
    columns: Ints
    windows: Ints
    gaps: Ints
    embargoes: Ints
    settled: Flags  # what it reads is never replaced, nor left out for what is asked about


def readers(plans: Sequence[tuple[Sequence[View], Program]], *, named: bool) -> Readers:
    """Lay views out for the loop; `named` says whether their facts have an identity, by which they may be replaced."""

    def joined(name: str) -> Ints:
        return np.concatenate([np.empty(0, np.int64), *(getattr(plan, name) for _, plan in plans)]).astype(np.int64)

    views = [view for some, _ in plans for view in some]
    return Readers(
        joined("ops"), joined("columns"), joined("windows"), joined("gaps"),
        np.array([micros(view.embargo) for view in views], np.int64),
        np.array([not named and view.apart_from is None for view in views], np.bool_),
    )  # fmt: skip


def kept(arena: Arena, who: Readers, horizon: int) -> Flags:
    """Say of each slot of an arena whether some view may read what lies there at the horizon, or later."""
    return needed(
        arena.happened, arena.known, arena.until, arena.values, arena.starts, arena.lengths, horizon, who.ops,
        who.columns, who.windows, who.gaps, who.embargoes, who.settled,
    )  # fmt: skip


@compiled
def needed(  # noqa: PLR0913 - compiled
    happened: Ints, known: Ints, until: Ints, values: Floats, starts: Ints, lengths: Ints, horizon: int,
    ops: Ints, columns: Ints, windows: Ints, gaps: Ints, embargoes: Ints, settled: Flags,
) -> Flags:  # fmt: skip  # pragma: no cover - compiled
    """Read each entity from the newest fact back, and mark what a view may still read."""
    made = np.zeros(len(happened), np.bool_)
    found = np.zeros(len(ops), np.bool_)
    for code in range(len(starts)):
        found[:] = False
        for i in range(starts[code] + lengths[code] - 1, starts[code] - 1, -1):
            for f in range(len(ops)):
                if until[i] < horizon - embargoes[f]:
                    continue
                if gaps[f] == 0:
                    if columns[f] >= 0 and np.isnan(values[columns[f], i]):
                        continue
                    if windows[f] != scan.EVER and horizon - happened[i] >= windows[f]:
                        continue
                    if windows[f] == scan.EVER and settled[f] and (ops[f] == scan.LAST or ops[f] == scan.SINCE):
                        if found[f]:
                            continue
                        found[f] = happened[i] <= horizon and known[i] < horizon - embargoes[f]
                made[i] = True
    return made
