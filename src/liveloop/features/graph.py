"""How does the lineage of features look: from facts through sources and views to what is predicted?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from graphlib import CycleError, TopologicalSorter
from html import escape
from itertools import pairwise

from liveloop.base.errors import BadInput
from liveloop.features.lineage import FeatureSet
from liveloop.features.view import Source, View, every_view

WIDE, HIGH, GAP, APART = 210, 46, 14, 90
LANE = 8  # how high a lane is
COLOURS = {"event": "#0f766e", "decision": "#b45309", "label": "#b91c1c", "view": "#1d4ed8", "target": "#6d28d9"}


@dataclass(frozen=True)
class Node:
    """One box: what it is, what it says, and in which column it stands."""

    name: str
    kind: str
    says: str
    level: int


def nodes_of(features: FeatureSet) -> list[Node]:
    """Give the boxes: each to the right of all that it reads."""
    level = _levels(features)
    made = [Node(one.name, one.sort, said_of_source(one), level[one.name]) for one in features.sources]
    views = every_view(features.views)
    made += [Node(f"view {one.name}", "view", said_of_view(one), level[f"view {one.name}"]) for one in views]
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
    return f"{source.sort}{about}{embargo}"


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


def said_time(time: timedelta) -> str:
    """Write a time in the largest unit that is a whole number of at least two, or one.

    Examples
    --------
    >>> [said_time(timedelta(minutes=minutes)) for minutes in (1, 30, 90, 1440, 10080)]
    ['60 s', '30 min', '90 min', '24 h', '7 d']
    """
    for unit, name in ((86_400, "d"), (3_600, "h"), (60, "min")):
        count, rest = divmod(time.total_seconds(), unit)
        if not rest and count >= 2:
            return f"{count:.0f} {name}"
    return f"{time.total_seconds():g} s"


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
        y = GAP
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
    style = (
        "text{font:13px system-ui,sans-serif;fill:#1c1917}.s{font-size:11px;fill:#57534e}rect{fill:#fff}"
        "path{fill:none;stroke:#a8a29e;stroke-width:1.5}"
        "@media(prefers-color-scheme:dark){text{fill:#f5f5f4}.s{fill:#a8a29e}rect{fill:#1c1917}path{stroke:#57534e}}"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{made.height}" '
        f'viewBox="0 0 {width} {made.height}" '
        f'role="img" aria-label="Lineage of {len(features.views)} features"><style>{style}</style>'
        + "".join([*lines, *boxes])
        + "</svg>\n"
    )


def _box(node: Node, x: int, y: int) -> str:
    name = node.name.removeprefix("view ")
    return (
        f"<g><title>{escape(node.name)}: {escape(node.says)}</title>"
        f'<rect x="{x}" y="{y}" width="{WIDE}" height="{HIGH}" rx="6" stroke="{COLOURS[node.kind]}"/>'
        f'<text x="{x + 10}" y="{y + 19}">{escape(_cut(name, 26))}</text>'
        f'<text class="s" x="{x + 10}" y="{y + 36}">{escape(_cut(node.says, 34))}</text></g>'
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


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
