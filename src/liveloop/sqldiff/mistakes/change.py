"""What is an edit of a query, and how is one made and taken back?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlglot import exp

CLASSES = (
    "boundary",
    "null",
    "duplicate",
    "fan-out",
    "missing-group",
    "tie",
    "time-zone",
    "window",
    "denominator",
    "wrong-filter",
)
Undo = Callable[[], None]
Make = Callable[[], Undo]
Change = tuple[str, str, Make]  # class, words, and how: making it gives how to take it back
Changes = Iterator[Change]


@dataclass(frozen=True)
class Edit:
    """One edit: its class, what it does in words, the part of the text that it changes, and the text with it.

    The same change may be made in several `places`; the part is then the first of them.
    """

    kind: str
    says: str
    start: int
    end: int
    text: str
    places: int = 1


@dataclass
class Shelf:
    """What the other text offers to an edit: its constants, zones, frames, divisors, keys, columns and conditions."""

    literals: list[exp.Literal] = field(default_factory=list)
    zones: list[exp.Expression] = field(default_factory=list)
    frames: list[exp.WindowSpec] = field(default_factory=list)
    divisors: list[exp.Expression] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)  # columns that decide between rows that tie
    columns: list[exp.Expression] = field(default_factory=list)
    conditions: list[exp.Expression] = field(default_factory=list)


def replacing(node: exp.Expression, made: exp.Expression) -> Make:
    """Put one part in the place of another."""

    def change() -> Undo:
        node.replace(made)

        def undo() -> None:
            made.replace(node)

        return undo

    return change


def setting(node: exp.Expression, **given: object) -> Make:
    """Set some arguments of a part."""

    def change() -> Undo:
        before = {name: node.args.get(name) for name in given}
        for name, value in given.items():
            node.set(name, value)

        def undo() -> None:
            for name, value in before.items():
                node.set(name, value)

        return undo

    return change


def both(one: Make, other: Make) -> Make:
    """Make two changes as one."""
    return together([one, other])


def together(every: Sequence[Make]) -> Make:
    """Make several changes as one: all of them, or none where one cannot be made."""

    def change() -> Undo:
        done: list[Undo] = []

        def undo() -> None:
            while done:
                done.pop()()

        try:
            for make in every:
                done.append(make())
        except Exception:
            undo()
            raise
        return undo

    return change


def parts(condition: exp.Expression) -> list[exp.Expression]:
    """Give the conditions that AND holds together."""
    return list(condition.flatten()) if isinstance(condition, exp.And) else [condition]


def more(condition: exp.Expression, part: exp.Expression) -> exp.Expression:
    """Ask for a further condition too, written as one writes it."""
    return exp.and_(*(one.copy() for one in parts(condition)), part.copy())


def without(some: list[exp.Expression], number: int) -> list[exp.Expression]:
    """Copy all but one."""
    return [one.copy() for at, one in enumerate(some) if at != number]


def columns_of(node: exp.Expression | None, most: int = 8) -> list[exp.Expression]:
    """Give the different columns that a part names."""
    if node is None:
        return []
    return different(node.find_all(exp.Column), most)


def columns_near(node: exp.Expression | None, shelf: Shelf) -> list[exp.Expression]:
    """Give the different columns that a part names, and some of the other text."""
    return different([*columns_of(node), *shelf.columns[:8]])


def different(some: Iterable[exp.Expression], most: int | None = None) -> list[exp.Expression]:
    """Give the different ones of some parts, so many at most."""
    return list({one.sql(): one for one in some}.values())[:most]


def is_zone(node: exp.Expression) -> bool:
    """Say whether a part is `timezone(zone, moment)`, which is AT TIME ZONE in other words."""
    return isinstance(node, exp.Anonymous) and node.name.lower() == "timezone" and len(node.expressions) == 2


def is_key(part: exp.Expression) -> bool:
    """Say whether a condition sets columns of two tables equal."""
    sides = (part.this, part.expression) if isinstance(part, (exp.EQ, exp.NullSafeEQ)) else ()
    return len({side.table for side in sides if isinstance(side, exp.Column)}) == 2


def is_null(node: exp.Expression) -> exp.Is:
    """Ask whether something is NULL."""
    return exp.Is(this=node.copy(), expression=exp.Null())


def called(node: exp.Expression) -> str:
    """Name a function as SQL does."""
    return str(node.sql_name()) if isinstance(node, exp.Func) else node.key.upper()


def pair(kind: type[exp.Expression], node: exp.Expression) -> exp.Expression:
    """Set the two sides of a part into one of another kind."""
    return kind(this=node.this.copy(), expression=node.expression.copy())
