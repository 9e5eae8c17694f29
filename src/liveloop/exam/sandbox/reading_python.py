"""Which lines of a Python text will a reviewer stumble over?

Nothing is executed. A remark is a line, the rule's name and the reason in words; how much a rule weighs is the probe's
to say.
"""

from __future__ import annotations

import ast
import builtins
import io
import re
import tokenize
from collections.abc import Iterator
from itertools import pairwise

from pyflakes.checker import Checker

Remark = tuple[int, str, str]
Function = ast.FunctionDef | ast.AsyncFunctionDef
MOST_BRANCHES, DEEPEST, LONGEST, WIDEST = 10, 4, 60, 120
# Letters that carry a meaning of their own in data work: counters, frames, formulas' own symbols.
CONVENTIONAL = frozenset("_ijkmnpqxyztsgvwabcdefhruNKPXYZ")
TOO_MANY_LETTERS = 5
MEANINGLESS = re.compile(r"(foo|bar|baz|te?mp|thing|stuff)\d*|(data|df|var|val|res|arr|list|dict)\d+|xx|yy|zz|aa|bb")
ORDINARY = frozenset(
    {0, 1, 2, 3, 4, 10, 12, 24, 60, 100, 365, 1000, 3600, 86_400, 0.5, 0.25, 0.75, 1e-9, 1e-12, 1_000_000}
)
PYFLAKES = {
    "UnusedImport": "unused",
    "UnusedVariable": "unused",
    "ImportStarUsed": "wildcard-import",
    "RedefinedWhileUnused": "unused",
    "IsLiteral": "odd-comparison",
    "FStringMissingPlaceholders": "odd-string",
    "UndefinedName": "undefined-name",
}
BRANCHES = (
    ast.If,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.ExceptHandler,
    ast.IfExp,
    ast.Assert,
    ast.comprehension,
    ast.match_case,
)
NESTING = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.With, ast.AsyncWith, ast.Match)
LEAVING = (ast.Return, ast.Raise, ast.Continue, ast.Break)


def read_python(text: str, mutated: tuple[str, ...] = (), symbols: str = "") -> list[Remark]:
    r"""Read a Python text.

    `mutated` are the arguments that a call was seen to change, `symbols` letters that the prompt gave a meaning.

    Examples
    --------
    >>> read_python("def rate(rows=[]):\n    return 0\n")[0]
    (1, 'mutable-default', 'the default of `rows` is shared by all calls')
    """
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    remarks = [remark for rule in RULES for remark in rule(tree)]
    remarks += names(tree, CONVENTIONAL | set(symbols))
    remarks += flakes(tree)
    remarks += lines(text)
    remarks += mutations(tree, mutated)
    return list(dict.fromkeys(remarks))


def functions(tree: ast.AST) -> list[Function]:
    """List the functions of a text."""
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def own_nodes(function: Function) -> Iterator[ast.AST]:
    """Walk a function without the functions inside it."""
    queue: list[ast.AST] = list(function.body)
    while queue:
        node = queue.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            queue.extend(ast.iter_child_nodes(node))


def complexity(tree: ast.Module) -> Iterator[Remark]:
    """Count ways through each function (McCabe), levels of nesting, lines."""
    for function in functions(tree):
        nodes = list(own_nodes(function))
        ways = 1 + sum(isinstance(node, BRANCHES) for node in nodes)
        ways += sum(len(node.values) - 1 for node in nodes if isinstance(node, ast.BoolOp))
        if ways > MOST_BRANCHES:
            yield function.lineno, "complex", f"`{function.name}` has {ways} ways through it"
        deepest, line = depth(function.body, 0)
        if deepest > DEEPEST:
            yield line, "deep", f"{deepest} levels of nesting"
        length = (function.end_lineno or function.lineno) - function.lineno + 1
        if length > LONGEST:
            yield function.lineno, "long", f"`{function.name}` is {length} lines long"


def depth(body: list[ast.stmt], level: int) -> tuple[int, int]:
    """Find the deepest level of nesting and its line; an elif is no level of its own."""
    deepest, line = level, body[0].lineno if body else 0
    for node in body:
        if not isinstance(node, NESTING):
            continue
        parts = [getattr(node, name, []) for name in ("body", "orelse", "finalbody")]
        parts += [handler.body for handler in getattr(node, "handlers", [])]
        parts += [case.body for case in getattr(node, "cases", [])]
        for part in parts:
            chained = (
                isinstance(node, ast.If) and part is node.orelse and len(part) == 1 and isinstance(part[0], ast.If)
            )
            found = depth(part, level if chained else level + 1) if part else (0, 0)
            if found[0] > deepest:
                deepest, line = found
    return deepest, line


