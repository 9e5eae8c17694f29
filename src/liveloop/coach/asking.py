"""How is the baseline asked item by item, kept after each answer, ended, left out, and taken again?

What was answered so far is a document of the journal; a baseline that ended is an outcome. Each one that ended stays
and speaks for its own time: the next begins from what is known by then, and asks other items while there are some.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from liveloop.base.errors import BadInput
from liveloop.coach.agenda import Agenda
from liveloop.coach.baseline import Answered, Item, learn, next_item
from liveloop.coach.journal import Document, Journal, Outcome
from liveloop.coach.planner.days import practice_days

DRAFT = "baseline"


@dataclass(frozen=True)
class Given(Answered):
    """What was chosen for an item, and when."""

    at: str = ""


ADAPTER: TypeAdapter[tuple[Given, ...]] = TypeAdapter(tuple[Given, ...])


@dataclass(frozen=True)
class Ended:
    """A baseline that ended: when, and what was answered in it."""

    at: datetime
    answered: tuple[Given, ...]


def ended(journal: Journal) -> tuple[Ended, ...]:
    """List the baselines that ended, the oldest first."""
    return tuple(Ended(one.at, read_answers(one.body)) for one in journal.outcomes("baseline"))


def under_way(journal: Journal) -> tuple[Given, ...] | None:
    """Read what was answered in the baseline that is under way; None when none is.

    The first baseline is always under way until it ends; another one only once it was begun.
    """
    document = journal.document(DRAFT)
    if document is not None:
        return read_answers(document.body)
    return None if journal.outcomes("baseline") else ()


def read_answers(body: str) -> tuple[Given, ...]:
    """Read what was answered; what is not in form is nothing."""
    try:
        return ADAPTER.validate_python(json.loads(body).get("answered", []))
    except (ValidationError, AttributeError):
        return ()


def begin_again(agenda: Agenda) -> tuple[Given, ...]:
    """Begin another baseline; one that is under way goes on."""
    answered = under_way(agenda.journal)
    return keep(agenda, ()) if answered is None else answered


def answer(agenda: Agenda, one: Answered) -> tuple[Given, ...] | None:
    """Take one answer, kept at once; the last one ends the baseline: then None.

    Raises
    ------
    BadInput
        When no baseline is under way, or for an item that is not there or was answered.
    """
    answered = under_way(agenda.journal)
    if answered is None:
        raise BadInput("the baseline is over", where="baseline", allowed="another one: `liveloop baseline --again`")
    if one.item_id not in agenda.catalogue.items or any(given.item_id == one.item_id for given in answered):
        raise BadInput(f"{one.item_id!r} is not open", where="item_id", allowed="the item that came last")
    answered += (Given(**asdict(one), at=agenda.clock().isoformat()),)
    if pick(agenda, answered) is None:
        end(agenda, answered)
        return None
    return keep(agenda, answered)


def keep(agenda: Agenda, answered: tuple[Given, ...]) -> tuple[Given, ...]:
    """Keep what was answered so far."""
    agenda.journal.write_document(Document(DRAFT, write_answers(answered), agenda.clock()))
    return answered


def write_answers(answered: Sequence[Given]) -> str:
    """Write what was answered."""
    return json.dumps({"answered": [asdict(one) for one in answered]})


def pick(agenda: Agenda, answered: Sequence[Given]) -> Item | None:
    """Pick the next item; None when the 45 minutes are used."""
    items = agenda.catalogue.items
    belief = learn(agenda.person().belief, items, answered)
    return next_item(belief, fresh(agenda, items), answered, agenda.loop().weights())


def fresh(agenda: Agenda, items: Mapping[str, Item]) -> Mapping[str, Item]:
    """Leave out what earlier baselines asked, whose answers were told, unless that is all there is."""
    told = {given.item_id for one in ended(agenda.journal) for given in one.answered}
    return {key: item for key, item in items.items() if key not in told} or items


def finish(agenda: Agenda) -> None:
    """End the baseline with what was answered so far; BadInput when nothing was."""
    answered = under_way(agenda.journal)
    if not answered:
        raise BadInput("nothing was answered yet", where="baseline", allowed="one answer at least, or skip it")
    end(agenda, answered)


def end(agenda: Agenda, answered: Sequence[Given]) -> None:
    """Write the baseline to the journal, for good."""
    items = agenda.catalogue.items
    right = [one.item_id in items and items[one.item_id].right == one.choice for one in answered]
    mark = sum(right) / len(right)
    body, now = write_answers(answered), agenda.clock()
    agenda.journal.write_outcome(Outcome(f"out_{secrets.token_hex(8)}", "baseline", "", mark, "self", now, body))
    agenda.journal.remove_document(DRAFT)


def skip(agenda: Agenda) -> None:
    """Leave the baseline out, and out of the plan; one that ended stays."""
    agenda.journal.remove_document(DRAFT)
    kept = agenda.kept()
    left = kept is not None and any(day >= agenda.today() for day in practice_days(kept.plan.goal))
    if kept is not None and left and kept.plan.goal.baseline:
        agenda.set_goal(replace(kept.plan.goal, baseline=False))
