"""Which tables, keys, references and conditions does the text of a schema declare?

CREATE TABLE with keys, NOT NULL, UNIQUE, CHECK, references and enums; CREATE TYPE .. AS ENUM; ALTER TABLE .. ADD
CONSTRAINT; and the standard's CREATE ASSERTION .. CHECK (..), a condition on the whole database.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from liveloop.base.errors import BadInput
from liveloop.base.tables import Column, Table
from liveloop.sqldiff.database import Schema
from liveloop.sqldiff.lateral import RESERVED

DIALECTS = ("duckdb", "mysql", "postgres")
_ALLOWED = "CREATE TABLE, CREATE TYPE .. AS ENUM, ALTER TABLE .. ADD CONSTRAINT, CREATE ASSERTION .. CHECK (..)"
_ENUM = re.compile(r"^TYPE\s+(\w+)\s+AS\s+ENUM\s*\((.*)\)$", re.IGNORECASE | re.DOTALL)
_CLAIM = re.compile(r"^ASSERTION\s+\w+\s+CHECK\s*\((.*)\)$", re.IGNORECASE | re.DOTALL)
_ADDED = re.compile(r"^(TABLE\s+\S+|TABLE\s+ONLY\s+\S+)\s+ADD\s+(CHECK\s*\(.*)$", re.IGNORECASE | re.DOTALL)
_TEXT = re.compile(r"'((?:[^']|'')*)'")
_SERIAL = {"SERIAL": "INTEGER", "BIGSERIAL": "BIGINT", "SMALLSERIAL": "SMALLINT"}
_PLAIN = {
    **dict.fromkeys(("TEXT", "CHAR", "NCHAR", "NVARCHAR", "UUID", "JSON", "BLOB"), "VARCHAR"),
    **dict.fromkeys(("INT", "MEDIUMINT", "YEAR"), "INTEGER"),
    **dict.fromkeys(("FLOAT", "REAL"), "DOUBLE"),
    **dict.fromkeys(("DECIMAL", "NUMERIC"), "DECIMAL(12, 2)"),
    **dict.fromkeys(("TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "DATETIME"), "TIMESTAMP"),
    **dict.fromkeys(("VARBINARY", "INET", "MONEY", "SET"), "VARCHAR"),
    "INT128": "BIGINT",
    "UINT128": "UBIGINT",
    "UINT": "UINTEGER",
    "BIT": "BOOLEAN",
}
TYPES = (
    "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "DOUBLE", "VARCHAR",
    "BOOLEAN", "DATE", "TIME", "TIMESTAMP", "TIMESTAMPTZ",
)  # fmt: skip


def read_schema(text: str, *, dialect: str = "duckdb") -> Schema:
    """Read the text of a schema.

    Parameters
    ----------
    dialect
        `duckdb`, `mysql` or `postgres`; conditions are turned into DuckDB's.

    Raises
    ------
    BadInput
        When the text does not parse, declares no table, refers to what is not there, or when tables refer to one
        another in a circle: no row could ever be the first. A table may refer to itself.

    Examples
    --------
    >>> schema = read_schema("CREATE TABLE t (id INT PRIMARY KEY, a INT CHECK (a > 0), up INT REFERENCES t)")
    >>> schema.tables[0].key, schema.tables[0].columns[2].refers_to, schema.checks
    (('id',), 't.id', (('t', 'a > 0'),))
    """
    if dialect not in DIALECTS:
        raise BadInput(f"no dialect {dialect!r}", where="dialect", allowed=", ".join(DIALECTS))
    notes = _Notes(dialect)
    for statement in _statements(text, dialect):
        notes.take(statement)
    return notes.schema()


def _statements(text: str, dialect: str) -> list[exp.Expression]:
    try:
        found = [tree for tree in sqlglot.parse(text, dialect=dialect) if tree is not None]
    except (SqlglotError, RecursionError, ValueError) as error:
        if dialect == "duckdb":
            try:  # the words of another dialect do no harm in a schema
                return [tree for tree in sqlglot.parse(text, dialect="mysql") if tree is not None]
            except (SqlglotError, RecursionError, ValueError):
                pass
        raise BadInput(f"does not parse: {first_line(error)}", where="schema", allowed=_ALLOWED) from error
    return [tree for tree in found if not isinstance(tree, exp.Semicolon)]


def first_line(error: Exception) -> str:
    """Give the first line of an error, without the colours of a terminal."""
    lines = re.sub(r"\x1b\[[0-9;]*m", "", str(error)).strip().splitlines() or [type(error).__name__]
    return lines[0][:300].rstrip(". ")


@dataclass
class _Notes:
    dialect: str
    tables: dict[str, Table] = field(default_factory=dict)  # by lower name
    unique: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    references: list[tuple[str, tuple[str, ...], str, tuple[str, ...]]] = field(default_factory=list)
    checks: list[tuple[str, str]] = field(default_factory=list)
    domains: list[tuple[str, str, tuple[Any, ...]]] = field(default_factory=list)
    claims: list[str] = field(default_factory=list)
    enums: dict[str, tuple[str, ...]] = field(default_factory=dict)
    enumerated: list[tuple[str, str, str]] = field(default_factory=list)
    asked: set[tuple[str, str]] = field(default_factory=set)  # the columns of the conditions

    def take(self, statement: exp.Expression) -> None:
        if isinstance(statement, exp.Create) and statement.kind == "TABLE":
            self._table(statement)
        elif isinstance(statement, exp.Create) and statement.kind == "INDEX":
            self._index(statement)
        elif isinstance(statement, exp.Create) and isinstance(statement.expression, exp.DataType):
            self._enum(statement)
        elif isinstance(statement, exp.Alter):
            self._alter(statement)
        elif isinstance(statement, exp.Command) and self._command(str(statement.expression).strip()):
            return
        else:
            said = statement.sql(dialect=self.dialect)[:60]
            raise BadInput(f"{said!r} declares no table", where="schema", allowed=_ALLOWED)

    def _enum(self, statement: exp.Create) -> None:
        if statement.expression.this != exp.DType.ENUM:
            raise BadInput(f"type {statement.this.name} is no enum", where="schema", allowed=_ALLOWED)
        self.enums[statement.this.name.lower()] = tuple(value.name for value in statement.expression.expressions)

    def _command(self, text: str) -> bool:
        enum, claim, check = _ENUM.match(text), _CLAIM.match(text), _ADDED.match(text)
        if enum:
            self.enums[enum[1].lower()] = tuple(value.replace("''", "'") for value in _TEXT.findall(enum[2]))
        elif claim:
            self.claims.append(self._turned(claim[1]))
        elif check:  # sqlglot reads it only with a name
            for statement in _statements(f"ALTER {check[1]} ADD CONSTRAINT named {check[2]}", self.dialect):
                self.take(statement)
        return bool(enum or claim or check)

    def _turned(self, text: str) -> str:
        try:
            return str(sqlglot.parse_one(text, dialect=self.dialect).sql(dialect="duckdb"))
        except (SqlglotError, RecursionError, ValueError) as error:
            raise BadInput(f"a condition does not parse: {first_line(error)}", where="schema", allowed="SQL") from error

    def _table(self, statement: exp.Create) -> None:
        body = statement.this
        if not isinstance(body, exp.Schema):
            raise BadInput("a table without columns", where="schema", allowed="CREATE TABLE name (column type, ..)")
        name = _allowed_name(body.this.name)
        if name.lower() in self.tables:
            raise BadInput(f"table {name} is declared twice", where="schema", allowed="each table once")
        self.tables[name.lower()] = Table(name, "", (), ())
        for part in body.expressions:
            if isinstance(part, exp.ColumnDef):
                self._column(name, part)
            else:
                self._constraint(name, part)
        if not self.tables[name.lower()].columns:
            raise BadInput(f"table {name} has no columns", where="schema", allowed="one column at least")

    def _column(self, table: str, part: exp.ColumnDef) -> None:
        kinds = [constraint.kind for constraint in part.constraints]
        made = Column(_allowed_name(part.name), self._type(table, part), "", nullable=True)
        held = self.tables[table.lower()]
        if part.name.lower() in {column.name.lower() for column in held.columns}:
            raise BadInput(f"{table} has two columns {part.name}", where="schema", allowed="each name once")
        self.tables[table.lower()] = replace(held, columns=(*held.columns, made))
        for kind in kinds:
            if isinstance(kind, exp.NotNullColumnConstraint) and not kind.args.get("allow_null"):
                self._filled(table, (part.name,))
            elif isinstance(kind, exp.PrimaryKeyColumnConstraint):
                self._key(table, (part.name,))
            elif isinstance(kind, exp.UniqueColumnConstraint):
                self.unique.append((table, (part.name,)))
            elif isinstance(kind, exp.CheckColumnConstraint):
                self._check(table, kind)
            elif isinstance(kind, exp.Reference):
                self._reference(table, (part.name,), kind)

    def _type(self, table: str, part: exp.ColumnDef) -> str:
        kind = part.kind
        if kind is None:
            raise BadInput(f"{table}.{part.name} has no type", where="schema", allowed="a type of SQL")
        if kind.this == exp.DType.ENUM:
            values = tuple(value.name for value in kind.expressions)
            self.domains.append((table, part.name, values))
            if self.dialect != "mysql":  # MySQL compares an enum with any text
                self.enums[f"{RESERVED}{table}_{part.name}".lower()] = values
                self.enumerated.append((table, part.name, f"{RESERVED}{table}_{part.name}".lower()))
            return "VARCHAR"
        if kind.this == exp.DType.USERDEFINED:
            name = str(kind.args.get("kind") or "").lower()
            if name not in self.enums:
                raise BadInput(f"{table}.{part.name} has the unknown type {name!r}", where="schema", allowed=_ALLOWED)
            self.domains.append((table, part.name, self.enums[name]))
            self.enumerated.append((table, part.name, name))
            return "VARCHAR"
        said = kind.sql(dialect="duckdb").upper()
        if said == "BOOLEAN" and self.dialect == "mysql":
            self.domains.append((table, part.name, (0, 1)))
            return "TINYINT"
        plain = re.sub(r"\(.*\)", "", said) if not said.startswith("DECIMAL(") else said
        plain = re.sub(r"^DECIMAL\((\d+)\)$", r"DECIMAL(\1, 0)", plain)
        made = _SERIAL.get(str(kind.this.name), _PLAIN.get(plain, plain))
        if made not in TYPES and not made.startswith("DECIMAL("):
            raise BadInput(f"{table}.{part.name} is of the type {said}", where="schema", allowed=", ".join(TYPES))
        return made

    def _constraint(self, table: str, part: exp.Expression) -> None:
        if isinstance(part, exp.Constraint):
            for inner in part.expressions:
                self._constraint(table, inner)
        elif isinstance(part, exp.PrimaryKey):
            self._key(table, _names(part.expressions))
        elif isinstance(part, exp.UniqueColumnConstraint) and isinstance(part.this, exp.Schema):
            self.unique.append((table, _names(part.this.expressions)))
        elif isinstance(part, exp.CheckColumnConstraint):
            self._check(table, part)
        elif isinstance(part, exp.ForeignKey):
            self._reference(table, _names(part.expressions), part.args["reference"])
        elif not isinstance(part, exp.IndexColumnConstraint):
            said = part.sql(dialect=self.dialect)[:60]
            raise BadInput(f"{table}: {said!r} is not understood", where="schema", allowed="keys, references, CHECK")

    def _key(self, table: str, columns: tuple[str, ...]) -> None:
        self._filled(table, columns)
        spelled = tuple(self._spelled(table, name) for name in columns)
        if self.tables[table.lower()].key:
            raise BadInput(f"{table} has two primary keys", where="schema", allowed="one, of one column or several")
        self.tables[table.lower()] = replace(self.tables[table.lower()], key=spelled)

    def _filled(self, table: str, columns: tuple[str, ...]) -> None:
        held, names = self.tables[table.lower()], {name.lower() for name in columns}
        made = tuple(replace(c, nullable=c.nullable and c.name.lower() not in names) for c in held.columns)
        self.tables[table.lower()] = replace(held, columns=made)

    def _check(self, table: str, kind: exp.CheckColumnConstraint) -> None:
        if kind.this.find(exp.Query):
            raise BadInput(f"the CHECK of {table} asks other rows", where="schema", allowed="CREATE ASSERTION for that")
        self.checks.append((table, kind.this.sql(dialect="duckdb")))
        self.asked.update((table, column.name) for column in kind.this.find_all(exp.Column))

    def _reference(self, table: str, columns: tuple[str, ...], reference: exp.Expression) -> None:
        target = reference.this
        there = _names(target.expressions) if isinstance(target, exp.Schema) else ()
        name = target.this.name if isinstance(target, exp.Schema) else target.name
        self.references.append((table, columns, name, there))

    def _index(self, statement: exp.Create) -> None:
        index = statement.this
        if not statement.args.get("unique") or not isinstance(index, exp.Index):
            return  # an index that is not unique promises nothing
        parameters = index.args.get("params")
        names = _names(parameters.args.get("columns") or ()) if parameters else ()
        if names and index.args.get("table") is not None:
            self.unique.append((index.args["table"].name, names))

    def _alter(self, statement: exp.Alter) -> None:
        name = statement.this.name
        if name.lower() not in self.tables:
            raise BadInput(f"ALTER TABLE {name} comes before its CREATE", where="schema", allowed=self._listed())
        for action in statement.args.get("actions") or ():
            if not isinstance(action, exp.AddConstraint):
                raise BadInput(f"ALTER TABLE {name} does more than add", where="schema", allowed=_ALLOWED)
            for part in action.expressions:
                self._constraint(name, part)

    def _listed(self) -> str:
        return ", ".join(table.name for table in self.tables.values()) or "a table of the schema"

    def _spelled(self, table: str, column: str) -> str:
        held = self.tables.get(table.lower())
        if held is None:
            raise BadInput(f"no table {table}", where="schema", allowed=self._listed())
        for one in held.columns:
            if one.name.lower() == column.lower():
                return one.name
        allowed = ", ".join(one.name for one in held.columns) or "columns that stand before"
        raise BadInput(f"{held.name} has no column {column}", where="schema", allowed=allowed)

    def schema(self) -> Schema:
        if not self.tables:
            raise BadInput("declares no table", where="schema", allowed=_ALLOWED)
        for table, column in sorted(self.asked):
            self._spelled(table, column)
        links = [self._link(*reference) for reference in self.references]
        for table, columns, target, there in links:
            if len(columns) == 1:
                self._refer(table, columns[0], f"{target}.{there[0]}")
        known: dict[tuple[str, tuple[str, ...]], str | None]
        known = {(t.name, (c.name,)): c.refers_to for t in self.tables.values() for c in t.columns}
        others = [link for link in links if known.get((link[0], link[1])) != f"{link[2]}.{link[3][0]}"]
        unique = [(self.tables[t.lower()].name, tuple(self._spelled(t, c) for c in some)) for t, some in self.unique]
        unique += [(target, there) for _, _, target, there in links if there != self.tables[target.lower()].key]
        made = Schema(
            tuple(self.tables.values()),
            tuple(dict.fromkeys(key for key in unique if key[1] != self.tables[key[0].lower()].key)),
            domains=tuple(self.domains),
            checks=tuple(self.checks),
            claims=tuple(self.claims),
            links=tuple(others),  # of several columns, and the second of one column
            enums=tuple(self.enums.items()),
            enumerated=tuple(self.enumerated),
        )
        _refuse_circles(links)
        return made

    def _link(
        self, table: str, columns: tuple[str, ...], target: str, there: tuple[str, ...]
    ) -> tuple[str, tuple[str, ...], str, tuple[str, ...]]:
        own = tuple(self._spelled(table, name) for name in columns)
        if target.lower() not in self.tables:
            raise BadInput(f"{table} refers to {target}, which is not there", where="schema", allowed=self._listed())
        other = self.tables[target.lower()]
        meant = tuple(self._spelled(target, name) for name in there) or other.key
        if len(meant) != len(own):
            wrong = f"{table} refers with {len(own)} columns to {len(meant)} of {other.name}"
            raise BadInput(wrong, where="schema", allowed="as many as the key has")
        return self.tables[table.lower()].name, own, other.name, meant

    def _refer(self, table: str, column: str, target: str) -> None:
        held = self.tables[table.lower()]
        made = tuple(replace(c, refers_to=c.refers_to or target) if c.name == column else c for c in held.columns)
        self.tables[table.lower()] = replace(held, columns=made)


def _names(parts: Any) -> tuple[str, ...]:  # noqa: ANN401 - a list of identifiers in one of sqlglot's several forms
    return tuple(part.this.name if isinstance(part, exp.Ordered) else part.name for part in parts)


def _allowed_name(name: str) -> str:
    if '"' in name or name.lower().startswith(RESERVED):
        raise BadInput(f"no name may be {name}", where="schema", allowed=f'names without ", not begun with {RESERVED}')
    return name


def _refuse_circles(links: list[tuple[str, tuple[str, ...], str, tuple[str, ...]]]) -> None:
    above: dict[str, set[str]] = {}
    for table, _, target, _ in links:
        if table != target:
            above.setdefault(table, set()).add(target)
    left = dict(above)
    while left:
        free = [table for table, targets in left.items() if not targets & set(left)]
        if not free:
            circle = ", ".join(sorted(left))
            raise BadInput(
                f"{circle} refer to one another in a circle", where="schema", allowed="a table may refer to itself"
            )
        left = {table: targets for table, targets in left.items() if table not in free}