def names(tree: ast.Module, conventional: frozenset[str]) -> Iterator[Remark]:
    """Find names that say nothing, and names that hide a builtin; each name once."""
    letters: dict[str, int] = {}
    seen: set[str] = set()
    fields = {id(part) for node in ast.walk(tree) if isinstance(node, ast.ClassDef) for part in attributes(node)}
    for name, line, loop, node in bindings(tree):
        fresh = name not in seen
        seen.add(name)
        if fresh and MEANINGLESS.fullmatch(name):
            yield line, "meaningless-name", f"`{name}` says nothing"
        if fresh and hasattr(builtins, name) and not name.startswith("_") and node not in fields:
            yield line, "hides-builtin", f"`{name}` hides the builtin"
        if len(name) == 1 and name not in conventional:
            if fresh:
                yield line, "meaningless-name", f"`{name}` says nothing"
        elif len(name) == 1 and name != "_" and not loop:
            letters.setdefault(name, line)
    if len(letters) > TOO_MANY_LETTERS:
        listed = ", ".join(f"`{letter}`" for letter in sorted(letters))
        yield min(letters.values()), "letters", f"{len(letters)} names of one letter: {listed}"


def attributes(node: ast.ClassDef) -> Iterator[ast.expr]:
    """List the names that a class body binds: attributes hide nothing."""
    for part in node.body:
        if isinstance(part, ast.Assign):
            yield from part.targets
        elif isinstance(part, ast.AnnAssign):
            yield part.target


