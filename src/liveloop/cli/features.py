"""What was known of whom and when, from files of facts and a file of views?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, BinaryIO, get_args

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress as Bar

from liveloop.base.errors import BadInput
from liveloop.cli.show import AsJson, console, show_json, table

if TYPE_CHECKING:
    import pyarrow as pa

    from liveloop.features.files import Written
    from liveloop.features.stream import Wanted

MOST_SAID = 60  # characters
KINDS = {
    "int": "a whole number", "uint": "a whole number", "decimal": "a number, as 1.50", "bool": "true or false",
    "date": "a date, as 2026-01-05", "timestamp": "a time, as 2026-01-05T09:00:00Z",
}  # fmt: skip
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
TIE = Annotated[str, typer.Option("--ties", help="What was known exactly then was known (until) or not (before).")]


@app.command("build")
def build_training_set(  # noqa: PLR0913 - the options of a command
    views: VIEWS,
    rows: Annotated[Path, typer.Option("--rows", help="Who is asked about, and when: a row for each decision.")],
    out: Annotated[Path, typer.Option("--out", help="The Parquet file to write.")],
    facts: FACTS = None,
    at: WHEN = "decided_at",
    ties: TIE = "until",
    memory: Annotated[
        str, typer.Option("--memory", help="Facts that take more are put aside in parts, in the folder of --out.")
    ] = "4GB",
    as_json: AsJson = False,
) -> None:
    """Give each row its features as they were known then; as many rows come out as went in."""
    from liveloop.base.newfile import new_file
    from liveloop.features.stream import Room, Wanted, fits, stream_training_set

    written, files = _files(views, facts)
    wanted = Wanted(written.features, files, rows, at, _ties(ties))
    room = Room(_bytes(memory), folder=out.parent)
    aside = not fits(wanted, room)
    with _placed(files | {"asked": rows}, written), new_file(out) as file:
        if aside:
            with Bar(console=Console(stderr=True), transient=True, disable=as_json) as bar:
                line = bar.add_task("reading", total=None)
                told = stream_training_set(
                    wanted, file, room,
                    lambda says, done, of: bar.update(line, description=says, completed=done, total=of),
                )  # fmt: skip
            count, missing = told.rows, dict(told.missing)
        else:
            count, missing = _build_here(wanted, file)
    if as_json:
        show_json({"rows": count, "out": str(out), "missing": missing, "parts": told.parts if aside else None})
        return
    console().print(f"{count:,} rows, {len(missing)} features, written to {out}", markup=False)
    if aside:
        console().print(
            f"the facts take more than {memory}, so they were put aside in {told.parts} parts", markup=False
        )
    console().print(table(("feature", "nothing known", "owner", "unit"), (
        (view.name, f"{missing[view.name]:,}", view.owner, view.unit) for view in written.features.views
    )))  # fmt: skip


def _build_here(wanted: Wanted, file: BinaryIO) -> tuple[int, dict[str, int]]:
    """Build in memory: how many rows, and of how many each view knew nothing."""
    import pyarrow.parquet as parquet

    from liveloop.base.reading import read_table
    from liveloop.features.facts import read_facts
    from liveloop.features.training import training_set

    features = wanted.features
    known = {one.name: read_facts(one, read_table(wanted.files[one.name], one.columns)) for one in features.sources}
    made = training_set(features.views, known, read_table(wanted.rows), at=wanted.at, ties=wanted.ties)
    parquet.write_table(made, file)
    return made.num_rows, {view.name: made.column(view.name).null_count for view in features.views}


def _bytes(text: str) -> int:
    found = re.fullmatch(r"([0-9]{1,15}(?:\.[0-9]{1,15})?) ?([kMGT]?)B?", text.strip())
    made = int(float(found[1]) * 1000 ** " kMGT".index(found[2] or " ")) if found else 0
    if not made:
        raise BadInput(f"it is {_said(text)}", where="--memory", allowed="a size, as 4GB or 500MB")
    return made


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

    moment = _moment(at)
    written, tables, files = _read(views, facts)
    store = Store(written.features, ties=_ties(ties))
    with _placed(files, written):
        for name, some in tables.items():
            store.add(name, some)
    named = _keys(keys, tables, written)
    made = store.get(named, at=moment)
    if as_json:
        show_json(made)
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
    written, tables, held = _read(files[-1], facts) if len(files) == 1 else _read_log(files[0], files[1], facts)
    with _placed(held | ({"asked": rows} if rows else {}), written):
        asked = read_table(rows) if rows else moments_to_ask(written.features, tables, draws, at=at)
        made = parity(written.features, tables, asked, at=at, ties=_ties(ties))
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
    if views is not None:
        written, tables, files = _read(views, facts)
        sources = written.features.sources
        known["views"] = written.features.views
        with _placed(files, written):
            known["facts"] = {one.name: read_facts(one, tables[one.name]) for one in sources}
    asked = Asked(
        label, split or None, test, tuple(group or ()), text or None, at or None, label_known or None,
        time_of(embargo, "--embargo") if embargo else NOTHING, ties=_ties(ties), **known,
    )  # fmt: skip
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
    out: Annotated[Path | None, typer.Option("--out", help="An SVG file to draw it in.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show what each feature comes from; a view that reads what it is to predict is refused with the path."""
    from liveloop.base.newfile import new_file
    from liveloop.features.files import read_views
    from liveloop.features.graph import drawn, edges_of, nodes_of, said_of_view
    from liveloop.features.lineage import paths

    features = read_views(views).features
    if out is not None:
        with new_file(out) as file:
            file.write(drawn(features).encode())
    if as_json:
        show_json({"nodes": nodes_of(features), "edges": edges_of(features)})
        return
    lines = (
        (view.name, said_of_view(view), "; ".join(" > ".join(path[1:]) for path in paths(view, features.by_source)))
        for view in features.views
    )
    console().print(table(("feature", "is", "comes from"), lines))
    if out is not None:
        console().print(f"drawn in {out}", markup=False)


