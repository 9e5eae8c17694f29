"""How does the lineage of features look: from facts through sources and views to what is predicted?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from html import escape
from itertools import pairwise
from textwrap import wrap

from liveloop.base.errors import BadInput
from liveloop.features.lineage import FeatureSet
from liveloop.features.view import Source, View, every_view, said_time

WIDE, HIGH, GAP, APART = 250, 60, 14, 80
LANE = 8  # how high a lane is
TOP = 28  # of the legend
NAME, LINE = 32, 40  # letters that surely have room in a box
COLOURS = {  # of the border, on a light page and on a dark one
    "event": ("#0f766e", "#2dd4bf"), "decision": ("#b45309", "#fbbf24"), "label": ("#b91c1c", "#f87171"),
    "view": ("#1d4ed8", "#60a5fa"), "target": ("#6d28d9", "#a78bfa"),
}  # fmt: skip


@dataclass(frozen=True)
class Node:
    """One box: what it is, what it says, and in which column it stands."""

    name: str
    kind: str
    says: str
    level: int
    owner: str = ""
    unit: str = ""


def nodes_of(features: FeatureSet) -> list[Node]:
    """Give the boxes: each to the right of all that it reads."""
    level = _levels(features)
    made = [Node(one.name, one.sort, said_of_source(one), level[one.name]) for one in features.sources]
    views = every_view(features.views)
    made += [
        Node(f"view {one.name}", "view", said_of_view(one), level[f"view {one.name}"], one.owner, one.unit)
        for one in views
    ]
    if features.target is not None and "target" in level:
        says = f"{features.target.source} about {features.target.about}"
        made.append(Node("target", "target", says, level["target"]))
    return made


def _levels(features: FeatureSet) -> dict[str, int]:
    """Give each box its column: one after the last of those that it reads."""
    reads: dict[str, list[str]] = {one.name: [] for one in features.sources}
    for one, other in edges_of(features):
        reads.setdefault(other, []).append(one)

    made: dict[str, int] = {}
    try:
        for name in TopologicalSorter(reads).static_order():
            made[name] = 1 + max((made[one] for one in reads[name]), default=-1)
    except CycleError as error:
        circle = error.args[1]
        raise BadInput(f"it is derived from itself: {' > '.join(circle[::-1])}", where=circle[0],
                       allowed="no circle") from error  # fmt: skip
    return made


def edges_of(features: FeatureSet) -> list[tuple[str, str]]:
    """Give what reads what, as pairs of boxes."""
    made = [(name, one.name) for one in features.sources for name in one.derived_from]
    for view in every_view(features.views):
        made.append((view.source, f"view {view.name}"))
        if view.through is not None:
            made.append((f"view {view.through.name}", f"view {view.name}"))
    if features.target is not None and features.target.source in features.by_source:
        made.append((features.target.source, "target"))
    return made


def said_of_source(source: Source) -> str:
    """Say what a source is."""
    about = f" about {', '.join(source.about)}" if source.about else ""
    embargo = f", settled after {said_time(source.embargo)}" if source.embargo else ""
    origin = f", from {', '.join(source.derived_from)}" if source.derived_from else ""
    return f"{source.sort}{about}{origin}{embargo}"


def said_of_view(view: View) -> str:
    """Say what a view computes.

    Examples
    --------
    >>> from datetime import timedelta
    >>> said_of_view(View("n", "messages", "user_id", "count", window=timedelta(hours=24)))
    'count by user_id, 24 h'
    """
    parts = [f"{view.op} {view.column}" if view.column else view.op, f"by {view.by}"]
    times = {"": view.window, "session of ": view.gap, "half-life ": view.half_life, "embargo ": view.embargo}
    tail = [f"{name}{said_time(time)}" for name, time in times.items() if time]
    tail += [f"apart from {view.apart_from}"] if view.apart_from else []
    return ", ".join([" ".join(parts), *tail])


@dataclass(frozen=True)
class Lane:
    """A free strip of a column, through which what is read from afar passes by the boxes."""

    origin: str
    level: int


@dataclass(frozen=True)
class Laid:
    """Where boxes and lanes stand, and along which of them each line goes."""

    places: dict[str | Lane, tuple[int, int]]
    lines: tuple[tuple[str | Lane, ...], ...]
    height: int


def laid(features: FeatureSet) -> Laid:
    """Lay the boxes out in columns, each near what it reads; lines pass other columns in lanes of their own."""
    nodes = nodes_of(features)
    level = {node.name: node.level for node in nodes}
    lines: list[tuple[str | Lane, ...]] = []
    for start, end in edges_of(features):
        lanes = (Lane(start, between) for between in range(level[start] + 1, level[end]))
        lines.append((start, *lanes, end))
    columns: dict[int, dict[str | Lane, list[str | Lane]]] = {}
    for node in nodes:
        columns.setdefault(node.level, {})[node.name] = []
    for line in lines:
        for before, here in pairwise(line):
            place = here.level if isinstance(here, Lane) else level[here]
            columns[place].setdefault(here, []).append(before)
    places: dict[str | Lane, tuple[int, int]] = {}
    height = 0
    for at in sorted(columns):
        y = TOP + GAP
        for one in sorted(columns[at], key=lambda name: _middle([places[read] for read in columns[at][name]])):
            places[one] = GAP + at * (WIDE + APART), y
            y += GAP + (LANE if isinstance(one, Lane) else HIGH)
        height = max(height, y)
    return Laid(places, tuple(lines), height)


def _middle(places: Sequence[tuple[int, int]]) -> float:
    return sum(y for _, y in places) / len(places) if places else 0.0


def drawn(features: FeatureSet) -> str:
    """Draw the lineage as SVG, for light and dark pages."""
    nodes, made = nodes_of(features), laid(features)
    width = 2 * GAP + (max((node.level for node in nodes), default=0) + 1) * (WIDE + APART) - APART
    lines = dict.fromkeys(_line(pair, made.places) for line in made.lines for pair in _parts(line))
    boxes = [_box(node, *made.places[node.name]) for node in nodes]
    light, dark = ("".join(f".{kind}{{stroke:{both[at]}}}" for kind, both in COLOURS.items()) for at in (0, 1))
    style = (
        "text{font:13px system-ui,sans-serif;fill:#1c1917}.s{font-size:11px;fill:#57534e}rect{fill:#fff}"
        f"path{{fill:none;stroke:#a8a29e;stroke-width:1.5}}.page{{fill:#fafaf9}}{light}"
        "@media(prefers-color-scheme:dark){text{fill:#f5f5f4}.s{fill:#d6d3d1}rect{fill:#1c1917}path{stroke:#78716c}"
        f".page{{fill:#0c0a09}}{dark}}}"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{made.height}" '
        f'viewBox="0 0 {width} {made.height}" style="color-scheme:light dark" '
        f'role="img" aria-label="Lineage of {len(features.views)} features"><style>{style}</style>'
        + "".join([f'<rect class="page" width="{width}" height="{made.height}"/>', *_legend(nodes), *lines, *boxes])
        + "</svg>\n"
    )


def _legend(nodes: Sequence[Node]) -> Iterator[str]:
    """Say which colour is what, of what there is."""
    x = GAP
    for kind in COLOURS:
        if any(node.kind == kind for node in nodes):
            yield (f'<rect class="{kind}" x="{x}" y="{GAP}" width="12" height="12" rx="3"/>'
                   f'<text class="s" x="{x + 18}" y="{GAP + 10}">{kind}</text>')  # fmt: skip
            x += 80


def _box(node: Node, x: int, y: int) -> str:
    name = node.name.removeprefix("view ")
    more = "".join(f"; {what} {said}" for what, said in (("unit", node.unit), ("owner", node.owner)) if said)
    lines = wrap(re.sub(r"(\d) (d|h|min|s)\b", "\\1\u00a0\\2", node.says), LINE)
    shown = [*lines[:1], _cut(" ".join(lines[1:]), LINE)] if len(lines) > 1 else lines
    return (
        f"<g><title>{_plain(node.name)}: {_plain(node.says + more)}</title>"
        f'<rect class="{node.kind}" x="{x}" y="{y}" width="{WIDE}" height="{HIGH}" rx="6"/>'
        f'<text x="{x + 10}" y="{y + 19}">{_plain(_middle_cut(name, NAME))}</text>'
        + "".join(
            f'<text class="s" x="{x + 10}" y="{y + 35 + 15 * at}">{_plain(line)}</text>'
            for at, line in enumerate(shown)
        )
        + "</g>"
    )


def _parts(line: tuple[str | Lane, ...]) -> list[tuple[str | Lane, str | Lane]]:
    """Cut a line into bows between columns, and ways straight through a lane."""
    return [part for one, other in pairwise(line) for part in ((one, other), (other, other))][:-1]


def _line(part: tuple[str | Lane, str | Lane], places: Mapping[str | Lane, tuple[int, int]]) -> str:
    one, other = part
    (x, y), (to_x, to_y) = _side(one, places), _side(other, places)
    if one == other:
        return f'<path d="M{x} {y}H{x + WIDE}"/>'
    x += WIDE
    middle = (x + to_x) // 2
    return f'<path d="M{x} {y}C{middle} {y} {middle} {to_y} {to_x} {to_y}"/>'


def _side(name: str | Lane, places: Mapping[str | Lane, tuple[int, int]]) -> tuple[int, int]:
    """Give the left end of a box or a lane, halfway down."""
    x, y = places[name]
    return x, y + (LANE if isinstance(name, Lane) else HIGH) // 2


def _plain(text: str) -> str:
    """Write text so that it may stand in XML, which has no room for control characters."""
    return escape(re.sub(r"[\x00-\x1f\x7f\ufffe\uffff\ud800-\udfff]", "\ufffd", text))


def _middle_cut(text: str, most: int) -> str:
    """Cut a long name in its middle: how names begin and end tells them apart."""
    return text if len(text) <= most else f"{text[: most // 2]}…{text[len(text) - most // 2 + 1 :]}"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
