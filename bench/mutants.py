"""If a condition of a probe were wrong, would some shipped sample notice?

    python bench/mutants.py [--probe boundary] [--function tied,edge] [--guards] [--most 400]

What a probe asks stands in its own file and in the functions that it calls to make a nasty input (`probes/calls.py`,
`sqldiff/nasty.py`, `sqldiff/edge.py`). Two kinds of mutants must all be caught, else the bench fails:

- *makers*: a function that makes contrasts or twists of one kind makes none, so that one question is not asked;
- *verdicts*: a comparison, an `and` or a `not` is turned in what decides whether a trial broke and a probe speaks.

With `--guards`, every other condition of these files is turned too: which column, which row, how many are tried. Many
of these changes are equivalent or a matter of how much is tried; their survivors are listed and do not fail the bench.

The samples that expect the probe are examined, then the clean samples and references of its drills, in the worlds of
three seeds. A mutant is caught when an attempt raises something else than its name says.
"""

from __future__ import annotations

import argparse
import ast
import copy
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from importlib import import_module
from itertools import product
from pathlib import Path
from types import ModuleType

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
MAKERS = ("liveloop.probes.calls", "liveloop.sqldiff.nasty", "liveloop.sqldiff.edge")
SAMPLES, CLEAN = 14, 6
SEEDS = (1, 2, 0)  # two questions may lead to one finding in most worlds; none may be spare in all of them
LONGEST_SECONDS = 1800
MADE = ("Contrast", "Twist")
VERDICTS = ("judge", "broke", "weight")
PROBE = "liveloop.probe"
# (file, change): why no sample can notice.
EQUIVALENT = {
    ("slow", "timing.stopped is not None -> timing.stopped is None"): "it chooses the words of a finding only",
}


@dataclass(frozen=True)
class Mutant:
    """One condition changed: where, how, and whose conditions these are."""

    module: str
    function: str
    line: int
    number: int  # of the changes that can be made in the module
    change: str
    kind: str  # maker, verdict or guard
    probes: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """Who noticed a mutant; nobody, when `caught` is empty."""

    mutant: Mutant
    caught: str

    @property
    def excuse(self) -> str:
        """Give the reason why nobody had to notice."""
        file = self.mutant.module.rpartition(".")[2]
        return EQUIVALENT.get((file, self.mutant.change), "")


def main() -> int:
    """Make the mutants, try each in a process of its own, print what was caught."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--probe", default="", help="only this one")
    parser.add_argument("--function", default="", help="only the mutants of functions with these words in their names")
    parser.add_argument("--guards", action="store_true", help="every other condition too")
    parser.add_argument("--most", type=int, default=400, help="mutants of each file")
    parser.add_argument("--try-one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.try_one:
        print(try_one(Mutant(**json.loads(options.try_one))))
        return 0
    began = time.perf_counter()
    chosen = [
        mutant
        for mutant in mutants(options.most)
        if options.probe in ("", *mutant.probes)
        and (options.guards or mutant.kind != "guard")
        and any(word in mutant.function for word in options.function.split(","))
    ]
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        outcomes = list(pool.map(in_own_process, chosen))
    tell(outcomes)
    print(f"{time.perf_counter() - began:.0f} s")
    return any(not one.caught and not one.excuse and one.mutant.kind != "guard" for one in outcomes)


def mutants(most: int) -> list[Mutant]:
    """List every mutant of the probes' conditions."""
    used = uses()
    found = []
    for module in dict.fromkeys(name for name, _ in used):
        changed = [
            Mutant(module, function, node.lineno, number, words, kind_of(function, node), used[module, function])
            for number, (function, node, words, _) in enumerate(changes(parsed(module)))
            if (module, function) in used
        ]
        found += changed[:most]
    return found


def kind_of(function: str, node: ast.AST) -> str:
    """Say what a change is one of."""
    if isinstance(node, ast.FunctionDef):
        return "maker"
    return "verdict" if function in VERDICTS else "guard"


def uses() -> dict[tuple[str, str], tuple[str, ...]]:
    """Say which probes use which function: their own, and those that make their inputs."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for code, probe in builtin_probes().items():
        own = type(probe).__module__
        reached = {(own, name) for name in functions(parsed(own))} | {(PROBE, name) for name in VERDICTS[:2]}
        waiting = list(reached)
        while waiting:
            module, function = waiting.pop()
            for known in called(module, function) - reached:
                reached.add(known)
                waiting.append(known)
        for known in sorted(reached):
            found[known] = (*found.get(known, ()), code)
    return found


def called(module: str, function: str) -> set[tuple[str, str]]:
    """List the functions and methods of the probes' files whose names occur in a function."""
    tree = parsed(module)
    imported = {
        alias.name: node.module
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module in MAKERS
        for alias in node.names
    }
    own = functions(tree)
    found = set()
    for node in ast.walk(own[function]):
        name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
        if name in own:
            found.add((module, name))
        elif name in imported:
            maker = str(imported[name])
            found |= {(maker, one) for one in (name, *methods(parsed(maker), name)) if one in functions(parsed(maker))}
        elif isinstance(node, ast.Attribute) and name in functions(parsed(MAKERS[0])):
            found.add((MAKERS[0], name))  # a method of a call
    return found


def parsed(module: str) -> ast.Module:
    """Read the source of a module."""
    return ast.parse(Path(str(import_module(module).__file__)).read_text())


