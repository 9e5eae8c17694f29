"""Which weights tell the class of a mistake, learned from pairs whose class is known?

    python bench/sqldiff/learn.py [--signs FILE.jsonl] [--penalty 3] [--write]

Every wrong pair of `bench/sqldiff/own` that is not held is compared; what speaks for its class is gathered, and kept
in FILE, whose files are not compared again. A softmax with a penalty on its weights is fitted, and its rate of right
classes measured on each file by weights learned from the others alone. `--write` puts them into the package.
"""

from __future__ import annotations

import argparse
import json
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

import liveloop.sqldiff
from liveloop.sqldiff import Desk, Limits
from liveloop.sqldiff.cause import cause
from liveloop.sqldiff.classes import WEIGHTS
from liveloop.sqldiff.mistakes import CLASSES
from liveloop.sqldiff.signs import Evidence, signs

OWN = Path(__file__).with_name("own")
ROUTES = ("a zone or a tie alone", "one edit apart", "an edit agrees", "no edit")
FEWEST = 3  # pairs that must show a sign
Matrix = npt.NDArray[np.float64]


def main() -> None:
    """Gather signs, learn, say how often the class is right on files that taught nothing."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    reader.add_argument("--signs", type=Path)
    reader.add_argument("--penalty", type=float, default=3.0)
    reader.add_argument("--write", action="store_true")
    given = reader.parse_args()
    known: list[dict[str, Any]] = []
    if given.signs and given.signs.exists():
        known = [json.loads(line) for line in given.signs.read_text().splitlines()]
    there = {one["file"] for one in known}
    files = [path for path in sorted(OWN.glob("*.toml")) if not path.name.startswith("held-")]
    with ProcessPoolExecutor(2) as pool:
        known += [
            one for some in pool.map(gathered, [path for path in files if path.stem not in there]) for one in some
        ]
    if given.signs:
        given.signs.write_text("".join(json.dumps(one) + "\n" for one in known))
    report(known, given.penalty)
    if given.write:
        open_cases = [one for one in known if not one["settled"]]
        names, weights = learned(open_cases, given.penalty)
        made = {name: [round(float(value), 3) for value in row] for name, row in zip(names, weights, strict=True)}
        lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(row)}" for name, row in sorted(made.items()))
        path = Path(liveloop.sqldiff.__file__).with_name(WEIGHTS)
        path.write_text(f"{{\n{lines}\n}}\n")
        print(f"{len(made)} weights of {len(CLASSES)} classes -> {path.name}")


def gathered(path: Path) -> list[dict[str, Any]]:
    """Compare the wrong pairs of one file and gather the signs of each difference that is found."""
    found: list[dict[str, Any]] = []
    kept: list[Evidence] = []
    with Desk(told=kept.append) as desk:
        for name, schema, reference, one in wrong(path):
            kept.clear()
            limits = Limits(seconds=2.0, branch_seconds=0.0)
            desk.compare(reference, one["attempt"], schema, limits=limits, seed=1)
            if kept:
                (evidence,) = kept
                settled = cause(evidence) if is_settled(evidence) else None
                found.append({
                    "file": path.stem, "id": name, "class": one["class"], "signs": signs(evidence),
                    "settled": settled.kind if settled else "",
                })  # fmt: skip
    return found


def wrong(path: Path) -> Iterator[tuple[str, str, str, dict[str, str]]]:
    """Read the wrong pairs of a file: name, schema, reference, the attempt with its class."""
    given = tomllib.loads(path.read_text())
    for query in given["query"]:
        for number, one in enumerate(query.get("wrong", [])):
            yield f"{path.stem}/{query['name']}/wrong-{number + 1}", given["schema"], query["reference"], one


def is_settled(evidence: Evidence) -> bool:
    """Say whether the class is told without weights."""
    return evidence.elsewhere or evidence.unsteady


def report(known: Sequence[dict[str, Any]], penalty: float) -> None:
    """Print how often the class is right, for each file by weights of the others."""
    right: Counter[str] = Counter()
    wrongly: Counter[str] = Counter()
    by_file: Counter[tuple[str, bool]] = Counter()
    for file in sorted({one["file"] for one in known}):
        names, weights = learned([one for one in known if one["file"] != file and not one["settled"]], penalty)
        for one in known:
            if one["file"] != file:
                continue
            kind = one["settled"] or CLASSES[int(np.argmax(row_of(one, names) @ weights))]
            route = route_of(one)
            right[route] += kind == one["class"]
            by_file[file, kind == one["class"]] += 1
            right[f"{route}, all"] += 1
            if kind != one["class"]:
                wrongly[f"{one['class']} taken for {kind}"] += 1
    every = sum(count for name, count in right.items() if name.endswith(", all"))
    good = sum(count for name, count in right.items() if not name.endswith(", all"))
    print(
        f"{len(known)} pairs; class right on files that taught nothing: {good} of {every} ({100 * good / every:.1f} %)"
    )
    for route in ROUTES:
        print(f"  {route}: {right[route]} of {right[f'{route}, all']}")
    for file in sorted({one["file"] for one in known}):
        print(f"  {file}: {by_file[file, True]} of {by_file[file, True] + by_file[file, False]}")
    print("\n".join(f"{count:5}  {name}" for name, count in wrongly.most_common(20)))


def route_of(one: dict[str, Any]) -> str:
    """Say by what a class is told."""
    if one["settled"]:
        return ROUTES[0]
    there = [name for name in ("exact: some", "own: some", "other: some") if name in one["signs"]]
    return ROUTES[3] if not there else ROUTES[1] if there[0].startswith("exact") else ROUTES[2]


def row_of(one: dict[str, Any], names: Sequence[str]) -> Matrix:
    """Lay the signs of a pair out as a row; the name "" always holds."""
    return np.array([1.0 if not name else one["signs"].get(name, 0.0) for name in names])


def ease(name: str) -> float:
    """Say how much more freely than others a sign may weigh: what edits and near texts say is clear, words are not."""
    if ":" in name:
        return 1.0 if name.startswith("rows:") else 2.0
    return 0.5 if name.split(" ")[0] in ("more", "less", "other", "some") else 1.0


def learned(known: Sequence[dict[str, Any]], penalty: float) -> tuple[list[str], Matrix]:
    """Fit the weights."""
    counts = Counter(name for one in known for name in one["signs"])
    names = ["", *sorted(name for name, count in counts.items() if count >= FEWEST)]
    eases = np.array([ease(name) for name in names])
    rows = np.array([row_of(one, names) for one in known]) * eases
    wanted = np.eye(len(CLASSES))[[CLASSES.index(one["class"]) for one in known]]

    def loss(flat: Matrix) -> tuple[float, Matrix]:
        weights = flat.reshape(len(names), len(CLASSES))
        scores = rows @ weights
        scores -= scores.max(axis=1, keepdims=True)
        shares = np.exp(scores)
        shares /= shares.sum(axis=1, keepdims=True)
        total = -(wanted * np.log(shares + 1e-12)).sum() + penalty * (weights**2).sum() / 2
        return float(total), (rows.T @ (shares - wanted) + penalty * weights).ravel()

    start = np.zeros(len(names) * len(CLASSES))
    made = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 500})
    return names, made.x.reshape(len(names), len(CLASSES)) * eases[:, None]


if __name__ == "__main__":
    main()
