"""Which pages of the reference are made from the code? Run it to write them; a test holds them to the code.

python docs/generate.py
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import MISSING, Field, fields
from datetime import datetime, timedelta
from inspect import cleandoc
from operator import attrgetter
from pathlib import Path
from typing import Any, get_args

from typer.main import get_command

from liveloop.cli.main import app
from liveloop.exam.ask import builtin_probes
from liveloop.features.files import UNITS
from liveloop.features.lineage import Target
from liveloop.features.view import Op, Sort, Source, View
from liveloop.web.openapi import describe
from liveloop.worlds.bounds import flat_names
from liveloop.worlds.schema import SCHEMA
from liveloop.worlds.setup import Setup
from liveloop.worlds.world import World

FOLDER = Path(__file__).parent / "reference"
MADE = "_Made from the code by `python docs/generate.py`._"


def probes_page() -> Iterator[str]:
    """Describe every built-in probe."""
    yield "# The probes"
    yield MADE
    yield (
        "A probe speaks through contrasts: one nasty input beside its calm neighbours. It finds something when the "
        "attempt agrees with the reference on every calm neighbour and differs on the nasty one."
    )
    for code, probe in sorted(builtin_probes().items()):
        skills = ", ".join(f"`{skill}`" for skill in probe.skill.values())
        yield f"## `{code}`\n\n{probe.question}\n\n{probe.why}\n\nDimension: {probe.dimension}. Skills: {skills}."


def tables_page() -> Iterator[str]:
    """Describe every table of the world."""
    yield "# The tables of a world"
    yield MADE
    for table in SCHEMA:
        rows = [
            f"| `{c.name}` | {c.type} | {'may be missing' if c.nullable else ''} | {c.says} |" for c in table.columns
        ]
        head = f"## `{table.name}`\n\nA row is {table.says}. Key: {', '.join(f'`{name}`' for name in table.key)}.\n\n"
        yield head + "\n".join(["| column | type | | says |", "|---|---|---|---|", *rows])


def settings_page() -> Iterator[str]:
    """List every setting of a world with its default."""
    yield "# The settings of a world"
    yield MADE
    yield "In `[world]` of a `drill.toml`, and after `--set` of `liveloop world`."
    world = World()
    rows = []
    for name, says in flat_names(Setup).items():
        value = attrgetter(name)(world)
        shown = value.isoformat() if isinstance(value, datetime) else repr(value)
        rows.append(f"| `{name}` | `{shown}` | {says} |")
    yield "\n".join(["| setting | default | says |", "|---|---|---|", *rows])


def commands_page() -> Iterator[str]:
    """Describe every command."""
    yield "# The commands"
    yield MADE
    yield from walk("liveloop", get_command(app))


def walk(name: str, command: Any) -> Iterator[str]:  # noqa: ANN401 - a command of the library
    """Describe a command, then those inside it."""
    inside = getattr(command, "commands", {})
    if not inside:
        rows = [f"| `{' '.join(p.opts) or p.name}` | {getattr(p, 'help', None) or ''} |" for p in command.params]
        table = "\n".join(["| | |", "|---|---|", *rows]) if rows else ""
        yield f"## `{name}`\n\n{(command.help or '').strip()}\n\n{table}".rstrip()
    for key in sorted(inside):
        yield from walk(f"{name} {key}", inside[key])


def views_page() -> Iterator[str]:
    """List every field of a file of views."""
    yield "# A file of views"
    yield MADE
    yield (
        "TOML: `[sources.NAME]` with `file = ` where its facts lie, `[views.NAME]`, and `[target]`. "
        "[docs/examples/features](../examples/features/views.toml) is a whole one. A time is a number and a unit: "
        + ", ".join(f"`{unit}` ({says})" for unit, says in UNITS.items())
        + ". [The guide](../guide/features.md) says what it all means."
    )
    for title, kind in (("[sources.NAME]", Source), ("[views.NAME]", View), ("[target]", Target)):
        rows = [f"| {names} | {kinds} | {says} |" for names, kinds, says in fields_said(kind)]
        yield f"## `{title}`\n\n" + "\n".join(["| field | kind, and what it is by itself | |", "|---|---|---|", *rows])


def fields_said(kind: type[Any]) -> Iterator[tuple[str, str, str]]:
    """Give the fields of a dataclass: names, kinds with defaults, and what its docstring says of them."""
    there = {one.name: one for one in fields(kind)}
    text = cleandoc(str(kind.__doc__)).partition("Parameters\n----------\n")[2]
    for names, says in re.findall(r"^(\w[\w, ]*)\n((?:    .*\n?|\n)+)", text, re.MULTILINE):
        mine = [there[name] for name in names.split(", ")]
        kinds = dict.fromkeys(_kind(one) for one in mine)
        yield ", ".join(f"`{one.name}`" for one in mine), "; ".join(kinds), " ".join(says.split())


def _kind(one: Field[Any]) -> str:
    if one.name == "filled":
        return "a table of columns, none"
    if one.name in ("op", "sort"):
        words = ", ".join(get_args({"op": Op, "sort": Sort}[one.name]))
        return words if one.default is MISSING else f"{words}; {one.default}"
    if one.name == "derived_from":
        return "a list of sources, none"
    what = {"tup": "a list of columns", "tim": "a time", "Vie": "a view", "int": "a whole number"}
    what_it_is = what.get(str(one.type)[:3], "a text")
    if one.default is MISSING:
        return f"{what_it_is}, needed"
    return f"{what_it_is}, none" if one.default in ((), None, "", timedelta(0)) else f"{what_it_is}, `{one.default}`"


def requests_page() -> Iterator[str]:
    """List every request of the interface for programs."""
    yield "# The interface for programs"
    yield MADE
    yield "JSON under `/api`; `/api/openapi.json` describes all shapes. [The app](../guide/app.md) says who may ask."
    rows = [
        f"| `{method.upper()} {path}` | {made['description'].splitlines()[0]} |"
        for path, methods in sorted(describe()["paths"].items())
        for method, made in methods.items()
    ]
    yield "\n".join(["| request | what it does |", "|---|---|", *rows])


PAGES = {
    "views.md": views_page,
    "requests.md": requests_page,
    "probes.md": probes_page,
    "tables.md": tables_page,
    "settings.md": settings_page,
    "commands.md": commands_page,
}


def pages() -> dict[str, str]:
    """Make every page's text, by file name."""
    return {name: "\n\n".join(make()) + "\n" for name, make in PAGES.items()}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
