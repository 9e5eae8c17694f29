"""What was known of whom and when, from files of facts and a file of views?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress as Bar

from liveloop.base.errors import BadInput
from liveloop.cli.facts_given import (
    bytes_given,
    files_given,
    keys_given,
    micros_given,
    moment_given,
    out_given,
    placed,
    read_facts_given,
    read_log_given,
    ties_given,
)
from liveloop.cli.show import AsJson, console, show_json, table

if TYPE_CHECKING:
    from liveloop.features.stream import Wanted

app = typer.Typer(help="Build, serve and audit features that cannot leak.", no_args_is_help=True)
VIEWS = Annotated[
    Path,
    typer.Argument(help="A TOML file of sources, views and the target, or a Python file of your own, which is run."),
]
FACTS = Annotated[
    list[str] | None,
    typer.Option("--facts", help="SOURCE=FILE: Parquet, CSV or JSONL; else the file that the views name."),
]
WHEN = Annotated[str, typer.Option("--at", help="The column of the moments.")]
REPLACE = Annotated[bool, typer.Option("--replace", help="Write in the place of a file that is there.")]
TIE = Annotated[str, typer.Option("--ties", help="What was known exactly then was known (until) or not (before).")]


@app.command("build")
def build_training_set(  # noqa: PLR0913 - the options of a command
    views: VIEWS,
    rows: Annotated[Path, typer.Option("--rows", help="Who is asked about, and when: a row for each decision.")],
    out: Annotated[Path, typer.Option("--out", help="The Parquet file to write; it must not be there yet.")],
    facts: FACTS = None,
    at: WHEN = "decided_at",
    ties: TIE = "until",
    memory: Annotated[
        str, typer.Option("--memory", help="Facts that take more are put aside in parts, in the folder of --out.")
    ] = "4GB",
    replace: REPLACE = False,
    as_json: AsJson = False,
) -> None:
    """Give each row its features as they were known then; as many rows come out as went in."""
    from liveloop.base.newfile import new_file
    from liveloop.features.lineage import warnings_of
    from liveloop.features.stream import Room, Wanted, fits, stream_training_set

    written, files = files_given(views, facts)
    out_given(out, ".parquet", [views, rows, *files.values()])
    wanted = Wanted(written.features, files, rows, at, ties_given(ties))
    room = Room(bytes_given(memory), folder=out.parent)
    aside = not fits(wanted, room)
    warnings = warnings_of(written.features)
    with placed(files | {"asked": rows}, written), new_file(out, replace=replace, shared=True) as file:
        if aside:
            with Bar(console=Console(stderr=True), transient=True, disable=as_json) as bar:
                line = bar.add_task("reading", total=None)
                told = stream_training_set(
                    wanted, file, room,
                    lambda says, done, of: bar.update(line, description=says, completed=done, total=of),
                )  # fmt: skip
            count, nothing = told.rows, dict(told.nothing)
        else:
            count, nothing = _build_here(wanted, file)
    if as_json:
        parts = told.parts if aside else None
        show_json({"rows": count, "out": str(out), "nothing": nothing, "parts": parts, "warnings": warnings})
        return
    console().print(f"{count:,} rows, {len(nothing)} features, written to {out}", markup=False)
    if aside:
        console().print(
            f"the facts take more than {room.memory:,} bytes, so they were put aside in {told.parts} parts",
            markup=False,
        )
    console().print(table(("feature", "nothing or 0", "owner", "unit"), (
        (view.name, f"{nothing[view.name]:,}", view.owner, view.unit) for view in written.features.views
    )))  # fmt: skip
    _show(warnings)


def _build_here(wanted: Wanted, file: BinaryIO) -> tuple[int, dict[str, int]]:
    """Build in memory: how many rows, and of how many each view knew nothing."""
    import pyarrow.parquet as parquet

    from liveloop.base.reading import read_table
    from liveloop.features.facts import read_facts
    from liveloop.features.training import said_nothing, training_set

    features = wanted.features
    known = {one.name: read_facts(one, wanted.files[one.name]) for one in features.sources}
    made = training_set(features.views, known, read_table(wanted.rows), at=wanted.at, ties=wanted.ties)
    parquet.write_table(made, file)
    return made.num_rows, {view.name: said_nothing(view, made.column(view.name)) for view in features.views}


@app.command("get")
def get_features(
    views: VIEWS,
    keys: Annotated[list[str], typer.Argument(help="KEY=VALUE of each entity: user_id=7.")],
    at: Annotated[str, typer.Option("--at", help="The moment, with its zone: 2026-01-05T09:00:00Z.")],
    facts: FACTS = None,
    ties: TIE = "until",
    as_json: AsJson = False,
) -> None:
    """Say what was known of one entity at a moment."""
    from liveloop.features.store import Store

    moment = moment_given(at)
    written, tables, files = read_facts_given(views, facts)
    store = Store(written.features, ties=ties_given(ties))
    with placed(files, written):
        for name, some in tables.items():
            store.add(name, some)
    named = keys_given(keys, tables, written)
    made = store.get(named, at=moment)
    if as_json:
        endless = {name: str(one) for name, one in made.items() if isinstance(one, float) and math.isinf(one)}
        show_json(made | endless)  # JSON has no word for it, and null is nothing known
        return
    units = {view.name: view.unit for view in written.features.views}
    lines = ((name, "nothing known" if one is None else str(one), units[name]) for name, one in made.items())
    console().print(table(("feature", "at " + moment.isoformat(), "unit"), lines))


@app.command("parity")
def prove_parity(  # noqa: PLR0913 - the options of a command
    files: Annotated[
        list[Path],
        typer.Argument(metavar="[LOG] VIEWS", help="The log of a live store, if its facts are meant; then the views."),
    ],
    facts: FACTS = None,
    rows: Annotated[Path | None, typer.Option("--rows", help="Moments to ask at; else they are drawn.")] = None,
    draws: Annotated[int, typer.Option("--draws", min=1, max=1_000_000, help="How many are drawn.")] = 1000,
    at: WHEN = "decided_at",
    ties: TIE = "until",
    as_json: AsJson = False,
) -> None:
    """Let facts arrive as they were known, ask the live store, and compare with the training set to the last bit."""
    from liveloop.base.reading import read_table
    from liveloop.features.parity import moments_to_ask, parity

    if len(files) > 2:
        raise BadInput(f"{len(files)} files", where="VIEWS", allowed="the views, or a log and the views")
    if len(files) == 1:
        (written, tables, held), since = read_facts_given(files[0], facts), None
    else:
        written, tables, held, since = read_log_given(files[0], files[1], facts)
    with placed(held | ({"asked": rows} if rows else {}), written):
        asked = read_table(rows) if rows else moments_to_ask(written.features, tables, draws, at=at, since=since)
        made = parity(written.features, tables, asked, at=at, ties=ties_given(ties), since=since)
    if as_json:
        show_json(made)
    elif made.first is None:
        console().print(
            f"equal to the last bit: {made.answers:,} answers at {made.rows:,} moments of {made.facts:,} facts"
        )
    else:
        first = made.first
        whom = escape(f"for {dict(first.keys)} at {first.at.isoformat()}:")
        console().print(f"[red]{escape(first.view)} differs[/] {whom}")
        console().print(f"  training set {first.offline!r}, live store {first.online!r}", markup=False)
        for fact in first.facts:
            console().print(f"  {dict(fact)}", markup=False)
    raise typer.Exit(0 if made.first is None else 1)


@app.command("audit")
def audit_table(  # noqa: PLR0913 - the options of a command
    training: Annotated[Path, typer.Argument(help="A training table: a Parquet, CSV or JSONL file.")],
    label: Annotated[str, typer.Option("--label", help="The column of the label.")],
    split: Annotated[str, typer.Option("--split", help="The column that says which part a row is in.")] = "",
    test: Annotated[str, typer.Option("--test", help="Its value in the test part.")] = "test",
    group: Annotated[list[str] | None, typer.Option("--group", help="A column whose values are in one part.")] = None,
    text: Annotated[str, typer.Option("--text", help="A column of texts, for twins.")] = "",
    at: Annotated[str, typer.Option("--at", help="The column of the moments.")] = "",
    label_known: Annotated[str, typer.Option("--label-known", help="When the label became known.")] = "",
    embargo: Annotated[str, typer.Option("--embargo", help="For how long a label may change: 7d.")] = "",
    as_of: Annotated[str, typer.Option("--as-of", help="When the table was made; needed with --embargo.")] = "",
    views: Annotated[Path | None, typer.Option("--views", help="Views by which columns are computed again.")] = None,
    facts: FACTS = None,
    ties: TIE = "until",
    as_json: AsJson = False,
) -> None:
    """Look for leaks in a training table that somebody hands you; leave with 1 where something is wrong."""
    from liveloop.base.reading import read_table
    from liveloop.features.audit import Asked, audit
    from liveloop.features.facts import read_facts
    from liveloop.features.files import time_of
    from liveloop.features.view import NOTHING

    known: dict[str, Any] = {}
    if facts and views is None:
        raise BadInput("facts, of which nothing is computed", where="--facts", allowed="--views beside them")
    if as_of and not embargo:
        raise BadInput("with this alone nothing is looked at", where="--as-of", allowed="beside it --embargo")
    if views is not None:
        written, tables, files = read_facts_given(views, facts)
        sources = written.features.sources
        known["views"] = written.features.views
        with placed(files, written):
            known["facts"] = {one.name: read_facts(one, tables[one.name]) for one in sources}
    asked = Asked(
        label, split or None, test, tuple(group or ()), text or None, at or None, label_known or None,
        time_of(embargo, "--embargo") if embargo else NOTHING, micros_given(as_of, "--as-of") if as_of else None,
        ties=ties_given(ties), **known,
    )  # fmt: skip
    with _optioned(training, asked):
        found = audit(read_table(training), asked)
    if as_json:
        show_json(found)
    elif not found:
        console().print("nothing found in what was asked: " + ", ".join(_asked_of(asked)))
    for one in [] if as_json else found:
        console().print(f"[red]{one.kind}[/]: {escape(one.says)}", highlight=False)
        if one.example:
            console().print(f"  {escape(one.example)}", highlight=False)
    raise typer.Exit(1 if found else 0)


@contextmanager
def _optioned(training: Path, asked: Any) -> Iterator[None]:  # noqa: ANN401 - what was asked
    """Say of what an audit refuses in which file, or after which option, it stands."""
    try:
        yield
    except BadInput as refusal:
        place, _, column = refusal.where.partition(".")
        where = refusal.where
        if place == "table":
            where = f"{training}: {column}" if column else str(training)
        elif place in vars(asked):
            where = "--" + place.replace("groups", "group").replace("_", "-")
        raise BadInput(refusal.wrong, where=where, allowed=refusal.allowed) from refusal


def _asked_of(asked: Any) -> list[str]:  # noqa: ANN401 - what was asked
    """Say what a table was asked, so that silence is not taken for more than it is."""
    every = {
        "groups and rows on both sides": asked.split, "twins": asked.split and asked.text,
        "order of time": asked.split and asked.at, "settled labels": asked.label_known and asked.embargo,
        "columns as they were known": asked.views,
    }  # fmt: skip
    return [*(name for name, given in every.items() if given), "columns that are too good alone"]


@app.command("lineage")
def draw_lineage(
    views: VIEWS,
    out: Annotated[Path | None, typer.Option("--out", help="An SVG file to draw it in, not there yet.")] = None,
    replace: REPLACE = False,
    as_json: AsJson = False,
) -> None:
    """Show what each feature comes from; a view that reads what it is to predict is refused with the path."""
    from liveloop.base.newfile import new_file
    from liveloop.features.files import read_views
    from liveloop.features.graph import drawn, edges_of, nodes_of, said_of_view
    from liveloop.features.lineage import paths, warnings_of

    features = read_views(views).features
    if out is not None:
        out_given(out, ".svg", [views])
        with new_file(out, replace=replace, shared=True) as file:
            file.write(drawn(features).encode())
    if as_json:
        show_json({"nodes": nodes_of(features), "edges": edges_of(features), "warnings": warnings_of(features)})
        return
    more = [name for name in ("unit", "owner") if any(getattr(view, name) for view in features.views)]
    lines = (
        (view.name, said_of_view(view), "; ".join(" > ".join(path[1:]) for path in paths(view, features.by_source)),
         *(getattr(view, name) for name in more))
        for view in features.views
    )  # fmt: skip
    console().print(table(("feature", "is", "comes from", *more), lines))
    _show(warnings_of(features))
    if out is not None:
        console().print(f"drawn in {out}", markup=False)


def _show(warnings: Sequence[str]) -> None:
    for one in warnings:
        console().print(f"[yellow]note[/]: {escape(one)}", highlight=False)
