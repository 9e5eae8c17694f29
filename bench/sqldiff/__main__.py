"""How many of many pairs of queries are told apart, how soon, and on how small a database?

    python bench/sqldiff PAIRS.jsonl [--seconds 1] [--sample 1000] [--by-name] [--each OUT.jsonl] [--processes 1]
    python bench/sqldiff bench/sqldiff/own [--files 'held-*']

Each line of PAIRS is one pair: `id`, `schema` (CREATE TABLE text), `reference`, `attempt`, and optionally `dialect`
(duckdb), `label` (differs or same) and `class` (the word that an explanation should use). Every witness is replayed
in a connection of its own before it counts.
"""

from __future__ import annotations

import argparse
import atexit
import json
import random
import re
import statistics
import time
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from liveloop.base.errors import BadInput
from liveloop.coach.skill import wilson
from liveloop.sqldiff import Desk, Limits, Verdict
from liveloop.sqldiff.agree import agree
from liveloop.sqldiff.dialect import turn
from liveloop.sqldiff.session import Session

ROUNDED = re.compile(r"\b(ROUND|DECIMAL|FORMAT|TRUNCATE)\b", re.IGNORECASE)
DESKS: list[Desk] = []


@dataclass(frozen=True)
class Told:
    """What came of one pair."""

    id: str
    kind: str
    seconds: float
    label: str = ""
    rows: int = 0
    replays: bool = True
    smallest: bool = True
    by_columns: bool = False
    reason: str = ""
    worlds: int = 0
    wanted: str = ""
    explained: str = ""


