"""What is reviewed today: which cards, in which order, and which are new?

A skill that falls due comes as an item of the bank, another one each time; a card of the library comes as itself. That
comes first of which most would be lost on the day of the interview, by what its skill counts there. A few cards of what
was read are new each day.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import genanki

from liveloop.coach.baseline import Item
from liveloop.coach.catalogue import Catalogue
from liveloop.coach.journal import Review
from liveloop.coach.library import Card
from liveloop.coach.memory import Trace, due_now
from liveloop.coach.person import Person

NEW_A_DAY = 6
MOST = 40
MODEL_ID, DECK_ID = 1_607_392_001, 1_607_392_002  # Anki tells a deck that is imported again by these
STYLE = ".card { font-family: sans-serif; font-size: 18px; text-align: left; max-width: 40em; margin: 1em auto; }"


@dataclass(frozen=True)
class Due:
    """One thing to review: a card of the library, or an item of the bank that stands for a skill.

    `recall` is the chance that it is recalled now, `recall_then` on the day of the interview; None when it is new.
    """

    card_id: str
    sort: Literal["card", "item"]
    skill: str
    front: str
    back: str
    choices: tuple[str, ...] = ()
    recall: float | None = None
    recall_then: float | None = None


@dataclass(frozen=True)
class Moment:
    """When it is, where the person is, and when the interview is, if that is known."""

    now: datetime
    zone: tzinfo | None
    interview: datetime | None

    def day(self, at: datetime) -> date:
        """Say which day a moment lies on where the person is."""
        return at.astimezone(self.zone).date()


def due_cards(
    person: Person,
    catalogue: Catalogue,
    reviews: Sequence[Review],
    read: Collection[str],
    moment: Moment,
    weights: Mapping[str, float] | None = None,
) -> list[Due]:
    """List what is due, then what is new.

    Parameters
    ----------
    read
        The slugs of the references that were read: their cards are the new ones.
    weights
        What each skill counts today; without them all count the same.
    """
    cards = catalogue.cards
    counts = None if weights is None else {**weights, **{key: weights.get(cards[key].skill, 0.0) for key in cards}}
    by_skill: dict[str, list[Item]] = {}
    for item in catalogue.items.values():
        by_skill.setdefault(item.skill, []).append(item)
    due = []
    for trace in due_now(person.traces, moment.now, moment.interview, counts):
        if trace.card_id in cards:
            due.append(show_card(cards[trace.card_id], trace, moment))
        elif trace.card_id in by_skill:
            items = sorted(by_skill[trace.card_id], key=lambda item: item.id)
            due.append(show_item(items[trace.seen % len(items)], trace, moment))
    return [*due, *new_cards(person, catalogue, reviews, read, moment)][:MOST]


def new_cards(
    person: Person, catalogue: Catalogue, reviews: Iterable[Review], read: Collection[str], moment: Moment
) -> list[Due]:
    """List a few cards of what was read that were never seen, six a day with those that were begun today."""
    first: dict[str, datetime] = {}
    for review in reviews:
        first.setdefault(review.card_id, review.at)
    today = moment.day(moment.now)
    begun = sum(moment.day(at) == today for card_id, at in first.items() if card_id in catalogue.cards)
    fresh = [
        Due(card.id, "card", card.skill, card.front, card.back)
        for reference in catalogue.references
        if reference.slug in read
        for card in reference.cards
        if card.id not in person.traces
    ]
    return fresh[: max(0, NEW_A_DAY - begun)]


def show_card(card: Card, trace: Trace, moment: Moment) -> Due:
    """Show a card of the library."""
    return Due(card.id, "card", card.skill, card.front, card.back, (), *recalls(trace, moment))


def show_item(item: Item, trace: Trace, moment: Moment) -> Due:
    """Show an item of the bank; its back is the right choice and why."""
    return Due(
        item.id,
        "item",
        item.skill,
        item.asks,
        f"{item.choices[item.right]}\n\n{item.why}",
        item.choices,
        *recalls(trace, moment),
    )


def recalls(trace: Trace, moment: Moment) -> tuple[float, float]:
    """Say how likely a card is recalled now, and on the day of the interview."""
    return round(trace.recall(moment.now), 4), round(trace.recall(moment.interview or moment.now), 4)


def rating_of(item: Item, choice: int | None, *, sure: bool) -> int:
    """Rate a choice: again when wrong, good when right, hard when right without being sure.

    Examples
    --------
    >>> item = Item("itm_1", "sql.null", 3, 1, "?", ("a", "b", "c", "d"), 2, "")
    >>> [rating_of(item, choice, sure=sure) for choice, sure in ((2, True), (2, False), (0, True), (None, False))]
    [3, 2, 1, 1]
    """
    return 1 if choice != item.right else 3 if sure else 2


def pack_anki(catalogue: Catalogue) -> bytes:
    """Pack every card of the library as an Anki deck; a card keeps its identity when the deck is imported again."""
    model = genanki.Model(
        MODEL_ID,
        "liveloop card",
        fields=[{"name": "Front"}, {"name": "Back"}, {"name": "Source"}],
        templates=[
            {
                "name": "Recall",
                "qfmt": "{{Front}}",
                "afmt": "{{FrontSide}}<hr id=answer>{{Back}}<p><small>{{Source}}</small></p>",
            }
        ],
        css=STYLE,
    )
    deck = genanki.Deck(DECK_ID, "liveloop")
    for reference in catalogue.references:
        for card in reference.cards:
            fields = [escape(card.front), escape(card.back), escape(reference.citation)]
            tags = [card.skill.replace(".", "::")]
            deck.add_note(genanki.Note(model=model, fields=fields, guid=guid_of(card.id), tags=tags))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "liveloop.apkg"
        genanki.Package(deck).write_to_file(str(path), timestamp=0.0)
        return path.read_bytes()


def guid_of(card_id: str) -> str:
    """Give a card's identity in Anki."""
    return sha256(card_id.encode()).hexdigest()[:16]


def escape(text: str) -> str:
    """Write text as Anki's HTML.

    Examples
    --------
    >>> escape("a < b")
    'a &lt; b'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br>")


def skills_due(traces: Mapping[str, Trace], now: datetime) -> int:
    """Count what is due."""
    return sum(trace.due_at <= now for trace in traces.values())
