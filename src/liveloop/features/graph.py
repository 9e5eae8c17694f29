"""How does the lineage of features look: from facts through sources and views to what is predicted?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from html import escape

from liveloop.features.lineage import FeatureSet
from liveloop.features.view import Source, View, every_view

WIDE, HIGH, GAP, APART = 210, 46, 14, 90
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

    def level(name: str) -> int:
        return 1 + max((level(one) for one in reads[name]), default=-1)

    return {name: level(name) for name in reads}


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


def drawn(features: FeatureSet) -> str:
    """Draw the lineage as SVG, for light and dark pages."""
    nodes = nodes_of(features)
    rows: dict[int, int] = {}
    places: dict[str, tuple[int, int]] = {}
    for node in nodes:
        row = rows.get(node.level, 0)
        places[node.name] = GAP + node.level * (WIDE + APART), GAP + row * (HIGH + GAP)
        rows[node.level] = row + 1
    width = 2 * GAP + (max((node.level for node in nodes), default=0) + 1) * (WIDE + APART) - APART
    height = GAP + max(rows.values(), default=1) * (HIGH + GAP)
    lines = [_line(places[one], places[other]) for one, other in edges_of(features)]
    boxes = [_box(node, *places[node.name]) for node in nodes]
    style = (
        "text{font:13px system-ui,sans-serif;fill:#1c1917}.s{font-size:11px;fill:#57534e}rect{fill:#fff}"
        "path{fill:none;stroke:#a8a29e;stroke-width:1.5}"
        "@media(prefers-color-scheme:dark){text{fill:#f5f5f4}.s{fill:#a8a29e}rect{fill:#1c1917}path{stroke:#57534e}}"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
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


def _line(one: tuple[int, int], other: tuple[int, int]) -> str:
    x, y = one[0] + WIDE, one[1] + HIGH // 2
    to_x, to_y = other[0], other[1] + HIGH // 2
    middle = (x + to_x) // 2
    return f'<path d="M{x} {y}C{middle} {y} {middle} {to_y} {to_x} {to_y}"/>'


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