def bindings(tree: ast.Module) -> Iterator[tuple[str, int, bool, int]]:
    """Give each name bound in a text, its line, whether a loop or comprehension binds it, and its node's identity."""
    loops = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.For | ast.comprehension):
            loops |= {id(part) for part in ast.walk(node.target)}
        if isinstance(node, ast.Lambda):
            loops |= {id(part) for part in ast.walk(node.args)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, node.lineno, id(node) in loops, id(node)
        elif isinstance(node, ast.arg):
            yield node.arg, node.lineno, id(node) in loops, id(node)


def handlers(tree: ast.Module) -> Iterator[Remark]:
    """Find errors that are swallowed."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.ExceptHandler):
            continue
        silent = all(isinstance(part, ast.Pass | ast.Continue) for part in node.body)
        if node.type is None:
            yield node.lineno, "bare-except", "a bare except takes KeyboardInterrupt and typing mistakes too"
        elif isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException"):
            words = "and says nothing" if silent else "whatever it was"
            yield node.lineno, "broad-except", f"`except {node.type.id}` swallows it {words}"


def defaults(tree: ast.Module) -> Iterator[Remark]:
    """Find defaults that all calls share."""
    for function in functions(tree):
        arguments = [*function.args.posonlyargs, *function.args.args]
        pairs = list(zip(arguments[::-1], function.args.defaults[::-1], strict=False))
        pairs += [pair for pair in zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True) if pair[1]]  # type: ignore[misc]
        for argument, default in pairs:
            called = isinstance(default, ast.Call) and getattr(default.func, "id", "") in ("list", "dict", "set")
            if isinstance(default, ast.List | ast.Dict | ast.Set) or called:
                yield default.lineno, "mutable-default", f"the default of `{argument.arg}` is shared by all calls"


def dead(tree: ast.Module) -> Iterator[Remark]:
    """Find statements that are never reached, and branches that never are."""
    for node in ast.walk(tree):
        for name in ("body", "orelse", "finalbody"):
            body = getattr(node, name, None)
            if not isinstance(body, list):
                continue
            for one, after in pairwise(body):
                if isinstance(one, LEAVING):
                    yield after.lineno, "dead-code", "never reached"
                    break
        if isinstance(node, ast.If | ast.While) and isinstance(node.test, ast.Constant) and not node.test.value:
            yield node.lineno, "dead-code", "the condition is never true"


def numbers(tree: ast.Module) -> Iterator[Remark]:
    """Find numbers without a name: not a constant's value, a default or a named argument."""
    named = {id(part) for node in ast.walk(tree) for top in named_by(node) for part in ast.walk(top)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in named and unusual(node.value):
            yield node.lineno, "magic-number", f"what is {node.value!r}?"


def unusual(value: object) -> bool:
    """Say whether a constant is a number that a reader would ask about."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) not in ORDINARY


def named_by(node: ast.AST) -> list[ast.expr]:
    """List the expressions whose numbers a node gives a name."""
    if isinstance(node, ast.Assign):
        return [node.value] if all(isinstance(target, ast.Name) for target in node.targets) else []
    if isinstance(node, ast.AnnAssign | ast.keyword):
        return [node.value] if node.value is not None else []
    if isinstance(node, ast.arguments):
        return [*node.defaults, *(default for default in node.kw_defaults if default is not None)]
    return []


def calls(tree: ast.Module) -> Iterator[Remark]:
    """Find row loops over frames, prints that were left in, loops over positions."""
    for node in ast.walk(tree):
        method = node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else ""
        if method in ("iterrows", "iter_rows"):
            yield node.lineno, "row-loop", f"a loop over rows with `{method}`"  # type: ignore[attr-defined]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("print", "breakpoint"):
            yield node.lineno, "print", f"a `{node.func.id}` was left in"
        if isinstance(node, ast.For | ast.comprehension) and ast.unparse(node.iter).startswith("range(len("):
            yield node.iter.lineno, "position-loop", "a loop over positions where one over items would do"


def statements(tree: ast.Module) -> Iterator[Remark]:
    """Find wildcard imports, globals, comparisons with None and True, a module without any docstring."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and any(name.name == "*" for name in node.names):
            yield node.lineno, "wildcard-import", f"`from {node.module} import *` hides where a name comes from"
        if isinstance(node, ast.Global):
            yield node.lineno, "global", "a function that writes a global cannot be called twice"
        if isinstance(node, ast.Compare) and any(isinstance(op, ast.Eq | ast.NotEq) for op in node.ops):
            sides = [side for side in node.comparators if isinstance(side, ast.Constant)]
            if any(side.value is None for side in sides):
                yield node.lineno, "odd-comparison", "`== None`, where `is None` is meant"
            if any(isinstance(side.value, bool) for side in sides):
                yield node.lineno, "odd-comparison", "a comparison with True or False"
    defined = functions(tree)
    if defined and not any(ast.get_docstring(node) for node in (tree, *defined)):
        yield defined[0].lineno, "no-docstring", "nothing says what the function promises"


def flakes(tree: ast.Module) -> Iterator[Remark]:
    """Ask pyflakes for what is bound and never used, or used and never bound."""
    for message in Checker(tree).messages:
        rule = PYFLAKES.get(type(message).__name__)
        if rule is not None:
            yield message.lineno, rule, message.message % message.message_args


def lines(text: str) -> Iterator[Remark]:
    """Find lines too wide, and code that was commented out."""
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > WIDEST:
            yield number, "wide", f"{len(line)} characters wide"
    try:
        comments = [
            token for token in tokenize.generate_tokens(io.StringIO(text).readline) if token.type == tokenize.COMMENT
        ]
    except (tokenize.TokenError, SyntaxError):
        return
    for token in comments:
        if is_code(token.string.lstrip("# ")):
            yield token.start[0], "commented-out", "code that was commented out"


def is_code(words: str) -> bool:
    """Say whether a comment is a statement: an assignment, a call, a return; arithmetic alone is a formula."""
    try:
        body = ast.parse(words.strip()).body
    except (SyntaxError, ValueError):
        return False
    return any(
        isinstance(node, ast.AugAssign | ast.Return | ast.Import | ast.ImportFrom | ast.For | ast.If)
        or (
            isinstance(node, ast.Assign)
            and any(isinstance(part, ast.Subscript | ast.Attribute) for part in ast.walk(node))
        )
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call))
        for node in body
    )


def mutations(tree: ast.Module, mutated: tuple[str, ...]) -> Iterator[Remark]:
    """Find the lines that change an argument which a call was seen to change."""
    if not mutated:
        return
    why = "the caller's `{}` is changed"
    found = []
    for node in ast.walk(tree):
        targets = getattr(node, "targets", None) or [getattr(node, "target", None)]
        if isinstance(node, ast.Assign | ast.AugAssign | ast.Delete):
            found += [
                (node.lineno, name) for target in targets if (name := base_name(target, subscripts=True)) in mutated
            ]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            name = base_name(node.func.value, subscripts=False)
            in_place = any(word.arg == "inplace" and ast.unparse(word.value) == "True" for word in node.keywords)
            if name in mutated and (
                in_place or node.func.attr in ("sort", "append", "insert", "pop", "update", "reverse")
            ):
                found.append((node.lineno, name))
    for line, name in found:
        yield line, "mutates-input", why.format(name)
    if not found:
        yield next((one.lineno for one in functions(tree)), 1), "mutates-input", why.format(mutated[0])


def base_name(node: ast.AST | None, *, subscripts: bool) -> str:
    """Find the name at the bottom of `frame["x"]` or `frame.loc[...]`; of a bare name only when nothing is stored."""
    if isinstance(node, ast.Name):
        return "" if subscripts else node.id
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


RULES = (complexity, handlers, defaults, dead, numbers, calls, statements)
