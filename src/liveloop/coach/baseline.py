"""Where does a person stand before the first day, found out in 45 minutes?

Each item is chosen to lower the doubt about what weighs most in the loop, for the minutes it takes: an answer moves the
belief about its skill and a little about its neighbours, so that twenty items say something of eighty skills. It may be
skipped, and stopped at any item.

Source: van der Linden and Glas (2010), Elements of adaptive testing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from liveloop.base.content import convert, read_toml, refuse_unknown
from liveloop.base.errors import BadInput
from liveloop.coach.belief import Belief, Seen, expected_gain, see
from liveloop.coach.content import shipped_content

MINUTES = 45
CHOICES = 4
GUESS = 0.2  # four choices, one of which most people can rule out only when they know something
SAME_AREA = 0.8  # what an item's worth keeps for each one of its area in the last three


@dataclass(frozen=True)
class Item:
    """One thing to answer by choosing: `right` is the place of the right choice."""

    id: str
    skill: str
    difficulty: int
    minutes: int
    asks: str
    choices: tuple[str, ...]
    right: int
    why: str
    computed: str = ""
    value: float | None = None


@dataclass(frozen=True)
class Answered:
    """What was chosen for an item (None: passed over), how sure the person was, and how long it took."""

    item_id: str
    choice: int | None
    confidence: float | None = None
    seconds: float | None = None


def load_items(skills: Collection[str], content: Path | None = None) -> dict[str, Item]:
    """Read the bank of items by id.

    Raises
    ------
    BadInput
        For an unknown skill or field, two items of one id, choices that are not four.
    """
    items: dict[str, Item] = {}
    for path in sorted(((content or shipped_content()) / "baseline").glob("*.toml")):
        raw = read_toml(path)
        refuse_unknown(raw, ("item",), path)
        for part in raw.get("item", []):
            item = read_item(part, path, skills)
            if item.id in items:
                raise BadInput(f"two items are called {item.id}", where=str(path), allowed="an id of its own")
            items[item.id] = item
    return items


def read_item(raw: Mapping[str, object], path: Path, skills: Collection[str]) -> Item:
    """Read one item and hold it to what an item may be."""
    refuse_unknown(raw, Item.__dataclass_fields__, path, "item")
    item: Item = convert(Item, raw, path, "item")
    if item.skill not in skills:
        raise BadInput(f"{item.id}: unknown skill {item.skill!r}", where=str(path), allowed=", ".join(skills))
    if len(item.choices) != CHOICES or not 0 <= item.right < CHOICES or len(set(item.choices)) < CHOICES:
        raise BadInput(f"{item.id}: the choices", where=str(path), allowed="four different ones, right from 0 to 3")
    if not 1 <= item.difficulty <= 5 or not 1 <= item.minutes <= 5:
        raise BadInput(f"{item.id}: out of range", where=str(path), allowed="difficulty 1 to 5, minutes 1 to 5")
    return item


def next_item(
    belief: Belief, items: Mapping[str, Item], answered: Sequence[Answered], weights: Mapping[str, float]
) -> Item | None:
    """Choose the item that lowers the weighted doubt most for its minutes; None when the 45 minutes are used."""
    asked = [items[one.item_id] for one in answered if one.item_id in items]
    left = MINUTES - sum(item.minutes for item in asked)
    taken = {item.id for item in asked}
    lately = [area(item) for item in asked[-3:]]
    skills_asked = {item.skill for item in asked}
    each = np.array([weights.get(skill, 0.0) for skill in belief.skills])

    def worth(item: Item) -> float:
        gain = (
            expected_gain(belief, Seen((item.skill,), right=True, difficulty=item.difficulty, guess=GUESS), each)
            / item.minutes
        )
        return gain * SAME_AREA ** lately.count(area(item)) * (0.6 if item.skill in skills_asked else 1.0)

    open_items = [item for item in items.values() if item.id not in taken and item.minutes <= left]
    return max(open_items, key=lambda item: (worth(item), item.id), default=None)


def area(item: Item) -> str:
    """Name the area of an item's skill."""
    return item.skill.partition(".")[0]


def learn(belief: Belief, items: Mapping[str, Item], answered: Iterable[Answered]) -> Belief:
    """Move the belief by what was answered; to pass over an item is to say that one does not know."""
    for one in answered:
        item = items.get(one.item_id)
        if item is not None:
            guess = 0.0 if one.choice is None else GUESS
            right = one.choice == item.right
            belief = see(belief, Seen((item.skill,), right, item.difficulty, guess, taught=False))
    return belief
