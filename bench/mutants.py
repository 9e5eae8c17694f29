"""If a condition of a probe were wrong, would some shipped sample notice?

    python bench/mutants.py [--probe boundary] [--most 400]

Each mutant changes one condition in one probe's file (a comparison turned, an `and` made `or`, a `not` dropped, a
function that makes contrasts made to give none) and examines the samples that expect this probe, then their drills'
clean samples and references. A mutant is caught when an attempt raises something else than its name says. Survivors are
printed with their line: each is an equivalent change, a matter of how much is tried, or a sample that is missing.
"""

from __future__ import annotations

import argparse
import ast
import copy
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path

from liveloop.attempt import Attempt
from liveloop.base.clock import system_clock
from liveloop.drill import Drill
from liveloop.exam.ask import builtin_probes
from liveloop.exam.examine import examine
from liveloop.exam.load import load_all
from liveloop.exam.sandbox import Sandbox

SWAPS: dict[type, type] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
SAMPLES, CLEAN = 14, 6


def main() -> None:
    """Make the mutants, try each in a process of its own, print what was caught."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--probe", default="", help="only this one")
    parser.add_argument("--most", type=int, default=400, help="mutants of each probe")
    parser.add_argument("--try-one", nargs=2, metavar=("CODE", "NUMBER"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.try_one:
        print(json.dumps(try_one(options.try_one[0], int(options.try_one[1]))))
        return
    jobs = [
        (code, number)
        for code in builtin_probes()
        if options.probe in ("", code)
        for number in range(min(options.most, len(list(mutants(source_of(code))))))
    ]
    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(in_own_process, jobs))
    tell(outcomes)


def in_own_process(job: tuple[str, int]) -> dict[str, object]:
    """Try one mutant where it cannot spoil another."""
    code, number = job
    command = [sys.executable, __file__, "--try-one", code, str(number)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    if done.returncode:
        return {"probe": code, "line": 0, "change": done.stderr.strip().splitlines()[-1], "caught": "it crashes"}
    return dict(json.loads(done.stdout.splitlines()[-1]))


def tell(outcomes: list[dict[str, object]]) -> None:
    """Print the figures and the survivors."""
    made = Counter(str(one["probe"]) for one in outcomes)
    caught = Counter(str(one["probe"]) for one in outcomes if one["caught"])
    for code, count in made.items():
        print(f"{code}: {caught[code]} of {count} caught")
    print(f"all: {caught.total()} of {made.total()} caught")
    for one in outcomes:
        if not one["caught"]:
            print(f"  survives: {one['probe']} line {one['line']}: {one['change']}")


def source_of(code: str) -> Path:
    """Find a probe's file."""
    return Path(str(import_module(type(builtin_probes()[code]).__module__).__file__))


def mutants(path: Path) -> Iterator[tuple[int, str, ast.Module]]:
    """Make every mutant of a file: its line, the change in words, the changed tree."""
    tree = ast.parse(path.read_text())
    for index, node in enumerate(ast.walk(tree)):
        for change in changes(node):
            changed = copy.deepcopy(tree)
            twin = next(other for place, other in enumerate(ast.walk(changed)) if place == index)
            before = ast.unparse(twin)
            change(twin)
            yield (
                getattr(node, "lineno", 0),
                f"{before[:70]} -> {ast.unparse(twin)[:70]}",
                ast.fix_missing_locations(changed),
            )


def changes(node: ast.AST) -> Iterator[object]:
    """List what can be changed in one node."""
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            turned = SWAPS.get(type(operator))
            if turned is not None:
                yield lambda twin, place=place, new=turned: twin.ops.__setitem__(place, new())
    if isinstance(node, ast.BoolOp):
        yield lambda twin: setattr(twin, "op", ast.Or() if isinstance(twin.op, ast.And) else ast.And())
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield lambda twin: setattr(twin, "operand", ast.UnaryOp(ast.Not(), twin.operand))
    if isinstance(node, ast.FunctionDef) and node.name.endswith("_contrasts"):
        yield lambda twin: setattr(twin, "body", [ast.Return(ast.List([], ast.Load()))])


def try_one(code: str, number: int) -> dict[str, object]:
    """Put one mutant in the probe's place and examine until an attempt notices."""
    path = source_of(code)
    line, change, tree = list(mutants(path))[number]
    module = import_module(type(builtin_probes()[code]).__module__)
    exec(compile(tree, str(path), "exec"), vars(module))
    builtin_probes.cache_clear()
    caught = ""
    with Sandbox() as sandbox:
        for drill, name, text, expected in cast(code):
            now = system_clock()
            attempt = Attempt(f"mutant-{name}", drill.id, drill.kind, text, now)
            told = examine(drill, attempt, sandbox=sandbox, seed=1, clock=system_clock)
            raised = tuple(sorted({finding.probe for finding in told.findings}))
            if raised != expected or told.unknown:
                caught = f"{drill.slug}/{name}"
                break
    return {"probe": code, "line": line, "change": change, "caught": caught}


def cast(code: str) -> list[tuple[Drill, str, str, tuple[str, ...]]]:
    """List who examines a mutant: the samples that expect the probe, then what must stay silent."""
    drills = [drill for drill in load_all().values() if code in drill.probes]
    waking = [(d, s.name, s.text, s.expected) for d in drills for s in d.samples if code in s.expected]
    silent = [(d, s.name, s.text, s.expected) for d in drills for s in d.samples if not s.expected]
    silent += [(d, "reference", d.reference, ()) for d in drills]
    kinds = {kind: [one for one in waking if one[0].kind == kind] for kind in ("sql", "python")}
    mixed = [one for pair in zip(*(kinds[kind][:SAMPLES] for kind in kinds), strict=False) for one in pair]
    rest = [one for one in waking if one not in mixed]
    return [*mixed, *rest][: 2 * SAMPLES] + silent[:CLEAN] + silent[-CLEAN:]


if __name__ == "__main__":
    main()