def main() -> None:
    """Put every pair, print the figures."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("pairs", type=Path)
    reader.add_argument("--files", default="*", help="which files of a folder, such as 'held-*'")
    reader.add_argument("--seconds", type=float, default=1.0, help="for each pair, all in all")
    reader.add_argument("--sample", type=int, default=0, help="so many pairs at random")
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument("--by-name", action="store_true")
    reader.add_argument("--each", type=Path, help="write a line for each pair")
    reader.add_argument("--processes", type=int, default=1)
    given = reader.parse_args()
    pairs = list(read(given.pairs, given.files))
    if given.sample:
        pairs = random.Random(given.seed).sample(pairs, min(given.sample, len(pairs)))
    put = partial(told, seconds=given.seconds, by_name=given.by_name, seed=given.seed)
    if given.processes > 1:
        with ProcessPoolExecutor(given.processes) as pool:
            every = list(pool.map(put, pairs, chunksize=20))
    else:
        every = [put(pair) for pair in pairs]
    if given.each:
        given.each.write_text("".join(json.dumps(one.__dict__) + "\n" for one in every))
    show(every)


def read(path: Path, files: str) -> Iterator[dict[str, Any]]:
    """Read pairs from a file of lines, or our own from a folder of TOML files."""
    if path.is_file():
        yield from (json.loads(line) for line in path.read_text().splitlines())
        return
    for file in sorted(path.glob(f"{files}.toml")):
        given = tomllib.loads(file.read_text())
        for query in given["query"]:
            shared = {"schema": given["schema"], "reference": query["reference"]}
            for label, key in (("differs", "wrong"), ("same", "same")):
                for number, one in enumerate(query.get(key, [])):
                    name = f"{file.stem}/{query['name']}/{key}-{number + 1}"
                    yield {**shared, **one, "id": name, "label": label}


def told(pair: dict[str, Any], *, seconds: float, by_name: bool, seed: int) -> Told:
    """Compare one pair, and replay its witness elsewhere."""
    if not DESKS:
        DESKS.append(Desk())
        atexit.register(DESKS[0].close)
    dialect, label = pair.get("dialect", "duckdb"), pair.get("label", "")
    tolerance = 1e-9
    if dialect == "mysql":  # what people round as they like
        tolerance = 0.0101 if ROUNDED.search(pair["reference"] + pair["attempt"]) else 1e-4
    limits = Limits(
        seconds=seconds,
        tolerance=tolerance,
        by_name=by_name,
        explain_seconds=Limits.explain_seconds if "class" in pair else 0.0,
        branch_seconds=0.0,
    )
    began = time.perf_counter()
    try:
        verdict = DESKS[0].compare(
            pair["reference"], pair["attempt"], pair["schema"], dialect=dialect, limits=limits, seed=seed
        )
    except BadInput as error:
        verdict = Verdict("cannot run", 0, 0.0, reason=str(error))
    took = verdict.seconds or time.perf_counter() - began
    witness = verdict.witness
    if verdict.kind != "differs" or witness is None:
        wanted, said = pair.get("class", ""), verdict.explanation.kind
        return Told(pair["id"], verdict.kind, took, label, reason=verdict.reason, worlds=verdict.worlds,
                    wanted=wanted, explained=said)  # fmt: skip
    by_columns = len(witness.expected.columns) != len(witness.got.columns)
    return Told(
        pair["id"], verdict.kind, took, label, witness.database.size, by_columns or replays(pair, verdict, limits),
        witness.smallest, by_columns, verdict.reason, verdict.worlds, pair.get("class", ""), verdict.explanation.kind,
    )  # fmt: skip


def replays(pair: dict[str, Any], verdict: Verdict, limits: Limits) -> bool:
    """Run both queries on the witness in a fresh connection."""
    witness, dialect = verdict.witness, pair.get("dialect", "duckdb")
    if witness is None:
        return False
    with Session(witness.database.time_zone) as session:
        session.put([witness.database])
        one, other = (
            session.outcomes(turn(pair[name], dialect, name), seconds=5.0)[0] for name in ("reference", "attempt")
        )
    return one.error is None and not agree(one, other, tolerance=limits.tolerance)


def show(every: Sequence[Told]) -> None:
    """Print the figures."""
    kinds = Counter(one.kind for one in every)
    found = [one for one in every if one.kind == "differs"]
    print(f"{len(every)} pairs: " + ", ".join(f"{count} {kind}" for kind, count in kinds.most_common()))
    low, high = wilson(len(found), len(every))
    print(f"refuted {100 * len(found) / len(every):.1f} % ({100 * low:.1f} to {100 * high:.1f}), "
          f"{sum(one.by_columns for one in found)} of them by the number of columns")  # fmt: skip
    print(f"run {100 * (1 - kinds['cannot run'] / len(every)):.2f} %; witnesses that fail a fresh replay: "
          f"{sum(not one.replays for one in found)}")  # fmt: skip
    if found:
        seconds = sorted(one.seconds for one in found)
        rows = [one.rows for one in found if not one.by_columns]
        late = seconds[int(0.95 * (len(seconds) - 1))]
        print(f"seconds to refute: median {statistics.median(seconds):.3f}, p95 {late:.3f}")
        print(f"rows of a witness: mean {statistics.mean(rows or [0]):.2f}, most {max(rows or [0])}; "
              f"proven smallest {100 * sum(one.smallest for one in found) / len(found):.1f} %")  # fmt: skip
    silent = [one for one in every if one.kind == "none found"]
    if silent:
        print(f"where none was found: median {statistics.median(one.worlds for one in silent):.0f} worlds, "
              f"{statistics.median(one.seconds for one in silent):.2f} s")  # fmt: skip
    for label in sorted({one.label for one in every if one.label}):
        mine = [one for one in every if one.label == label]
        print(f"labelled {label}: {sum(one.kind == 'differs' for one in mine)} of {len(mine)} told apart, "
              f"{sum(one.kind == 'unsteady' for one in mine)} more called unsteady")  # fmt: skip
    wanted = [one for one in every if one.wanted and one.kind in ("differs", "unsteady")]
    if wanted:
        right = sum(one.explained == one.wanted for one in wanted)
        print(f"class of the mistake: {right} of {len(wanted)} right ({100 * right / len(wanted):.1f} %), "
              f"{sum(not one.explained for one in wanted)} without one")  # fmt: skip
        for pair, count in Counter((one.wanted, one.explained or "-") for one in wanted).most_common():
            if pair[0] != pair[1]:
                print(f"{count:5d}  {pair[0]} taken for {pair[1]}")
    reasons = Counter(
        re.sub(r"\"[^\"]*\"|'[^']*'|\d+", "…", one.reason)[:110] for one in every if one.kind == "cannot run"
    )
    for reason, count in reasons.most_common(25):
        print(f"{count:5d}  {reason}")


if __name__ == "__main__":
    main()
