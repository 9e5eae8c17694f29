"""How does a query of another dialect become one of DuckDB's, and why can it not?"""

from __future__ import annotations

from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, SqlglotError, TokenError
from sqlglot.tokens import TokenType

from liveloop.base.errors import BadInput
from liveloop.sqldiff.ddl import DIALECTS, first_line
from liveloop.sqldiff.mysql import settle


@lru_cache(maxsize=512)
def turn(text: str, dialect: str, where: str) -> str:
    """Turn one SELECT into DuckDB's dialect; DuckDB's own stays as it is, letter by letter, up to its last word.

    Raises
    ------
    BadInput
        When the text is not one SELECT; it says where in the text it stopped.

    Examples
    --------
    >>> turn("SELECT IFNULL(a, 0) FROM t GROUP BY b", "mysql", "attempt")
    'SELECT COALESCE(ANY_VALUE(a), 0) FROM t GROUP BY b'
    """
    if dialect not in DIALECTS:
        raise BadInput(f"no dialect {dialect!r}", where="dialect", allowed=", ".join(DIALECTS))
    if dialect == "duckdb":
        return _bare(text)
    try:
        trees = [tree for tree in sqlglot.parse(text, dialect=dialect) if tree is not None]
    except (SqlglotError, RecursionError, ValueError) as error:
        raise BadInput(f"does not parse as {dialect}: {_placed(error)}", where=where, allowed="one SELECT") from error
    if len(trees) != 1 or not isinstance(trees[0], exp.Query):
        said = f"{len(trees)} statements" if len(trees) != 1 else trees[0].key.upper()
        raise BadInput(f"is {said}", where=where, allowed="one SELECT (WITH may lead it)")
    tree = trees[0]
    try:
        tree = settle(tree) if dialect == "mysql" else tree
        return str(tree.sql(dialect="duckdb", comments=False))
    except (SqlglotError, RecursionError, ValueError) as error:
        raise BadInput(f"has no like in DuckDB: {first_line(error)}", where=where, allowed="one SELECT") from error


def _bare(text: str) -> str:
    """Leave out what stands after the last word: a text may be put into another, where a comment would go on."""
    try:
        tokens = sqlglot.tokenize(text, dialect="duckdb")
    except SqlglotError:
        return text.rstrip().rstrip(";").rstrip()
    ends = [token.end + 1 for token in tokens if token.token_type != TokenType.SEMICOLON]
    return text[: ends[-1]] if ends else ""


def _placed(error: Exception) -> str:
    if isinstance(error, (ParseError, TokenError)) and getattr(error, "errors", None):
        first = error.errors[0]
        near = str(first.get("highlight") or "").strip()
        return f"{first['description'].rstrip('.')}, line {first['line']}, column {first['col']}" + (
            f", at {near!r}" if near else ""
        )
    return first_line(error)
