"""What does the SQL examiner say of 300 queries that people really wrote?

    python bench/polygon.py FOLDER

FOLDER is a checkout of the public repository `polygon-sql/polygon`, read where it lies; nothing of it belongs into this
project. Of its LeetCode problems only those with an odd number are read. Each query meets the problem's reference on
the problem's schema, both turned from MySQL to DuckDB by sqlglot, inside the sandbox. Printed: a verdict for each pair
(with --each), and the figures.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import re
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import sqlglot
from sqlglot import exp

from liveloop.base.tables import Column, Table
from liveloop.exam.sandbox import Sandbox
from liveloop.exam.sql_run import SqlRunner
from liveloop.sqldiff import Database, Limits, Outcome, Schema, Verdict, compare

TYPES = {"int": "INTEGER", "varchar": "VARCHAR", "date": "DATE", "numeric": "DECIMAL(12,2)", "bool": "BOOLEAN"}


def main() -> None:
    """Sample the queries, put each, print what came of it."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("folder", type=Path)
    reader.add_argument("--queries", type=int, default=300)
    reader.add_argument("--seconds", type=float, default=1.0, help="search time for each pair")
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument("--each", action="store_true", help="print each verdict")
    given = reader.parse_args()
    root = given.folder / "benchmarks" / "leetcode"
    pairs = list(sample(root, given.queries, given.seed))
    verdicts: list[tuple[Verdict, float]] = []
    with Sandbox(level=None) as box:
        for problem, number, reference, attempt in pairs:
            began = time.perf_counter()
            verdict = put(box, root, problem, (reference, attempt), given)
            verdicts.append((verdict, time.perf_counter() - began))
            if given.each:
                said = verdict.reason or (f"{verdict.witness.size} rows" if verdict.witness else "")
                print(f"{problem}:{number} {verdict.kind} {verdict.worlds} worlds {said}")
    show(verdicts)


def sample(root: Path, count: int, seed: int) -> Sequence[tuple[str, str, str, str]]:
    """Draw query rows at random over all odd problems."""
    found = []
    for path in sorted(root.glob("verieql_queries/*.csv")):
        if int(path.stem) % 2 == 0 or not (root / "groundtruths" / path.name).exists():
            continue
        with (root / "groundtruths" / path.name).open(newline="") as lines:
            reference = next(iter(csv.DictReader(lines)))["mysql_groundtruth"]
        with path.open(newline="") as lines:
            found += [(path.stem, row["qid"], reference, row["mysql_query"]) for row in csv.DictReader(lines)]
    return random.Random(seed).sample(found, min(count, len(found)))


def put(box: Sandbox, root: Path, problem: str, texts: tuple[str, str], given: argparse.Namespace) -> Verdict:
    """Compare one pair; what cannot be turned into DuckDB's dialect cannot run."""
    if not (root / "schemas" / f"{problem}.json").exists():
        return Verdict("cannot run", 0, reason="the problem comes without a schema")
    schema = read_schema(root, problem)
    turned = []
    for name, text in zip(("reference", "attempt"), texts, strict=True):
        try:
            turned.append(turn(text))
        except (sqlglot.errors.SqlglotError, RecursionError, ValueError) as error:
            line = str(error).splitlines()[0][:160]
            return Verdict("cannot run", 0, reason=f"the {name} is not understood as one MySQL SELECT: {line}")
    rounded = any("ROUND" in text.upper() or "DECIMAL" in text.upper() for text in turned)
    runners = {text: SqlRunner(box, text) for text in turned}

    def run(query: str, databases: Sequence[Database], *, plain: bool) -> Sequence[Outcome]:
        runner = runners[query]
        return runner.plain(databases) if plain else runner.screen(databases)

    limits = Limits(seconds=given.seconds, tolerance=0.0101 if rounded else 1e-4)
    return compare(turned[0], turned[1], schema, run=run, limits=limits, seed=given.seed)


def turn(text: str) -> str:
    """Turn one MySQL SELECT into DuckDB's dialect."""
    trees = [tree for tree in sqlglot.parse(text, dialect="mysql") if tree is not None]
    if len(trees) != 1 or not isinstance(trees[0], exp.Query):
        raise ValueError("not one SELECT")
    tree = trees[0]
    for select in tree.find_all(exp.Select):
        if select.args.get("group"):
            loosen(select)
    return tree.sql(dialect="duckdb")


def loosen(select: exp.Select) -> None:
    """Wrap each column that stands outside GROUP BY: MySQL gives any of its values, DuckDB wants to be told so.

    Where the rows of a group hold different ones, a result depends on their order and counts for nothing.
    """
    keys = [key.sql().lower() for key in select.args["group"].expressions]
    names = {select.expressions[int(key) - 1].sql().lower() for key in keys if key.isdigit()}
    names |= {*keys, *(key.rpartition(".")[2] for key in keys)}
    for place in select.expressions:
        bare = place.unalias()
        if bare.sql().lower() in names or place.alias.lower() in names:
            continue
        for column in list(place.find_all(exp.Column)):
            bound = column.name.lower() in names or column.sql().lower() in names or isinstance(column.this, exp.Star)
            if not bound and column.find_ancestor(exp.AggFunc, exp.Query) is select:
                made = exp.AnyValue(this=column.copy())
                column.replace(made if column is not place else exp.alias_(made, column.name))


