"""Which lines of a query will a reviewer stumble over?

Nothing is executed. A remark is a line, the rule's name and the reason in words; how much a rule weighs is the probe's
to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

Remark = tuple[int, str, str]
WIDEST, LONGEST_IN_ONE_LINE, DEEPEST, MANY_TABLES = 120, 240, 3, 4
KEYWORDS = re.compile(
    r"\b(select|from|where|join|group\s+by|order\s+by|left|inner|having|with|case|when|then)\b", re.IGNORECASE
)
QUIET = re.compile(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/", re.DOTALL)


def read_sql(text: str) -> list[Remark]:
    r"""Read a query.

    Examples
    --------
    >>> read_sql("select u.user_id\nfrom users u, sessions s\nwhere u.user_id = s.user_id")
    [(2, 'comma-join', 'a comma joins the tables; the condition is far away in WHERE')]
    """
    remarks = list(layout(text))
    try:
        statements = [tree for tree in sqlglot.parse(text, read="duckdb") if tree is not None]
    except (SqlglotError, RecursionError, ValueError):
        return remarks
    for tree in statements:
        for rule in RULES:
            remarks += rule(tree)
    return sorted(dict.fromkeys(remarks))


def line_of(node: exp.Expression) -> int:
    """Find the first line on which something of a node stands; 1 when the parser kept none."""
    lines = [part.meta["line"] for part in node.walk() if "line" in part.meta]
    return min(lines, default=1)


def layout(text: str) -> Iterator[Remark]:
    """Find lines too wide, a whole query on one line, and keywords in both cases."""
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > LONGEST_IN_ONE_LINE:
            yield number, "one-line", f"{len(line)} characters on one line"
        elif len(line) > WIDEST:
            yield number, "wide", f"{len(line)} characters wide"
    bare = QUIET.sub(lambda quiet: re.sub(r"[^\n]", " ", quiet.group()), text)
    words = [(found.group(), bare.count("\n", 0, found.start()) + 1) for found in KEYWORDS.finditer(bare)]
    upper = [line for word, line in words if word.isupper()]
    lower = [line for word, line in words if word.islower()]
    if len(upper) > 1 and len(lower) > 1:
        yield min(upper, lower, key=len)[0], "mixed-case", "keywords in capitals here and in small letters there"


def stars(tree: exp.Expression) -> Iterator[Remark]:
    """Find SELECT *, but for EXISTS, which looks at no column."""
    for select in tree.find_all(exp.Select):
        if isinstance(select.parent, exp.Exists):
            continue
        if any(isinstance(one, exp.Star) for one in select.expressions) and not reads_own(select, tree):
            yield line_of(select), "select-star", "SELECT * takes whatever columns there will be"


def reads_own(select: exp.Select, tree: exp.Expression) -> bool:
    """Say whether a SELECT reads only what the query itself has named: then its columns are known."""
    own = {cte.alias for cte in tree.find_all(exp.CTE)}
    return all(table.name in own for table in select.find_all(exp.Table))


def positions(tree: exp.Expression) -> Iterator[Remark]:
    """Find GROUP BY 1 and ORDER BY 2."""
    for clause in tree.find_all(exp.Group, exp.Order):
        parts = [part.this if isinstance(part, exp.Ordered) else part for part in clause.expressions]
        if any(isinstance(part, exp.Literal) and not part.is_string for part in parts):
            words = "GROUP BY" if isinstance(clause, exp.Group) else "ORDER BY"
            line = line_of(clause.parent) if clause.parent is not None else 1
            yield line, "position", f"{words} a position, which moves when a column is added"


def unused(tree: exp.Expression) -> Iterator[Remark]:
    """Find a CTE that nothing reads."""
    read = [table.name.lower() for table in tree.find_all(exp.Table)]
    for cte in tree.find_all(exp.CTE):
        if cte.alias.lower() not in read:
            yield line_of(cte), "unused", f"nothing reads `{cte.alias}`"


def joins(tree: exp.Expression) -> Iterator[Remark]:
    """Find tables joined by a comma."""
    for join in tree.find_all(exp.Join):
        bare = not any(join.args.get(name) for name in ("kind", "side", "on", "using", "method"))
        if bare and isinstance(join.this, exp.Table):
            yield line_of(join), "comma-join", "a comma joins the tables; the condition is far away in WHERE"


def aliases(tree: exp.Expression) -> Iterator[Remark]:
    """Find many tables that go by one letter each."""
    for select in tree.find_all(exp.Select):
        sources = [part.this for part in (select.args.get("from_"), *(select.args.get("joins") or [])) if part]
        letters = [source.alias for source in sources if len(source.alias) == 1]
        if len(letters) >= MANY_TABLES:
            listed = ", ".join(letters)
            yield line_of(select), "letters", f"{len(letters)} tables go by one letter: {listed}"


def nesting(tree: exp.Expression) -> Iterator[Remark]:
    """Find subqueries inside subqueries inside subqueries."""
    for subquery in tree.find_all(exp.Subquery):
        level, parent = 1, subquery.parent
        while parent is not None:
            level += isinstance(parent, exp.Subquery)
            parent = parent.parent
        if level == DEEPEST:
            yield line_of(subquery), "deep", f"{level} subqueries inside one another"


def plaster(tree: exp.Expression) -> Iterator[Remark]:
    """Find DISTINCT over a join, which hides that rows were multiplied."""
    for select in tree.find_all(exp.Select):
        if select.args.get("distinct") and select.args.get("joins") and not select.args.get("group"):
            yield line_of(select), "plaster", "DISTINCT over a join hides that it multiplies rows"


RULES = (stars, positions, unused, joins, aliases, nesting, plaster)