def functions(tree: ast.Module) -> dict[str, ast.FunctionDef]:
    """List the functions and methods of a module by name."""
    return {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def methods(tree: ast.Module, name: str) -> list[str]:
    """List the methods of a class of a module."""
    bodies = [node.body for node in tree.body if isinstance(node, ast.ClassDef) and node.name == name]
    return [node.name for body in bodies for node in body if isinstance(node, ast.FunctionDef)]


def changes(tree: ast.Module) -> Iterator[tuple[str, ast.AST, str, ast.Module]]:
    """Make every change of one condition: in which function, at which node, in words, the changed module."""
    owner = {node: name for name, function in functions(tree).items() for node in ast.walk(function)}
    for index, node in enumerate(ast.walk(tree)):
        for change in turns(node):
            changed = copy.deepcopy(tree)
            twin = next(other for place, other in enumerate(ast.walk(changed)) if place == index)
            before = brief(twin)
            change(twin)
            yield owner.get(node, ""), node, f"{before} -> {brief(twin)}", ast.fix_missing_locations(changed)


def brief(node: ast.AST) -> str:
    """Write a node in one line."""
    if isinstance(node, ast.FunctionDef):
        return f"{node.name} ({len(node.body)} statements)"
    return ast.unparse(node)


def turns(node: ast.AST) -> Iterator[object]:
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
    if isinstance(node, ast.FunctionDef) and node.returns and any(word in ast.unparse(node.returns) for word in MADE):
        yield lambda twin: setattr(twin, "body", [ast.Return(ast.List([], ast.Load()))])


def in_own_process(mutant: Mutant) -> Outcome:
    """Try one mutant where it cannot spoil another."""
    command = [sys.executable, __file__, "--try-one", json.dumps(asdict(mutant))]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=LONGEST_SECONDS)
    except subprocess.TimeoutExpired:
        return Outcome(mutant, "it does not end")
    if done.returncode:
        return Outcome(mutant, f"it crashes: {done.stderr.strip().splitlines()[-1][:80]}")
    return Outcome(mutant, done.stdout.splitlines()[-1].strip())


def tell(outcomes: list[Outcome]) -> None:
    """Print the figures and the survivors."""
    for code in builtin_probes():
        mine = [one for one in outcomes if code in one.mutant.probes]
        if mine:
            excused = sum(bool(one.excuse) for one in mine if not one.caught)
            print(f"{code}: {sum(bool(one.caught) for one in mine)} of {len(mine)} caught, {excused} equivalent")
    for kind in ("maker", "verdict", "guard"):
        mine = [one for one in outcomes if one.mutant.kind == kind]
        excused = sum(bool(one.excuse) for one in mine if not one.caught)
        if mine:
            print(f"{kind}s: {sum(bool(one.caught) for one in mine)} of {len(mine)} caught, {excused} equivalent")
    for one in outcomes:
        if not one.caught:
            at = f"{one.mutant.module.removeprefix('liveloop.')}:{one.mutant.line} {one.mutant.function}"
            print(f"  {one.excuse or 'survives'}: {one.mutant.kind} {at}: {one.mutant.change}")


def try_one(mutant: Mutant) -> str:
    """Put one mutant in the probe's place and examine until an attempt notices; say which."""
    module = import_module(mutant.module)
    before = dict(vars(module))
    tree = [changed for _, _, _, changed in changes(parsed(mutant.module))][mutant.number]
    exec(compile(tree, str(module.__file__), "exec"), vars(module))
    for other in list(sys.modules.values()):
        if isinstance(other, ModuleType) and other.__name__.startswith("liveloop") and other is not module:
            for name, thing in list(vars(other).items()):
                if name in before and thing is before[name] and getattr(thing, "__module__", "") == mutant.module:
                    setattr(other, name, vars(module)[name])
    builtin_probes.cache_clear()
    with Sandbox() as sandbox:
        for seed, (drill, name, text, expected) in product(SEEDS, cast(mutant.probes)):
            attempt = Attempt(f"mutant-{name}", drill.id, drill.kind, text, system_clock())
            told = examine(drill, attempt, sandbox=sandbox, seed=seed, clock=system_clock)
            raised = tuple(sorted({finding.probe for finding in told.findings}))
            if raised != expected or told.unknown:
                return f"{drill.slug}/{name} raises {'+'.join(raised) or 'nothing'}"
    return ""


def cast(codes: tuple[str, ...]) -> list[tuple[Drill, str, str, tuple[str, ...]]]:
    """List who examines a mutant: the samples that expect one of the probes, then what must stay silent."""
    drills = [drill for drill in load_all().values() if set(codes) & set(drill.probes)]
    every = [(d, s.name, s.text, s.expected) for d in drills for s in d.samples]
    waking = [one for one in every if set(codes) & set(one[3])]
    silent = [one for one in every if not one[3]] + [(d, "reference", d.reference, ()) for d in drills]
    kinds = {kind: [one for one in waking if one[0].kind == kind] for kind in ("sql", "python")}
    mixed = [one for pair in zip(*(kinds[kind][:SAMPLES] for kind in kinds), strict=False) for one in pair]
    rest = [one for one in waking if one not in mixed]
    return [*mixed, *rest, *silent[:CLEAN], *silent[-CLEAN:]]


if __name__ == "__main__":
    sys.exit(main())