def _read(views: Path, facts: Sequence[str] | None) -> tuple[Written, dict[str, pa.Table], dict[str, Path]]:
    """Read the views, the facts of each of their sources, and say where these lie."""
    from liveloop.base.reading import read_table

    written, files = _files(views, facts)
    sources = written.features.by_source
    return written, {name: read_table(files[name], sources[name].columns) for name in sources}, files


def _read_log(
    log: Path, views: Path, facts: Sequence[str] | None
) -> tuple[Written, dict[str, pa.Table], dict[str, Path]]:
    """Read the views, and the facts of their sources from the log of a live store, or from files where it has none."""
    from liveloop.base.reading import read_table
    from liveloop.features.files import read_views
    from liveloop.features.log import facts_of_log

    written, tables = read_views(views), facts_of_log(log)
    sources, files = written.features.by_source, dict.fromkeys(tables, log)
    for name, file in _given(facts, written).items():
        if name in files:
            raise BadInput(f"{log} holds the facts of {name!r}", where="--facts", allowed="sources that it has none of")
        files[name], tables[name] = file, read_table(file, sources[name].columns)
    missing = [name for name in sources if name not in tables]
    if missing:
        raise BadInput(f"it holds no facts of {missing[0]!r}", where=str(log), allowed=f"--facts {missing[0]}=FILE")
    return written, tables, files


def _files(views: Path, facts: Sequence[str] | None) -> tuple[Written, dict[str, Path]]:
    """Read the views, and find the file of the facts of each of their sources."""
    from liveloop.features.files import read_views

    written = read_views(views)
    files = dict(written.files) | _given(facts, written)
    missing = [name for name in written.features.by_source if name not in files]
    if missing:
        raise BadInput(f"no file for {missing[0]!r}", where="--facts",
                       allowed=f"--facts {missing[0]}=FILE, or file = in the views")  # fmt: skip
    return written, files


def _given(facts: Sequence[str] | None, written: Written) -> dict[str, Path]:
    """Read SOURCE=FILE."""
    files: dict[str, Path] = {}
    for one in facts or []:
        name, _, file = one.partition("=")
        if name not in written.features.by_source or not file:
            raise BadInput(f"it is {one!r}", where="--facts", allowed="SOURCE=FILE, of the sources "
                           + ", ".join(written.features.by_source))  # fmt: skip
        files[name] = Path(file)
    return files


@contextmanager
def _placed(files: Mapping[str, Path], written: Written) -> Iterator[None]:
    """Say of facts that are refused in which file they stand."""
    views = {view.name for view in written.features.views}
    try:
        yield
    except BadInput as refusal:
        for name, file in files.items():
            if refusal.where.startswith(f"{name}.") or (refusal.where == name and name not in views):
                raise BadInput(refusal.wrong, where=f"{file}: {refusal.where}", allowed=refusal.allowed) from refusal
        raise


def _keys(given: Sequence[str], tables: Mapping[str, pa.Table], written: Written) -> dict[str, Any]:
    """Read KEY=VALUE; a value is of the kind that the facts have."""
    made: dict[str, Any] = {}
    for one in given:
        name, _, value = one.partition("=")
        if not value:
            raise BadInput(f"it is {_said(one)}", where="key", allowed="KEY=VALUE")
        held = [some.schema.field(name).type for some in tables.values() if name in some.column_names]
        if not held:
            every = dict.fromkeys(key for source in written.features.sources for key in source.entities)
            raise BadInput(f"nothing is known by {_said(name)}", where="key", allowed=", ".join(every))
        made[name] = _key(name, value, held)
    return made


def _key(name: str, value: str, held: Sequence[pa.DataType]) -> Any:  # noqa: ANN401 - a key of any kind
    """Read a key as the first kind of those that the facts have that it can be."""
    import pyarrow as pa

    for kind in held:
        whole = pa.types.is_integer(kind)
        if pa.types.is_null(kind):  # there is not one key, so it is of any kind
            return value
        if whole and not re.fullmatch(r"-?[0-9]{1,20}", value):
            continue
        try:
            return (pa.scalar(int(value), kind) if whole else pa.scalar(value).cast(kind)).as_py()
        except (pa.ArrowException, ValueError, OverflowError):
            continue
    allowed = (next((says for start, says in KINDS.items() if str(one).startswith(start)), f"a {one}") for one in held)
    raise BadInput(f"{name} is {_said(value)}", where="key", allowed=", or ".join(dict.fromkeys(allowed)))


def _said(text: str) -> str:
    """Quote what was given, and of what is long its beginning."""
    return repr(text) if len(text) <= MOST_SAID else f"{text[:MOST_SAID]!r} and {len(text) - MOST_SAID:,} more"


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(
            f"it is {text!r}", where="--at", allowed="a time with a zone, as 2026-01-05T09:00:00Z"
        ) from error
    if moment.tzinfo is None:
        raise BadInput(f"{text} has no zone", where="--at", allowed="a time with a zone, as 2026-01-05T09:00:00Z")
    return moment


def _ties(text: str) -> Any:  # noqa: ANN401 - one of two words
    from liveloop.features.training import Ties

    if text not in get_args(Ties):
        raise BadInput(f"it is {text!r}", where="--ties", allowed=", ".join(get_args(Ties)))
    return text
