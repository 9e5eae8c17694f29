"""Which research is there to read, from a terminal?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.markdown import Markdown
from rich.text import Text

from liveloop.base.errors import BadInput
from liveloop.cli.show import AsJson, console, refuse, show_json, table

if TYPE_CHECKING:
    from liveloop.coach.library import Reference

app = typer.Typer(help="List and show the reading list.", no_args_is_help=True)
SEEN = {True: "seen", False: "not verified"}


def complete_reference(incomplete: str) -> list[str]:
    """Complete a reference's slug for the shell."""
    return [one.slug for one in known_references() if one.slug.startswith(incomplete)]


def known_references() -> tuple[Reference, ...]:
    """Load what ships and the person's own; a file that is no reference is told."""
    from liveloop.base.settings import read_settings
    from liveloop.cli.shelf import known_folders
    from liveloop.coach.content import content_of
    from liveloop.coach.library import load_library

    return load_library(*content_of(read_settings()), drills=known_folders(), tell=refuse)


@app.command("list")
def list_references(
    skill: Annotated[str | None, typer.Option(help="Only references that speak of this skill.")] = None,
    words: Annotated[str, typer.Option("--find", help="Only references with all of these words.")] = "",
    as_json: AsJson = False,
) -> None:
    """List the references."""
    from liveloop.coach.library import search
    from liveloop.coach.loop import load_skills

    skills = load_skills()
    if skill is not None and skill not in skills:
        raise BadInput(f"unknown skill {skill!r}", where="--skill", allowed=", ".join(skills))
    found = search(known_references(), skill=skill or "", words=words)
    if as_json:
        show_json(found)
        return
    rows = ((one.slug, one.cited_as, one.title) for one in found)
    console().print(table(("slug", "by", "title"), rows, whole=("slug", "by"), cut=("title",)))


@app.command("show")
def show_reference(
    slug: Annotated[str, typer.Argument(help="The reference's slug.", autocompletion=complete_reference)],
    as_json: AsJson = False,
) -> None:
    """Show a reference: the claim, a summary, what to take into an interview, figures, cards, the citation."""
    references = {one.slug: one for one in known_references()}
    if slug not in references:
        raise BadInput(f"no reference {slug!r}", allowed=", ".join(sorted(references)))
    reference = references[slug]
    if as_json:
        show_json(reference)
        return
    out = console()
    out.print(Text(reference.title, style="bold"))
    out.print(f"{reference.cited_as}, {reference.venue}\n", markup=False)
    takes = "\n".join(f"- {take}" for take in reference.takes)
    out.print(Markdown(f"> {reference.claim}\n\n{reference.summary}\n\n**Take along**\n\n{takes}"))
    if reference.figures:
        rows = ((one.says, one.number, one.source, SEEN[one.seen]) for one in reference.figures)
        out.print(table(("figure", "", "where", "in the source"), rows, whole=("in the source",)))
    if reference.cards:
        out.print(table(("recall", "card"), ((card.front, card.back) for card in reference.cards)))
    for name, linked in (("drills", reference.drills), ("cases", reference.cases)):
        if linked:
            out.print(f"{name}: {', '.join(linked)}", markup=False)
    out.print(Text(reference.citation, style="dim"))
