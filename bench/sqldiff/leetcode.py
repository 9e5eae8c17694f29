"""How do the LeetCode queries of a public repository become pairs that the bench reads?

    python bench/sqldiff/leetcode.py FOLDER OUT.jsonl [--foreign nullable|filled] [--parity odd|even|all]

FOLDER is a checkout of `polygon-sql/polygon`, read where it lies; nothing of it belongs into this project. Its
constraints become CHECKs, keys, references and assertions of a schema's text. `--foreign filled` is the stricter
reading: foreign keys and columns with a condition are never NULL. Constraints that no condition can be read from are
printed and left out. In these files texts in double quotes have lost them: a bare name that is no column, alias or
table is a text again, spelled as the reference spells it.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlglot
from sqlglot import exp

TYPES = {
    "int": "INT",
    "varchar": "VARCHAR",
    "date": "DATE",
    "numeric": "DECIMAL(12,2)",
    "bool": "BOOLEAN",
    "enum": "VARCHAR",
}
NUMBERS = ("INT", "DECIMAL(12,2)", "BOOLEAN")


def main() -> None:
    """Convert, and say how many pairs there are."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("folder", type=Path)
    reader.add_argument("out", type=Path)
    reader.add_argument("--foreign", choices=("nullable", "filled"), default="nullable")
    reader.add_argument("--parity", choices=("odd", "even", "all"), default="odd")
    given = reader.parse_args()
    root = given.folder / "benchmarks" / "leetcode"
    parities = {"odd": (1,), "even": (0,), "all": (0, 1)}[given.parity]
    count = 0
    with given.out.open("w") as out:
        for path in sorted(root.glob("verieql_queries/*.csv"), key=lambda path: int(path.stem)):
            if int(path.stem) % 2 in parities:
                for pair in pairs(root, path.stem, filled=given.foreign == "filled"):
                    out.write(json.dumps(pair) + "\n")
                    count += 1
    print(f"{count} pairs -> {given.out}")


def pairs(root: Path, problem: str, *, filled: bool) -> Iterator[dict[str, Any]]:
    """Give the pairs of one problem."""
    with (root / "groundtruths" / f"{problem}.csv").open(newline="") as lines:
        reference = next(iter(csv.DictReader(lines)))["mysql_groundtruth"]
    schema = schema_of(root, problem, filled=filled)
    with (root / "verieql_queries" / f"{problem}.csv").open(newline="") as lines:
        for row in csv.DictReader(lines):
            yield {
                "id": f"{problem}:{row['qid']}",
                "dialect": "mysql",
                "schema": schema,
                "reference": reference,
                "attempt": quoted(row["mysql_query"], reference, schema),
            }


def quoted(text: str, reference: str, schema: str) -> str:
    """Make texts again of bare names that name nothing."""
    try:
        tree = sqlglot.parse_one(text, dialect="mysql")
    except (sqlglot.errors.SqlglotError, RecursionError, ValueError):
        return text
    known = {name.lower() for name in re.findall(r"\w+", schema)}
    known |= {node.alias.lower() for node in tree.walk() if node.alias}
    known |= {part.name.lower() for alias in tree.find_all(exp.TableAlias) for part in alias.args.get("columns") or ()}
    lost = [
        node for node in tree.find_all(exp.Column) if not node.table and node.name and node.name.lower() not in known
    ]
    spelled = {text.lower(): text for text in re.findall(r"'([^']*)'", reference)}
    for node in lost:
        node.replace(exp.Literal.string(spelled.get(node.name.lower(), node.name)))
    return tree.sql(dialect="mysql") if lost else text


def schema_of(root: Path, problem: str, *, filled: bool) -> str:
    """Write the schema of a problem as CREATE TABLE text; empty when the repository has none."""
    path = root / "schemas" / f"{problem}.json"
    if not path.exists():
        return ""
    declared = Declared(json.loads(path.read_text())["Tables"])
    notes = root / "constraints" / f"{problem}.yml"
    for line in constraints(notes.read_text() if notes.exists() else ""):
        if not declared.take(line):
            print(f"{problem}: left out: {line}", file=sys.stderr)
    return declared.text(filled=filled)


def constraints(text: str) -> Iterator[str]:
    """Give the constraints of a file, one by one."""
    for part in re.split(
        r";|\n\s*(?=\w+_\w+:)|\n(?=\s)", re.sub(r"^\s*(row_dep|col_dep|col_val):", ";", text, flags=re.M)
    ):
        if part.strip():
            yield " ".join(part.split())


