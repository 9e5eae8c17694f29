"""How is a project listed, shown, begun, kept and taken along from a terminal?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markdown import Markdown

from liveloop.base.clock import system_clock
from liveloop.base.errors import BadInput
from liveloop.cli.show import AsJson, console, print_text, show_json, table

if TYPE_CHECKING:
    from liveloop.coach.journal import Journal

app = typer.Typer(help="List, show, begin, keep and export project narratives.", no_args_is_help=True)
Id = Annotated[str, typer.Argument(help="The narrative's id, as the list gives it.")]


@app.command("list")
def list_narratives(as_json: AsJson = False) -> None:
    """List the narratives."""
    from liveloop.cli.desk import open_own_journal
    from liveloop.coach.writing.narratives import list_ids

    with open_own_journal(read_only=True) as journal:
        rows = [card(journal, narrative_id) for narrative_id in list_ids(journal)]
    if as_json:
        show_json(rows)
        return
    if not rows:
        console().print('None yet. Begin one: liveloop narrative new "The queue that grew"', markup=False)
        return
    columns = ("id", "sections", "versions", "rehearsals", "title")
    lines = (tuple(row[name] for name in columns) for row in rows)
    console().print(table(columns, lines, whole=columns[:4], cut=("title",)))


def card(journal: Journal, narrative_id: str) -> dict[str, Any]:
    """Give a narrative as a line of the list."""
    from liveloop.coach.writing import take_apart
    from liveloop.coach.writing.narratives import filled, read_working, versions_of

    working, versions = read_working(journal, narrative_id), versions_of(journal, narrative_id)
    rehearsals = sum(bool(take_apart(one).laps) for one in versions)
    return {
        "id": narrative_id,
        "title": working.title,
        "sections": len(filled(working)),
        "versions": len(versions) - rehearsals,
        "rehearsals": rehearsals,
    }


@app.command("show")
def show_narrative(narrative_id: Id, as_json: AsJson = False) -> None:
    """Show the working draft, its versions, and what is not found in it."""
    from liveloop.cli.case import FOUND, known_shelf
    from liveloop.cli.desk import open_own_journal
    from liveloop.coach.writing import examine
    from liveloop.coach.writing.markdown import to_markdown
    from liveloop.coach.writing.narratives import filled, read_working, versions_of

    with open_own_journal(read_only=True) as journal:
        working, versions = read_working(journal, narrative_id), versions_of(journal, narrative_id)
    sections = filled(working)
    found = examine(sections, known_shelf().narrative.criteria).criteria
    if as_json:
        rows = [{"criterion": one.criterion.id, "found": one.found} for one in found]
        kept = [{"id": one.id, "at": one.at, "title": one.title} for one in versions]
        show_json({"id": narrative_id, "title": working.title, "sections": sections, "looked": rows, "versions": kept})
        return
    out = console()
    out.print(Markdown(to_markdown(working.title, sections)))
    out.print(table(("", "looked for"), ((FOUND[one.found], one.criterion.text) for one in found), whole=("",)))
    if versions:
        rows_kept = ((one.id, f"{one.at:%Y-%m-%d %H:%M}", one.title) for one in versions)
        out.print(table(("version", "kept (UTC)", "title"), rows_kept, whole=("version", "kept (UTC)"), cut=("title",)))


@app.command("new")
def begin_narrative(title: Annotated[str, typer.Argument(help="What the project was, in a few words.")]) -> None:
    """Begin a narrative, and print its id."""
    from liveloop.cli.desk import open_own_journal
    from liveloop.coach.writing.narratives import begin

    with open_own_journal() as journal:
        typer.echo(begin(journal, title, at=system_clock()))


@app.command("keep")
def keep_version(
    narrative_id: Id,
    file: Annotated[
        Path | None,
        typer.Argument(help="Markdown with a title and the six headings, which becomes the working draft first; or -."),
    ] = None,
) -> None:
    """Keep the working draft as a version, and print the version's id."""
    from liveloop.attempt import read_attempt
    from liveloop.cli.desk import open_own_journal
    from liveloop.cli.drill import read_bytes
    from liveloop.coach.writing.markdown import from_markdown
    from liveloop.coach.writing.narratives import keep, read_working, save

    with open_own_journal() as journal:
        working = read_working(journal, narrative_id)
        if file is not None:
            where = "standard input" if str(file) == "-" else str(file)
            read = from_markdown(read_attempt(read_bytes(file), where=where), where=where)
            now = system_clock()
            save(journal, narrative_id, replace(working, title=read.title, sections=read.sections), at=now)
        typer.echo(keep(journal, narrative_id, at=system_clock()).id)


@app.command("export")
def export_narrative(
    narrative_id: Id,
    version: Annotated[str | None, typer.Option(help="The id of a version; the working draft when left out.")] = None,
) -> None:
    """Print a narrative as Markdown."""
    from liveloop.cli.desk import open_own_journal
    from liveloop.coach.writing import take_apart
    from liveloop.coach.writing.markdown import to_markdown
    from liveloop.coach.writing.narratives import filled, read_working, versions_of

    with open_own_journal(read_only=True) as journal:
        working = read_working(journal, narrative_id)
        kept = {one.id: one for one in versions_of(journal, narrative_id)}
    if version is None:
        print_text(to_markdown(working.title, filled(working)))
        return
    if version not in kept:
        raise BadInput(f"no version {version!r}", where="--version", allowed=", ".join(kept) or "none was kept yet")
    print_text(to_markdown(kept[version].title, take_apart(kept[version]).sections))
