"""What has been handed in, and what came of it?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from liveloop.base.errors import BadInput
from liveloop.cli.show import AsJson, code_view, console, debrief_view, show_json, table

if TYPE_CHECKING:
    from liveloop.coach.journal import Entry

app = typer.Typer(help="List, show and export what was handed in.", no_args_is_help=True)


@app.command("list")
def list_entries(
    limit: Annotated[int, typer.Option(min=1, help="The newest so many.")] = 50,
    as_json: AsJson = False,
) -> None:
    """List the attempts, the newest first."""
    from liveloop.cli.desk import open_own_journal

    with open_own_journal(read_only=True) as journal:
        entries = journal.entries(limit=limit)
    if as_json:
        show_json(entries)
        return
    names = slugs()
    columns = ("attempt", "handed in", "sure", "signal", "drill", "findings")
    whole = ("attempt", "handed in", "sure", "signal")
    console().print(table(columns, (row(entry, names) for entry in entries), whole=whole, cut=("drill",)))


def row(entry: Entry, names: dict[str, str]) -> tuple[object, ...]:
    """Lay out one entry; what has no signal yet shows its state."""
    sure = None if entry.confidence is None else f"{entry.confidence:.0%}"
    when = entry.handed_in_at.astimezone().strftime("%y-%m-%d %H:%M")
    found = ", ".join(entry.found) or None
    return (entry.id, when, sure, entry.signal or entry.state, names.get(entry.drill_id, entry.drill_id), found)


def slugs() -> dict[str, str]:
    """Map a drill's id to its slug."""
    from liveloop.cli.shelf import known_drills

    return {drill.id: slug for slug, drill in known_drills().items()}


@app.command("show")
def show_entry(
    attempt_id: Annotated[str, typer.Argument(help="The attempt, as `journal list` names it.")],
    as_json: AsJson = False,
) -> None:
    """Show an attempt as it was handed in, and its debrief."""
    from liveloop.cli.desk import open_own_journal

    with open_own_journal(read_only=True) as journal:
        attempt, debrief = journal.attempt(attempt_id), journal.debrief(attempt_id)
    if as_json:
        show_json({"attempt": attempt, "debrief": debrief})
        return
    out = console()
    out.print(code_view(attempt.text, attempt.kind))
    out.print(debrief_view(debrief) if debrief else "no debrief yet: it is examined when the app next runs")


@app.command("export")
def export_journal(
    file: Annotated[Path | None, typer.Argument(help="Where to; standard output when left out.")] = None,
) -> None:
    """Export everything as lines of JSON."""
    from liveloop.base.newfile import new_file
    from liveloop.cli.desk import open_own_journal
    from liveloop.coach.journal.export import export

    with open_own_journal(read_only=True) as journal:
        if file is None:
            for line in export(journal):
                typer.echo(line)
            return
        with new_file(file) as stream:
            stream.writelines(f"{line}\n".encode() for line in export(journal))


@app.command("import")
def import_journal(file: Annotated[Path, typer.Argument(help="An export.")]) -> None:
    """Add what an export holds and the journal does not."""
    from liveloop.cli.desk import open_own_journal
    from liveloop.coach.journal.export import take_in

    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as refusal:
        raise BadInput(f"cannot be read: {refusal}", where=str(file), allowed="an export") from None
    with open_own_journal() as journal:
        console().print(str(take_in(journal, lines)), soft_wrap=True, markup=False)
