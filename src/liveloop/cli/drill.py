"""Which drills are there, and what can be done with one?"""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markdown import Markdown
from rich.markup import escape
from rich.progress import Progress as Bar
from rich.progress import SpinnerColumn, TextColumn

from liveloop.base.clock import system_clock
from liveloop.base.errors import BadInput
from liveloop.cli.show import AsJson, code_view, console, debrief_view, place_view, show_json, table

if TYPE_CHECKING:
    from liveloop.coach.examiner import News
    from liveloop.drill import Drill
    from liveloop.exam.rehearse import Rehearsal

WIDE = "Intervals have to hold the truth, and may be {:g} times as wide as the reference's."
app = typer.Typer(help="List, show, attempt, rehearse and begin drills.", no_args_is_help=True)
BEGIN_LIKE = {
    "sql": "warned-unsupported-retention",
    "python": "interval-for-a-rare-rate",
    "features": "views-that-do-not-leak",
}


def complete_slug(incomplete: str) -> list[str]:
    """Complete a drill's slug for the shell."""
    from liveloop.cli.shelf import known_folders

    return [slug for slug in sorted(known_folders()) if slug.startswith(incomplete)]


Slug = Annotated[str, typer.Argument(help="The drill's slug, or its folder.", autocompletion=complete_slug)]


