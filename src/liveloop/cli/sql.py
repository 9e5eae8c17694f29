"""Do two queries in files differ, and on which smallest database?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.columns import Columns
from rich.console import Group, RenderableType
from rich.progress import Progress as Bar
from rich.progress import SpinnerColumn, TextColumn
from rich.text import Text

from liveloop.base.errors import BadInput
from liveloop.cli.show import AsJson, Terminal, console, marked_line, sheet_table, show_json

if TYPE_CHECKING:
    from liveloop.base.tables import Sheet
    from liveloop.sqldiff import Verdict, Witness

app = typer.Typer(help="Compare two queries.", no_args_is_help=True)
EXITS = {"none found": 0, "differs": 1, "unsteady": 1, "cannot run": 2}
MOST_TEXT = 200_000  # letters
MOST_BRANCHES = 8  # shown
SQL = Annotated[Path, typer.Argument(help="A file with one SELECT.")]


@app.command("diff")
def compare_queries(  # noqa: PLR0913 - the options of a command
    reference: SQL,
    attempt: SQL,
    schema: Annotated[Path, typer.Option("--schema", help="A file with CREATE TABLE statements.")],
    dialect: Annotated[str, typer.Option("--dialect", help="duckdb, mysql or postgres.")] = "duckdb",
    limit_seconds: Annotated[float, typer.Option("--limit-seconds", min=0.1, max=600, help="For the search.")] = 5.0,
    tolerance: Annotated[float, typer.Option("--tolerance", min=0, max=1, help="Numbers so near are the same.")] = 1e-9,
    ordered: Annotated[bool, typer.Option("--ordered", help="The order of rows matters.")] = False,
    any_zone: Annotated[bool, typer.Option("--any-zone", help="Sessions may be in other zones than UTC.")] = False,
    by_name: Annotated[bool, typer.Option("--by-name", help="Compare columns by name where the names agree.")] = False,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Another seed searches other databases.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Search for a smallest database on which two queries differ; leave with 0 (none found), 1 (differ) or 2."""
    from liveloop.sqldiff import Desk, Limits

    texts = [read_text(path) for path in (reference, attempt, schema)]
    limits = Limits(
        seconds=limit_seconds, tolerance=tolerance or 1e-12, ordered=ordered, any_zone=any_zone, by_name=by_name
    )
    beside = Terminal(stderr=True, highlight=False)  # what is printed is read by programs too
    quiet = as_json or not beside.is_terminal
    with Bar(SpinnerColumn(), TextColumn("{task.description}"), transient=True, console=beside, disable=quiet) as bar:
        task = bar.add_task("", visible=False)

        def say(worlds: int, seconds: float) -> None:
            if seconds > 1:
                bar.update(task, description=f"{worlds} databases tried, {seconds:.0f} s", visible=True)

        with Desk(None if as_json else say) as desk:
            verdict = desk.compare(texts[0], texts[1], texts[2], dialect=dialect, limits=limits, seed=seed)
    if as_json:
        show_json(as_mapping(verdict))
    else:
        console().print(verdict_view(verdict, texts[1]))
    raise typer.Exit(EXITS[verdict.kind])


