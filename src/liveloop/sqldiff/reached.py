"""Which branches of a query did the worlds reach, so that they mattered to its result?

A condition is taken for always true or never true, an outer join for an inner one, a LIMIT or a DISTINCT is left out:
where the query then gives something else, that branch was reached, and what it does could be seen. A difference that
hides behind a branch that was not reached has not been looked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sqlglot import exp

from liveloop.base.budget import Budget
from liveloop.sqldiff.arrays import Worlds
from liveloop.sqldiff.lateral import parse
from liveloop.sqldiff.meet import gist
from liveloop.sqldiff.mistakes.change import Make, replacing, setting
from liveloop.sqldiff.mistakes.listing import rendered, span
from liveloop.sqldiff.session import Session

Named = tuple[str, exp.Expression, Make]  # a branch in words, the part it stands in, how it is left out
_MOST, _LONGEST = 40, 60  # branches of a query, letters of a condition
_STEP = 0.5
_SIDES = {"LEFT": "a row on the left without a match", "RIGHT": "a row on the right without a match",
          "FULL": "a row without a match"}  # fmt: skip


@dataclass(frozen=True)
class Branch:
    """One branch of a query: in which text, what it says, where it stands there, whether the worlds reached it."""

    side: Literal["reference", "attempt"]
    says: str
    start: int
    end: int
    seen: bool


def reached(
    session: Session, texts: tuple[str, str], worlds: Worlds, *, tolerance: float, seconds: float
) -> tuple[Branch, ...]:
    """Say which branches of reference and attempt mattered in some world; those for which time is left.

    Examples
    --------
    >>> from liveloop.sqldiff.ddl import read_schema
    >>> from liveloop.sqldiff.mint import open_mint
    >>> text = "SELECT a FROM t WHERE a > 1 AND a > 0"
    >>> worlds = open_mint(read_schema("CREATE TABLE t (a INT)"), [text]).draw(200, seed=1)
    >>> with Session() as session:
    ...     [(one.says, one.seen) for one in reached(session, (text, ""), worlds, tolerance=1e-9, seconds=9)]
    [('a > 1 holds', True), ('a > 1 does not hold', True), ('a > 0 holds', True), ('a > 0 does not hold', False)]
    """
    budget = Budget(seconds)
    session.load(worlds)
    found: list[Branch] = []
    for number, (side, text) in enumerate(zip(("reference", "attempt"), texts, strict=True)):
        kept = seconds / 2 if number == 0 else 0.0  # for the other text
        usual = gist(session.screen(text, seconds=_STEP), worlds.count, tolerance) if text else None
        for says, place, changed in _changed(text):
            if usual is None or budget.left <= kept:
                break
            made = gist(session.screen(changed, seconds=_STEP), worlds.count, tolerance)
            seen = bool(usual.apart(made).any() or made.apart(usual).any())
            found.append(Branch(side, says, *place, seen))  # type: ignore[arg-type]
    return tuple(found)


def _changed(text: str) -> Iterator[tuple[str, tuple[int, int], str]]:
    """Give each branch of a query: in words, where it stands, and the query without it."""
    tree = parse(text) if text else None
    if tree is None:
        return
    count = 0
    for node in list(tree.walk()):
        for says, part, make in _branches(node):
            place, made = span(part), rendered(tree, make)
            if made is not None:
                yield says, place, made
                count += 1
        if count >= _MOST:
            return


def _branches(node: exp.Expression) -> Iterator[Named]:
    if isinstance(node, (exp.Where, exp.Having, exp.Qualify)) or _is_asked(node):
        yield from _conditions(node.this)
    elif isinstance(node, exp.Join):
        if node.args.get("on") is not None:
            yield from _conditions(node.args["on"])
        if node.side in _SIDES:
            yield _SIDES[node.side], node, setting(node, side=None)
        elif not node.side and node.kind != "CROSS" and (node.args.get("on") or node.args.get("using")):
            yield "a row on the left that no match lets through", node, setting(node, side="LEFT", kind=None)
    elif isinstance(node, exp.Coalesce):
        yield f"{_said(node.this)} is NULL", node, replacing(node, node.this.copy())
    elif isinstance(node, exp.SetOperation) and node.args.get("distinct"):
        yield "UNION meets the same row twice", node, setting(node, distinct=False)
    elif isinstance(node, exp.Select):
        yield from _cuts(node)


def _is_asked(node: exp.Expression) -> bool:
    """Say whether a part is a condition of CASE, not a value that it compares with."""
    return isinstance(node, exp.If) and isinstance(node.parent, exp.Case) and node.parent.this is None


def _conditions(held: exp.Expression) -> Iterator[Named]:
    for part in _leaves(held):
        yield f"{_said(part)} holds", part, replacing(part, exp.false())
        yield f"{_said(part)} does not hold", part, replacing(part, exp.true())


def _leaves(held: exp.Expression) -> Iterator[exp.Expression]:
    """Give the conditions that AND, OR and NOT put together."""
    if isinstance(held, (exp.And, exp.Or)):
        yield from _leaves(held.this)
        yield from _leaves(held.expression)
    elif isinstance(held, (exp.Paren, exp.Not)) and isinstance(held.this, (exp.And, exp.Or, exp.Paren)):
        yield from _leaves(held.this)
    elif not isinstance(held, exp.Boolean):
        yield held


def _cuts(node: exp.Select) -> Iterator[Named]:
    if node.args.get("limit") is not None:
        yield "there are more rows than LIMIT lets through", node, setting(node, limit=None)
    distinct = node.args.get("distinct")
    if isinstance(distinct, exp.Distinct) and distinct.args.get("on") is None:
        yield "DISTINCT meets the same row twice", node, setting(node, distinct=None)


def _said(node: exp.Expression) -> str:
    text = " ".join(node.sql(dialect="duckdb", comments=False).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