@app.command("list")
def list_drills(
    skill: Annotated[str | None, typer.Option(help="Only drills of this skill.")] = None,
    week: Annotated[int | None, typer.Option(min=1, max=6, help="Only drills of this week, 1 to 6.")] = None,
    kind: Annotated[str | None, typer.Option(help="sql, python or features.")] = None,
    shelf: Annotated[str | None, typer.Option(help="Only drills of this shelf, as features.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the drills."""
    from liveloop.cli.shelf import known_drills

    known = known_drills().values()
    skills = sorted({name for drill in known for name in drill.skills})
    shelves = sorted({drill.shelf for drill in known})
    for name, value, allowed in (
        ("--kind", kind, list(BEGIN_LIKE)), ("--skill", skill, skills), ("--shelf", shelf, shelves),
    ):  # fmt: skip
        if value is not None and value not in allowed:
            raise BadInput(f"no drill has {value!r}", where=name, allowed=", ".join(allowed))
    drills = [
        drill
        for drill in known
        if (skill is None or skill in drill.skills)
        and (week is None or drill.week == week)
        and (kind is None or drill.kind == kind)
        and (shelf is None or drill.shelf == shelf)
    ]
    if as_json:
        show_json([card(drill) for drill in drills])
        return
    rows = ((d.slug, d.kind, d.week, d.minutes, d.difficulty, d.title) for d in drills)
    console().print(
        table(
            ("slug", "kind", "week", "min", "level", "title"),
            rows,
            whole=("slug", "kind", "week", "min", "level"),
            cut=("title",),
        )
    )


def card(drill: Drill) -> dict[str, object]:
    """Give what may be seen of a drill in a list."""
    names = ("id", "slug", "shelf", "title", "kind", "skills", "week", "minutes", "difficulty")
    return {name: getattr(drill, name) for name in names}


@app.command("show")
def show_drill(slug: Slug, as_json: AsJson = False) -> None:
    """Show a drill as a candidate sees it: the prompt and the tables, nothing sealed."""
    from liveloop.cli.shelf import pick
    from liveloop.worlds.schema import table as declared

    drill = pick(slug)
    tables = [declared(name) for name in drill.sql.tables] if drill.sql else []
    if as_json:
        seen = {"prompt": drill.prompt, "tables": tables, "given": drill.given, "out_of_scope": drill.out_of_scope}
        show_json(card(drill) | seen)
        return
    out = console()
    out.print(f"[bold]{escape(drill.title)}[/]: {drill.kind}, {drill.minutes} min, week {drill.week}")
    out.print(Markdown(drill.prompt))
    form = drill.python or drill.estimator
    if form:
        out.print()
        out.print(code_view(form.signature, "python"))
    if drill.estimator:
        out.print(WIDE.format(drill.estimator.width))
        out.print(table(("column", "says"), drill.estimator.columns.items()))
    for one in tables:
        rows = ((c.name, c.type, "may be null" if c.nullable else "", c.says) for c in one.columns)
        out.print(table(("column", "type", "", "says"), rows, title=f"{one.name}: {one.says}"))
    for name, text in drill.given.items():
        out.print(f"\n{escape(name)}:")
        out.print(code_view(text, Path(name).suffix.removeprefix(".")))


@app.command("attempt")
def attempt_drill(
    slug: Slug,
    file: Annotated[Path, typer.Argument(help="The attempt: a .sql, .py or .toml file, or - for standard input.")],
    confidence: Annotated[
        int | None, typer.Option(min=0, max=100, help="How sure are you that nothing breaks, in percent?")
    ] = None,
    with_place: Annotated[
        bool,
        typer.Option("--place", help="Name the part of a SQL attempt that one change would mend; takes seconds."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Hand in an attempt and show its debrief."""
    from liveloop.attempt import read_attempt
    from liveloop.cli.desk import open_desk
    from liveloop.cli.shelf import pick
    from liveloop.coach.examiner import Progress
    from liveloop.exam.load import SUFFIX
    from liveloop.exam.sql_place import place

    drill = pick(slug)
    given, wanted = file.suffix.removeprefix("."), SUFFIX[drill.kind]
    if given in SUFFIX.values() and given != wanted:
        raise BadInput(f"{drill.slug} is a {drill.kind} drill", where=str(file), allowed=f"a .{wanted} file")
    if with_place and drill.kind != "sql":
        raise BadInput(f"{drill.slug} is a {drill.kind} drill", where="--place", allowed="a SQL drill")
    text = read_attempt(read_bytes(file), where="standard input" if str(file) == "-" else str(file))
    spinner = (SpinnerColumn(), TextColumn("{task.description}"))
    with open_desk(drill) as (desk, sandbox), Bar(*spinner, transient=True, console=console(), disable=as_json) as bar:
        line = bar.add_task("examining")

        def tell(news: News) -> None:
            if isinstance(news, Progress):
                bar.update(line, description=f"{news.stage} {news.done}/{news.total}")

        attempt = desk.hand_in(drill, text, confidence=None if confidence is None else confidence / 100)
        debrief = desk.wait(attempt.id, tell)
        if not as_json:
            console().print(debrief_view(debrief))
        there = None
        if with_place:
            bar.update(line, description="trying single changes")
            there = place(drill, attempt, debrief.findings, sandbox, clock=system_clock)
    if as_json:
        show_json({"debrief": debrief, "place": there} if with_place else debrief)
    elif with_place and debrief.findings:
        console().print(place_view(there, text))


def read_bytes(file: Path) -> bytes:
    """Read a file, or standard input for -, no more than can be an attempt."""
    from liveloop.base.content import LONGEST_TEXT_BYTES

    if str(file) == "-":
        return typer.get_binary_stream("stdin").read(LONGEST_TEXT_BYTES + 1)
    try:
        with file.open("rb") as stream:
            return stream.read(LONGEST_TEXT_BYTES + 1)
    except OSError as refusal:
        raise BadInput(f"cannot be read: {refusal.strerror}", where=str(file), allowed="a readable file") from None


@app.command("rehearse")
def rehearse_drills(
    slugs: Annotated[list[str] | None, typer.Argument(help="Slugs or folders.", autocompletion=complete_slug)] = None,
    every: Annotated[bool, typer.Option("--all", help="Rehearse every drill.")] = False,
    seeds: Annotated[int, typer.Option(min=1, max=100, help="How many seeds.")] = 3,
    as_json: AsJson = False,
) -> None:
    """Ask of each drill the five questions, by executing everything it ships."""
    from liveloop.cli.shelf import pick, sound_drills
    from liveloop.exam.rehearse import rehearse_all
    from liveloop.exam.sandbox import Sandbox

    if every == bool(slugs):
        raise BadInput("no drill is named", where="liveloop drill rehearse", allowed="slugs, or --all")
    drills = sound_drills() if every else [pick(slug) for slug in slugs or ()]
    with Sandbox() as sandbox:
        rehearsals = rehearse_all(
            drills,
            sandbox=sandbox,
            seeds=range(1, seeds + 1),
            clock=system_clock,
            processes=min(len(drills), os.cpu_count() or 1),
            tell=(lambda _: None) if as_json else show_rehearsal,
        )
    faulty = [rehearsal.slug for rehearsal in rehearsals if rehearsal.faults]
    if as_json:
        show_json(rehearsals)
    else:
        console().print(f"{len(rehearsals) - len(faulty)} of {len(rehearsals)} drills pass the five questions")
    if faulty:
        raise typer.Exit(1)


def show_rehearsal(rehearsal: Rehearsal) -> None:
    """Print one drill's rehearsal."""
    verdict = "[red]faults[/]" if rehearsal.faults else "[green]fit[/]"
    console().print(f"{rehearsal.slug}: {verdict} ({len(rehearsal.acts)} examinations)")
    for fault in rehearsal.faults:
        console().print(f"  {fault}", markup=False)


@app.command("new")
def begin_drill(
    place: Annotated[Path, typer.Argument(help="The folder to make: SHELF/SLUG, in a folder of shelves.")],
    kind: Annotated[str, typer.Option(help="sql, python or features.")] = "sql",
    like: Annotated[str | None, typer.Option(help="The drill to begin from.", autocompletion=complete_slug)] = None,
) -> None:
    """Begin a drill from the nearest one: a copy that passes its rehearsal, with an id of its own, to be changed."""
    from liveloop.cli.shelf import pick

    if kind not in BEGIN_LIKE:
        raise BadInput(f"no kind {kind!r}", where="--kind", allowed=", ".join(BEGIN_LIKE))
    if place.exists():
        raise BadInput("it is there already", where=str(place), allowed="a folder that does not exist yet")
    model = pick(like or BEGIN_LIKE[kind])
    shutil.copytree(model.folder, place, ignore=shutil.ignore_patterns("__pycache__"))
    settings = place / "drill.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace(model.id, f"drl_{secrets.token_hex(5)}"), encoding="utf-8")
    console().print(f"{place}: begun from {model.slug}. Change prompt.md first, then: liveloop drill rehearse {place}")