def read_text(path: Path) -> str:
    """Read a file of SQL."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise BadInput(f"cannot be read: {reason}", where=str(path), allowed="a file of SQL in UTF-8") from error
    if not text.strip() or len(text) > MOST_TEXT:
        wrong = "is empty" if not text.strip() else f"has {len(text)} letters"
        raise BadInput(wrong, where=str(path), allowed=f"1 to {MOST_TEXT} letters")
    return text


def verdict_view(verdict: Verdict, attempt: str) -> RenderableType:
    """Lay out a verdict: what was found, what is wrong where, the database and both results."""
    if verdict.kind == "cannot run":
        return Text(f"cannot run. {verdict.reason}", style="red")
    tried = f"{verdict.worlds:,} databases in {verdict.seconds:.1f} s"
    if verdict.witness is None:
        stopped = f" {verdict.reason}" if verdict.reason else ""
        said = f"No difference found in {tried}.{stopped} That proves nothing: it is no more than not found."
        return Group(Text(said), *reached_view(verdict))
    if verdict.kind == "unsteady":
        head = "The attempt is not deterministic: on this database it gives one result or the other, as a tie falls."
    else:
        head = f"They differ ({tried})."
    lines: list[RenderableType] = [Text(head, style="bold yellow"), *explanation_view(verdict, attempt)]
    if verdict.reason:
        lines.append(Text(verdict.reason))
    return Group(*lines, Text(), *witness_view(verdict))


def reached_view(verdict: Verdict) -> list[RenderableType]:
    """Say which branches of both queries no database reached: what hides behind them has not been looked for."""
    if not verdict.reached:
        return []
    missed = [branch for branch in verdict.reached if not branch.seen]
    sides = {side: [one for one in verdict.reached if one.side == side] for side in ("reference", "attempt")}
    counts = ", ".join(f"{sum(one.seen for one in some)} of {len(some)} branches of the {side}"
                       for side, some in sides.items() if some)  # fmt: skip
    said = f"Reached so that they mattered: {counts}{'; not reached:' if missed else '.'}"
    lines: list[RenderableType] = [Text(said)]
    lines += [Text(f"  {one.side}: {one.says}", style="yellow") for one in missed[:MOST_BRANCHES]]
    more = len(missed) - MOST_BRANCHES
    return [*lines, Text(f"  and {more} more", style="dim")] if more > 0 else lines


def explanation_view(verdict: Verdict, attempt: str) -> list[RenderableType]:
    """Say what is wrong, with the line of the attempt and a mark under the place."""
    found = verdict.explanation
    if not found.kind:
        return []
    said = f"{found.kind}: {found.says}" if found.says else f"It behaves like a mistake of the class {found.kind}."
    lines: list[RenderableType] = [Text(said, style="yellow")]
    if found.end > found.start:
        lines += marked_line(attempt, found.start, found.end)
    return lines


def witness_view(verdict: Verdict) -> list[RenderableType]:
    """Lay out the database and both results side by side."""
    witness = verdict.witness
    if witness is None:
        return []
    tables = [titled(name, sheet) for name, sheet in sheets(witness).items() if sheet.rows]
    empty = [name for name, sheet in sheets(witness).items() if not sheet.rows]
    rows = witness.database.size
    size = "no rows at all" if not rows else f"{rows} row{'s' if rows != 1 else ''}"
    known = ", none smaller within it" if witness.smallest and rows else ""
    zone = witness.database.time_zone
    known += f", in a session of {zone}" if zone != "UTC" else ""
    lines: list[RenderableType] = [Text(f"The database ({size}{known})", style="bold"), *tables]
    if empty and rows:
        lines.append(Text(f"empty: {', '.join(empty)}", style="dim"))
    one, other = results(witness)
    names = ("one result", "another") if verdict.kind == "unsteady" else ("expected", "attempt")
    right: RenderableType = (
        Text(f"attempt: {witness.got.error}", style="red") if witness.got.error else titled(names[1], other)
    )
    return [*lines, Text(), Columns([titled(names[0], one), right], padding=(0, 4))]


def titled(name: str, sheet: Sheet) -> RenderableType:
    """Lay out a sheet under its name, which may be wider than the sheet."""
    return Group(Text(name, style="bold"), sheet_table(sheet, ""))


def sheets(witness: Witness) -> dict[str, Sheet]:
    """Give the tables of the database."""
    from liveloop.exam.sql_show import table_sheet

    return {table.name: table_sheet(witness.database, table) for table in witness.database.schema.tables}


def results(witness: Witness) -> tuple[Sheet, Sheet]:
    """Give both results, with the rows marked that the other has not."""
    from liveloop.exam.sql_show import result_sheet

    return result_sheet(witness.expected, witness.missing), result_sheet(witness.got, witness.extra)


def as_mapping(verdict: Verdict) -> dict[str, object]:
    """Give a verdict for another program."""
    made: dict[str, object] = {
        "kind": verdict.kind,
        "worlds": verdict.worlds,
        "seconds": round(verdict.seconds, 3),
        "reason": verdict.reason,
        "explanation": verdict.explanation if verdict.explanation.kind else None,
        "reached": verdict.reached,
        "witness": None,
    }
    witness = verdict.witness
    if witness is not None:
        one, other = results(witness)
        made["witness"] = {
            "smallest": witness.smallest,
            "time_zone": witness.database.time_zone,
            "tables": sheets(witness),
            "expected": one,
            "got": other,
            "error": witness.got.error,
        }
    return made
