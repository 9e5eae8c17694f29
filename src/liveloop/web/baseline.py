"""Where does the person stand before the first day? One item after the other, until 45 minutes or until they stop."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from fastapi import APIRouter

from liveloop.base.errors import BadInput
from liveloop.coach.baseline import MINUTES, Answered, Item, learn, next_item
from liveloop.coach.journal import Document, Outcome
from liveloop.coach.person import Person
from liveloop.coach.planner.days import practice_days
from liveloop.coach.themes import hold_themes
from liveloop.web.desk import AtDesk, Desk
from liveloop.web.plan_shapes import Nothing
from liveloop.web.practice_shapes import AnsweredCard, AnswerIn, BaselinePage, HeldCard, ItemCard, ThemeCard

router = APIRouter(prefix="/api/baseline", tags=["baseline"])
DRAFT = "baseline"


@router.get("")
def get_baseline(desk: AtDesk) -> BaselinePage:
    """Say how far the baseline is; a running one goes on where it was left."""
    return show(desk, read_draft(desk))


@router.post("/answers")
def answer_item(answer: AnswerIn, desk: AtDesk) -> BaselinePage:
    """Take one answer, kept at once; whether it is right is told at the end."""
    with desk.planning:
        answered = read_draft(desk)
        item = desk.agenda.catalogue.items.get(answer.item_id)
        if item is None or any(one["item_id"] == answer.item_id for one in answered):
            raise BadInput(f"{answer.item_id!r} is not open", where="item_id", allowed="the item that came last")
        answered.append(
            {
                "item_id": answer.item_id,
                "choice": answer.choice,
                "confidence": answer.confidence,
                "seconds": answer.seconds,
                "at": desk.clock().isoformat(),
            }
        )
        if pick(desk, answered) is None:
            finish(desk, answered)
            return show(desk, [])
        desk.journal.write_document(Document(DRAFT, json.dumps({"answered": answered}), desk.clock()))
        return show(desk, answered)


@router.post("/finish")
def finish_baseline(nothing: Nothing, desk: AtDesk) -> BaselinePage:
    """End the baseline with what was answered so far."""
    del nothing
    with desk.planning:
        answered = read_draft(desk)
        if not answered:
            raise BadInput("nothing was answered yet", where="baseline", allowed="one answer at least, or skip it")
        finish(desk, answered)
        return show(desk, [])


@router.post("/skip")
def skip_baseline(nothing: Nothing, desk: AtDesk) -> BaselinePage:
    """Leave the baseline out: what is known then comes from practice alone."""
    del nothing
    with desk.planning:
        desk.journal.remove_document(DRAFT)
        kept = desk.agenda.kept()
        left = kept is not None and any(day >= desk.agenda.today() for day in practice_days(kept.plan.goal))
        if kept is not None and left and kept.plan.goal.baseline:
            desk.agenda.set_goal(replace(kept.plan.goal, baseline=False))
        return show(desk, [])


def read_draft(desk: Desk) -> list[dict[str, Any]]:
    """Read what was answered in a baseline that is running."""
    document = desk.journal.document(DRAFT)
    return [] if document is None else list(json.loads(document.body).get("answered", []))


def finish(desk: Desk, answered: Sequence[dict[str, Any]]) -> None:
    """Write the baseline to the journal, for good."""
    body = json.dumps({"answered": list(answered)})
    right = [desk.agenda.catalogue.items[one["item_id"]].right == one["choice"] for one in answered]
    mark = sum(right) / len(right)
    outcome = Outcome(f"out_{secrets.token_hex(8)}", "baseline", "", mark, "self", desk.clock(), body)
    desk.journal.write_outcome(outcome)
    desk.journal.remove_document(DRAFT)


def pick(desk: Desk, answered: Sequence[dict[str, Any]]) -> Item | None:
    """Pick the next item."""
    agenda = desk.agenda
    given = [Answered(one["item_id"], one["choice"]) for one in answered]
    belief = learn(agenda.person().belief, agenda.catalogue.items, given)
    return next_item(belief, agenda.catalogue.items, given, agenda.loop().weights())


def show(desk: Desk, answered: Sequence[dict[str, Any]]) -> BaselinePage:
    """Show how far the baseline is."""
    items, skills = desk.agenda.catalogue.items, desk.agenda.catalogue.skills
    done = desk.journal.outcomes("baseline")
    used = sum(items[one["item_id"]].minutes for one in answered if one["item_id"] in items)
    if done and not answered:
        last = done[-1]
        told = tuple(
            tell(items[one["item_id"]], one) for one in json.loads(last.body)["answered"] if one["item_id"] in items
        )
        spent = sum(
            items[one["item_id"]].minutes for one in json.loads(last.body)["answered"] if one["item_id"] in items
        )
        person = desk.agenda.person()
        held, themes = show_held(desk, person), show_themes(desk, person)
        return BaselinePage("done", len(told), spent, MINUTES, None, held, told, last.at, themes)
    item = pick(desk, answered)
    card = None
    if item is not None:
        title = skills[item.skill].title
        card = ItemCard(item.id, item.skill, title, item.difficulty, item.minutes, item.asks, item.choices)
    return BaselinePage("running" if answered else "new", len(answered), used, MINUTES, card, (), (), None)


def tell(item: Item, one: dict[str, Any]) -> AnsweredCard:
    """Tell how one item went."""
    choice = one["choice"]
    return AnsweredCard(
        skill=item.skill,
        asks=item.asks,
        chosen=None if choice is None else item.choices[choice],
        right=item.choices[item.right],
        why=item.why,
        well=choice == item.right,
        confidence=one.get("confidence"),
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
