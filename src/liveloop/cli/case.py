"""Which cases and prompts are there, and what is found in a text about one, from a terminal?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markdown import Markdown
from rich.text import Text

from liveloop.base.errors import BadInput
from liveloop.cli.show import AsJson, console, refuse, show_json, table

if TYPE_CHECKING:
    from liveloop.coach.writing import Case, FoundCriterion, Prompt, WritingShelf

app = typer.Typer(help="List and show cases and prompts; see what is found in a text.", no_args_is_help=True)
SORTS = ("product", "platform", "design", "prompt")
FOUND = {True: "found", False: "missing"}


def complete_slug(incomplete: str) -> list[str]:
    """Complete the slug of a case or a prompt for the shell."""
    shelf = known_shelf()
    return [slug for slug in (*shelf.cases, *shelf.prompts) if slug.startswith(incomplete)]


Slug = Annotated[str, typer.Argument(help="The slug of the case or prompt.", autocompletion=complete_slug)]


def known_shelf() -> WritingShelf:
    """Load what ships and the person's own; content that is not in form is told."""
    from liveloop.base.settings import read_settings
    from liveloop.coach.content import content_of
    from liveloop.coach.writing import read_shelf

    return read_shelf(*content_of(read_settings()), tell=refuse)


def pick(slug: str) -> Case | Prompt:
    """Find a case or a prompt."""
    shelf = known_shelf()
    thing: Case | Prompt | None = shelf.cases.get(slug) or shelf.prompts.get(slug)
    if thing is None:
        raise BadInput(f"no case or prompt {slug!r}", allowed=", ".join((*shelf.cases, *shelf.prompts)))
    return thing


def sort_of(thing: Case | Prompt) -> str:
    """Say what sort of case it is, or that it is a prompt."""
    return str(getattr(thing, "sort", "prompt"))


def card(thing: Case | Prompt) -> dict[str, Any]:
    """Give what may be seen of a case or a prompt in a list."""
    names = ("id", "slug", "title", "skills", "week", "minutes", "difficulty", "frame")
    return {"sort": sort_of(thing)} | {name: getattr(thing, name) for name in names if hasattr(thing, name)}


@app.command("list")
def list_cases(
    sort: Annotated[str | None, typer.Option(help="product, platform, design or prompt.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the cases, then the behavioural prompts."""
    if sort is not None and sort not in SORTS:
        raise BadInput(f"there is no sort {sort!r}", where="--sort", allowed=", ".join(SORTS))
    shelf = known_shelf()
    everything: list[Case | Prompt] = [*shelf.cases.values(), *shelf.prompts.values()]
    things = [one for one in everything if sort in (None, sort_of(one))]
    things.sort(key=lambda one: SORTS.index(sort_of(one)))
    if as_json:
        show_json([card(thing) for thing in things])
        return
    rows = ((one.slug, sort_of(one), one.minutes, one.title) for one in things)
    columns = ("slug", "sort", "min", "title")
    console().print(table(columns, rows, whole=columns[:3], cut=("title",)))


@app.command("show")
def show_case(slug: Slug, as_json: AsJson = False) -> None:
    """Show a case or a prompt as a candidate sees it: what the interviewer says, nothing sealed."""
    thing = pick(slug)
    said = str(getattr(thing, "prompt", "") or getattr(thing, "asks", ""))
    if as_json:
        show_json(card(thing) | {"prompt": said})
        return
    out = console()
    out.print(Text(thing.title, style="bold"))
    out.print(f"{sort_of(thing)}, {thing.minutes} minutes\n", markup=False)
    out.print(Markdown(said))


@app.command("examine")
def examine_text(
    slug: Slug,
    file: Annotated[Path, typer.Argument(help="The text, or - for standard input.")],
    as_json: AsJson = False,
) -> None:
    """Say of each criterion whether its evidence is found in a text; nothing is kept, and it is no grade."""
    from liveloop.attempt import read_attempt
    from liveloop.cli.drill import read_bytes
    from liveloop.coach.writing import examine

    thing = pick(slug)
    text = read_attempt(read_bytes(file), where="standard input" if str(file) == "-" else str(file))
    lines = [line_of(one, text) for one in examine({"text": text}, thing.criteria).criteria]
    if as_json:
        show_json(lines)
        return
    rows = ((FOUND[one["found"]], one["text"], " / ".join(one["quotes"]) or None) for one in lines)
    out = console()
    out.print(table(("", "looked for", "in the text"), rows, whole=("",)))
    out.print("Found means that the evidence is there, not that it is any good.", style="dim")


def line_of(one: FoundCriterion, text: str) -> dict[str, Any]:
    """Give what came of one criterion, with what was found of it on one line each."""
    quotes = [" ".join(text[span.start : span.end].split()) for span in one.spans]
    return {"criterion": one.criterion.id, "text": one.criterion.text, "found": one.found, "quotes": quotes}