class Declared:
    """The tables of a problem, and what holds in them."""

    def __init__(self, tables: list[dict[str, Any]]) -> None:
        self.names = [table["TableName"] for table in tables]
        self.columns: dict[str, dict[str, str]] = {}
        self.parts: dict[str, list[str]] = {name: [] for name in self.names}
        self.needed: set[tuple[str, str]] = set()
        self.checked: set[tuple[str, str]] = set()
        self.foreign: set[tuple[str, str]] = set()
        self.claims: list[str] = []
        self.keys: dict[str, list[str]] = {}
        for table in tables:
            name = table["TableName"]
            kinds = {column["Name"]: column["Type"] for column in [*table["PKeys"], *table.get("Others", [])]}
            self.columns[name] = {column: self.kind(name, column, kind) for column, kind in kinds.items()}
            self.keys[name] = [column["Name"] for column in table["PKeys"]]
        for table in tables:
            for key in table["FKeys"]:
                target = self.names[int(key["PTable"])]
                self.refer(table["TableName"], key["FName"], target, key["PName"])

    def kind(self, table: str, column: str, said: str) -> str:
        """Give the SQL type of a column; an enum is a text with a condition."""
        name, _, values = said.partition(",")
        if name == "enum":
            listed = ", ".join(f"'{value}'" for value in values.split(","))
            self.parts[table].append(f"CHECK ({column} IN ({listed}))")
        return TYPES.get(name, "VARCHAR")

    def refer(self, table: str, column: str, target: str, there: str) -> None:
        """Note a reference to what must then be a key."""
        self.columns[table][column] = self.columns[target][
            next(c for c in self.columns[target] if c.lower() == there.lower())
        ]
        made = f"FOREIGN KEY ({column}) REFERENCES {target} ({there})"
        if made not in self.parts[table]:
            self.parts[table].append(made)
        self.foreign.add((table, column))

    def find(self, said: str) -> tuple[str, str] | None:
        """Find `Table.column`, in any case of letters."""
        table, _, column = said.strip().partition(".")
        for name, columns in self.columns.items():
            if name.lower() == table.strip().lower():
                for one in columns:
                    if one.lower() == column.strip().lower():
                        return name, one
        return None

    def take(self, line: str) -> bool:
        """Note one constraint; say whether it was understood."""
        named = re.fullmatch(r"(unique|inc|consec)\((.*)\)", line)
        if named:
            return self.key(named[1], [self.find(part) for part in named[2].split(",")])
        if "=>" in line:
            return self.implied(*(part.strip() for part in line.split("=>")))
        wanted = re.fullmatch(r"([\w.]+)\s*(<-|->)\s*\{(.*)\}", line)
        if wanted:
            return self.among(
                self.find(wanted[1]), wanted[2], [value.strip().strip("'") for value in wanted[3].split(",")]
            )
        between = re.fullmatch(r"([\w.]+)\s*<-\s*\[(\d+),\s*(\d+)\]", line)
        if between and (found := self.find(between[1])):
            return self.check(found[0], f"{found[1]} BETWEEN {between[2]} AND {between[3]}", found)
        led = re.fullmatch(r"([\w.]+)\s*<-\s*([\w.]+)", line)
        if led and (own := self.find(led[1])) and (other := self.find(led[2])):
            if [other[1]] == self.keys[other[0]] or self.is_unique(other):
                self.refer(*own, *other)
            else:  # refers to what is no key: a condition on the whole
                self.foreign.add(own)
                met = f"EXISTS (SELECT 1 FROM {other[0]} AS b WHERE b.{other[1]} = a.{own[1]})"
                self.claims.append(
                    f"NOT EXISTS (SELECT 1 FROM {own[0]} AS a WHERE a.{own[1]} IS NOT NULL AND NOT {met})"
                )
            return True
        return self.compared(line)

    def is_unique(self, place: tuple[str, str]) -> bool:
        """Say whether a column is a key by itself."""
        return f"UNIQUE ({place[1]})" in self.parts[place[0]]

    def key(self, kind: str, places: list[tuple[str, str] | None]) -> bool:
        """Note a key, or that numbers go up one by one."""
        if None in places or len({place[0] for place in places if place}) != 1:
            return False
        table, names = places[0][0], [place[1] for place in places if place]  # type: ignore[index]
        if kind == "unique" and [n.lower() for n in names] != [n.lower() for n in self.keys[table]]:
            self.parts[table].append(f"UNIQUE ({', '.join(names)})")
        if kind == "consec":
            self.claims.append(
                f"(SELECT COUNT(*) = 0 OR COUNT(*) = MAX({names[0]}) - MIN({names[0]}) + 1 FROM {table})"
            )
        return True  # rows have no order: "inc" says nothing

    def among(self, place: tuple[str, str] | None, arrow: str, values: list[str]) -> bool:
        """Note that a column holds only some values, or each of them somewhere."""
        if place is None:
            return False
        table, column = place
        said = [value if self.columns[table][column] in NUMBERS else f"'{value}'" for value in values]
        if arrow == "<-":
            return self.check(table, f"{column} IN ({', '.join(said)})", place)
        if values != [""]:
            self.claims += [f"EXISTS (SELECT 1 FROM {table} WHERE {column} = {value})" for value in said]
        return True

    def check(self, table: str, condition: str, *places: tuple[str, str]) -> bool:
        """Note a condition on one row."""
        self.parts[table].append(f"CHECK ({condition})")
        self.checked.update(places)
        return True

    def compared(self, line: str) -> bool:
        """Note `a.b > 3`, `a.b != NULL`, `a.b <= a.c` or that a column may be NULL."""
        if re.fullmatch(r"[\w.]+\s*\|\s*\w+\+null", line):
            return True
        found = re.fullmatch(r"([\w.]+)\s*(!=|<=|>=|<|>|=)\s*(.+)", line)
        place = self.find(found[1]) if found else None
        if not found or place is None:
            return False
        if found[3].upper() == "NULL":
            self.needed.add(place)
            return found[2] == "!="
        other = self.find(found[3])
        sign = found[2].replace("!=", "<>")
        if other is not None and other[0] == place[0]:
            return self.check(place[0], f"{place[1]} {sign} {other[1]}", place, other)
        value = re.fullmatch(r"'?(\d{4}-\d\d-\d\d)'?|(\d+)|'(.*)'", found[3])
        if value is None or other is not None:
            return False
        said = value[2] or f"'{value[1] or value[3]}'"
        return self.check(place[0], f"{place[1]} {sign} {said}", place)

    def implied(self, left: str, right: str) -> bool:
        """Note that one condition carries another: on one row, or on each two rows of two tables."""
        tables: list[str] = []
        sides = []
        for side in (left, right):
            found = re.fullmatch(r"([\w.]+)\s*(!=|<=|>=|<|>|=)\s*(.+)", side)
            if not found:
                return False
            said = []
            for part in (found[1], found[3]):
                place = self.find(part)
                said.append(f"{place[0]}.{place[1]}" if place else "NULL" if part == "'null'" else part)
                tables += [place[0]] if place else []
            sign = "IS NOT" if said[1] == "NULL" else found[2].replace("!=", "<>")
            sides.append(f"{said[0]} {sign} {said[1]}")
        tables = list(dict.fromkeys(tables))
        if len(tables) == 1:
            bare = [side.replace(f"{tables[0]}.", "") for side in sides]
            self.parts[tables[0]].append(f"CHECK (NOT ({bare[0]}) OR ({bare[1]}))")
        else:
            self.claims.append(f"NOT EXISTS (SELECT 1 FROM {', '.join(tables)} WHERE {sides[0]} AND NOT ({sides[1]}))")
        return True

    def text(self, *, filled: bool) -> str:
        """Write it all as SQL."""
        made = []
        for name in self.names:
            lines = []
            for column, kind in self.columns[name].items():
                strict = filled and (name, column) in self.foreign | self.checked
                needed = column not in self.keys[name] and ((name, column) in self.needed or strict)
                lines.append(f"{column} {kind}{' NOT NULL' if needed else ''}")
            if self.keys[name]:
                lines.append(f"PRIMARY KEY ({', '.join(self.keys[name])})")
            made.append(f"CREATE TABLE {name} ({', '.join([*lines, *self.parts[name]])});")
        made += [f"CREATE ASSERTION c{number} CHECK ({claim});" for number, claim in enumerate(self.claims)]
        return "\n".join(made)


if __name__ == "__main__":
    main()
