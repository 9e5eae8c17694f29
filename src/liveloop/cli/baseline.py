"""How is the baseline taken at a terminal, left, gone on with, and taken again?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.markdown import Markdown
from rich.text import Text

from liveloop.cli.plan import open_agenda
from liveloop.cli.review import read
from liveloop.cli.show import AsJson, console, show_json

if TYPE_CHECKING:
    from liveloop.coach.agenda import Agenda
    from liveloop.coach.asking import Ended, Given
    from liveloop.coach.baseline import Item

KEYS = ("0", "1", "2", "3", "4", "e", "q")
HOW = "1 to 4, 0 when you do not know, q to go on another time, e to end it here"


def take_baseline(
    again: Annotated[bool, typer.Option("--again", help="Take another one; those that ended stay.")] = False,
    as_json: AsJson = False,
) -> None:
    """Take the 45-minute baseline, one item at a time; it goes on where it was left."""
    from liveloop.coach import asking

    with open_agenda() as agenda:
        answered = asking.begin_again(agenda) if again else asking.under_way(agenda.journal)
        if as_json:
            ended = asking.ended(agenda.journal)
            show_json({"ended": ended, "under_way": answered})
            return
        if answered is not None and not ask_items(agenda, answered):
            return
        say_end(agenda, asking.ended(agenda.journal)[-1], told=answered is not None)


def ask_items(agenda: Agenda, answered: tuple[Given, ...]) -> bool:
    """Put one item after the other, each answer kept at once; False when it is to go on another time."""
    from liveloop.coach import asking
    from liveloop.coach.baseline import Answered

    left: tuple[Given, ...] | None = answered
    while left is not None and (item := asking.pick(agenda, left)) is not None:
        began = agenda.clock()
        said = put(item, len(left) + 1)
        if said == "e":
            break
        if said == "q":
            console().print("It goes on where it was left: liveloop baseline")
            return False
        seconds = (agenda.clock() - began).total_seconds()
        left = asking.answer(agenda, Answered(item.id, int(said) - 1 if said != "0" else None, None, seconds))
    if left is not None:
        asking.finish(agenda)
    return True


def put(item: Item, number: int) -> str:
    """Put one item, and read what is chosen."""
    out = console()
    out.print(Text(f"\nItem {number}, {item.skill}", style="bold"))
    out.print(Markdown(item.asks))
    for place, choice in enumerate(item.choices, 1):
        out.print(f"  {place}  {choice}", markup=False)
    return read(HOW, KEYS)


def say_end(agenda: Agenda, last: Ended, *, told: bool) -> None:
    """Say how a baseline went, item by item when it has just ended."""
    items, out = agenda.catalogue.items, console()
    known = [(items[one.item_id], one.choice) for one in last.answered if one.item_id in items]
    for item, choice in known if told else ():
        sign = "right" if item.right == choice else "wrong"
        out.print(f"\n{sign}  {item.skill}: {item.choices[item.right]}\n{item.why}", markup=False)
    right = sum(item.right == choice for item, choice in known)
    out.print(f"{right} of {len(known)} right, on {last.at.astimezone(agenda.zone):%Y-%m-%d}.")
    if not told:
        out.print("To take it again: liveloop baseline --again")