def read_schema(root: Path, problem: str) -> Schema:
    """Read a problem's tables, keys, references and domains; other constraints are left out."""
    declared = json.loads((root / "schemas" / f"{problem}.json").read_text())["Tables"]
    path = root / "constraints" / f"{problem}.yml"
    notes = path.read_text() if path.exists() else ""
    references = {
        (a.lower(), b.lower()): f"{c}.{d}" for a, b, c, d in re.findall(r"(\w+)\.(\w+)\s*<-\s*(\w+)\.(\w+)", notes)
    }
    filled = {(a.lower(), b.lower()) for a, b in re.findall(r"(\w+)\.(\w+)\s*!=\s*NULL", notes)}
    tables, domains = [], []
    names = [table["TableName"] for table in declared]
    for table in declared:
        columns, key = [], []
        for column in [*table["PKeys"], *table.get("Others", [])]:
            is_key = column in table["PKeys"]
            at = (table["TableName"].lower(), column["Name"].lower())
            kind, _, values = column["Type"].partition(",")
            if kind == "enum":
                domains.append((table["TableName"], column["Name"], tuple(values.split(","))))
            kept = not is_key and at not in filled
            target = references.get(at)
            columns.append(Column(column["Name"], TYPES.get(kind, "VARCHAR"), "", kept, own(declared, target)))
            key += [column["Name"]] if is_key else []
        for foreign in table["FKeys"]:
            target = f"{names[int(foreign['PTable'])]}.{foreign['PName']}"
            kind = type_of(declared, target)
            columns = [column for column in columns if column.name != foreign["FName"]]
            columns.append(Column(foreign["FName"], kind, "", True, target))
        tables.append(Table(table["TableName"], "", tuple(key), tuple(columns)))
    least = [
        (a, b, float(number) + (1 if sign == ">" else 0))
        for a, b, sign, number in re.findall(r"(\w+)\.(\w+)\s*(>=|>)\s*(\d+)", notes)
    ]
    return Schema(tuple(tables), unique(notes, tables), False, tuple(domains), tuple(least))


def own(declared: Sequence[dict[str, object]], target: str | None) -> str | None:
    """Spell a reference as the schema does; None when it leads nowhere."""
    for table in declared:
        for column in [*table["PKeys"], *table.get("Others", [])]:
            name = f"{table['TableName']}.{column['Name']}"
            if target is not None and name.lower() == target.lower():
                return name
    return None


def type_of(declared: Sequence[dict[str, object]], target: str) -> str:
    """Find the type of a column referred to."""
    for table in declared:
        for column in [*table["PKeys"], *table.get("Others", [])]:
            if f"{table['TableName']}.{column['Name']}" == target:
                return TYPES.get(column["Type"].partition(",")[0], "VARCHAR")
    return "INTEGER"


def unique(notes: str, tables: Sequence[Table]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Read the further keys."""
    found = []
    for inside in re.findall(r"unique\(([^)]*)\)", notes):
        parts = [part.strip().split(".") for part in inside.split(",")]
        for table in tables:
            columns = {column.name.lower(): column.name for column in table.columns}
            if all(len(p) == 2 and p[0].lower() == table.name.lower() and p[1].lower() in columns for p in parts):
                found.append((table.name, tuple(columns[p[1].lower()] for p in parts)))
    return tuple(found)


def show(verdicts: Sequence[tuple[Verdict, float]]) -> None:
    """Print the figures."""
    counts = Counter(verdict.kind for verdict, _ in verdicts)
    seconds = [took for _, took in verdicts]
    rows = [verdict.witness.size for verdict, _ in verdicts if verdict.witness is not None]
    worlds = [verdict.worlds for verdict, _ in verdicts if verdict.kind == "none found"]
    reasons = Counter(re.sub(r'"[^"]*"', '"…"', verdict.reason)[:90] for verdict, _ in verdicts if verdict.reason)
    print(f"{len(verdicts)} pairs: " + ", ".join(f"{count} {kind}" for kind, count in counts.most_common()))
    print(f"seconds: median {statistics.median(seconds):.2f}, most {max(seconds):.2f}")
    if rows:
        print(f"witness rows: mean {statistics.mean(rows):.2f}, most {max(rows)}")
    if worlds:
        print(f"worlds where none was found: median {statistics.median(worlds):.0f}")
    for reason, count in reasons.most_common():
        print(f"{count:4d}  {reason}")


if __name__ == "__main__":
    main()
