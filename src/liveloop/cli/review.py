"""How is what is due reviewed at a terminal?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from liveloop.cli.plan import open_agenda
from liveloop.cli.show import AsJson, console, show_json

if TYPE_CHECKING:
    from liveloop.coach.agenda import Agenda
    from liveloop.coach.review import Due

RATINGS = "1 again, 2 hard, 3 good, 4 easy, q to stop"


def review_cards(
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 20,
    anki: Annotated[Path | None, typer.Option(help="Write every card of the library as an Anki deck instead.")] = None,
    as_json: AsJson = False,
) -> None:
    """Review what is due, that first which will be recalled least on the day of the interview."""
    from liveloop.base.newfile import new_file
    from liveloop.coach.review import pack_anki

    with open_agenda() as agenda:
        if anki is not None:
            with new_file(anki) as stream:
                stream.write(pack_anki(agenda.catalogue))
            return
        due = list_due(agenda)[:limit]
        if as_json:
            show_json(due)
            return
        out = console()
        if not due:
            out.print("Nothing is due.")
            return
        for number, one in enumerate(due, 1):
            out.print(f"\n[bold]{number} of {len(due)}[/bold]  {one.skill}")
            out.print(one.front, markup=False)
            if not ask(agenda, one):
                return


def list_due(agenda: Agenda) -> list[Due]:
    """List what is due."""
    from liveloop.coach.review import Moment, due_cards

    kept = agenda.kept()
    last = agenda.noon(kept.plan.goal.last) if kept else None
    blocks = kept.plan.blocks if kept else ()
    read = {block.refers for block in blocks if block.activity == "reading" and block.state == "done"}
    moment = Moment(agenda.clock(), agenda.zone, last)
    return due_cards(agenda.person(), agenda.catalogue, agenda.journal.reviews(), read, moment, agenda.weights())


def ask(agenda: Agenda, one: Due) -> bool:
    """Put one card, keep how it went; False to stop."""
    from liveloop.coach.journal import Review
    from liveloop.coach.review import rating_of

    out = console()
    began = agenda.clock()
    item = agenda.catalogue.items.get(one.card_id)
    if item is not None:
        for number, choice in enumerate(one.choices, 1):
            out.print(f"  {number}  {choice}", markup=False)
        said = read("1 to 4, 0 when you do not know, q to stop", ("0", "1", "2", "3", "4", "q"))
        rating = 0 if said == "q" else rating_of(item, int(said) - 1 if said != "0" else None, sure=True)
    else:
        typer.prompt("Answer aloud, then Enter", default="", show_default=False)
        rating = 0
    if item is None or rating:
        out.print(one.back, markup=False)
    if item is None:
        said = read(RATINGS, ("1", "2", "3", "4", "q"))
        rating = 0 if said == "q" else int(said)
    if not rating:
        return False
    now = agenda.clock()
    agenda.journal.write_review(Review(one.card_id, rating, now, (now - began).total_seconds()))
    return True


def read(words: str, allowed: tuple[str, ...]) -> str:
    """Read one of a few keys, asking again for any other."""
    while True:
        said: str = typer.prompt(words).strip().lower()
        if said in allowed:
            return said
        console().print(f"Allowed: {', '.join(allowed)}.")
