"""Where does the person stand before the first day? One item after the other, until 45 minutes or until they stop."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from fastapi import APIRouter

from liveloop.coach import asking
from liveloop.coach.agenda import Agenda
from liveloop.coach.asking import Ended, Given
from liveloop.coach.baseline import MINUTES, Answered, Item
from liveloop.coach.person import Person
from liveloop.coach.themes import hold_themes
from liveloop.web.desk import AtDesk, Desk
from liveloop.web.plan_shapes import Nothing
from liveloop.web.practice_shapes import (
    AnsweredCard,
    AnswerIn,
    BaselinePage,
    EarlierCard,
    HeldCard,
    ItemCard,
    ThemeCard,
)

router = APIRouter(prefix="/api/baseline", tags=["baseline"])


@router.get("")
def get_baseline(desk: AtDesk) -> BaselinePage:
    """Say how far the baseline is; a running one goes on where it was left."""
    return show(desk)


@router.post("/answers")
def answer_item(answer: AnswerIn, desk: AtDesk) -> BaselinePage:
    """Take one answer, kept at once; whether it is right is told at the end."""
    given = Answered(answer.item_id, answer.choice, answer.confidence, answer.seconds)
    return changed(desk, lambda agenda: asking.answer(agenda, given))


@router.post("/finish")
def finish_baseline(nothing: Nothing, desk: AtDesk) -> BaselinePage:
    """End the baseline with what was answered so far."""
    del nothing
    return changed(desk, asking.finish)


@router.post("/skip")
def skip_baseline(nothing: Nothing, desk: AtDesk) -> BaselinePage:
    """Leave the baseline out: what is known then comes from practice alone."""
    del nothing
    return changed(desk, asking.skip)


@router.post("/again")
def begin_baseline_again(nothing: Nothing, desk: AtDesk) -> BaselinePage:
    """Begin another baseline, from what is known by now; those that ended stay, each for its own time."""
    del nothing
    return changed(desk, asking.begin_again)


def changed(desk: Desk, change: Callable[[Agenda], object]) -> BaselinePage:
    """Change how far the baseline is, and show it."""
    with desk.planning:
        change(desk.agenda)
        return show(desk)


def show(desk: Desk) -> BaselinePage:
    """Show how far the baseline is."""
    items, skills = desk.agenda.catalogue.items, desk.agenda.catalogue.skills
    answered, ended = asking.under_way(desk.journal), asking.ended(desk.journal)
    if answered is None:
        last = ended[-1]
        told = tuple(tell(items[one.item_id], one) for one in last.answered if one.item_id in items)
        person = desk.agenda.person()
        held, themes = show_held(desk, person), show_themes(desk, person)
        earlier = tuple(show_earlier(desk, one) for one in reversed(ended[:-1]))
        spent = minutes_of(desk, last.answered)
        return BaselinePage("done", len(told), spent, MINUTES, None, held, told, last.at, themes, earlier)
    item = asking.pick(desk.agenda, answered)
    card = None
    if item is not None:
        title = skills[item.skill].title
        card = ItemCard(item.id, item.skill, title, item.difficulty, item.minutes, item.asks, item.choices)
    spent = minutes_of(desk, answered)
    return BaselinePage("running" if answered else "new", len(answered), spent, MINUTES, card, (), (), None)


def minutes_of(desk: Desk, answered: Sequence[Given]) -> int:
    """Add up what the items count that were answered."""
    items = desk.agenda.catalogue.items
    return sum(items[one.item_id].minutes for one in answered if one.item_id in items)


def show_earlier(desk: Desk, one: Ended) -> EarlierCard:
    """Show how an earlier baseline went, in a line."""
    items = desk.agenda.catalogue.items
    known = [given for given in one.answered if given.item_id in items]
    return EarlierCard(one.at, sum(items[given.item_id].right == given.choice for given in known), len(known))


def tell(item: Item, one: Given) -> AnsweredCard:
    """Tell how one item went."""
    return AnsweredCard(
        skill=item.skill,
        asks=item.asks,
        chosen=None if one.choice is None else item.choices[one.choice],
        right=item.choices[item.right],
        why=item.why,
        well=one.choice == item.right,
        confidence=one.confidence,
    )


def show_held(desk: Desk, person: Person, at: datetime | None = None) -> tuple[HeldCard, ...]:
    """Show how well every skill is held, the weakest first."""
    skills = desk.agenda.catalogue.skills
    held = person.held(at or desk.clock())
    cards = [
        HeldCard(key, skills[key].title, skills[key].theme, round(value, 4), round(low, 4), round(high, 4))
        for key, (value, low, high) in held.items()
    ]
    return tuple(sorted(cards, key=lambda card: (card.held, card.skill)))


def show_themes(desk: Desk, person: Person) -> tuple[ThemeCard, ...]:
    """Show how well every theme is held, in the order of the weeks."""
    themes = desk.agenda.catalogue.themes
    held = hold_themes(person, themes, desk.clock())
    return tuple(
        ThemeCard(one.id, one.title, len(one.skills), *(round(value, 4) for value in held[one.id])) for one in themes
    )
