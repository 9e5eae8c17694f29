"""Which rounds does an interview loop have, what does each weigh, and which skills stand under it?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from liveloop.base.content import convert, read_toml, refuse_unknown
from liveloop.base.errors import BadInput
from liveloop.coach.content import shipped_content
from liveloop.plan import Activity

FEWEST_ROUNDS, MOST_ROUNDS = 1, 12
MOCKED: tuple[Activity, ...] = ("sql", "python", "reading", "case", "design", "narrative", "prompt")
MOCK_EXTRA_MINUTES = 15  # the mark sheet and what was said, while it is fresh


@dataclass(frozen=True)
class Skill:
    """One unit of mastery, and the theme of the six weeks that it belongs to."""

    id: str
    title: str
    theme: str


@dataclass(frozen=True)
class Theme:
    """What one week of six is about."""

    id: str
    title: str
    week: int
    skills: tuple[str, ...]


@dataclass(frozen=True)
class Round:
    """One interview of a loop: rounds of one stage may be on one day, a later stage is never before an earlier one.

    `weight` is its share of the decision; `full` says that a full mock of it is owed before the loop; `mock` is what a
    mock of it goes through, in order, and again from the start while there is time.
    """

    id: str
    title: str
    stage: int
    minutes: int
    weight: float
    full: bool
    looks_for: tuple[str, ...]
    skills: tuple[str, ...]
    mock: tuple[Activity, ...]

    @property
    def mock_minutes(self) -> int:
        """Say how long a mock of it takes, with its mark sheet."""
        return self.minutes + MOCK_EXTRA_MINUTES


@dataclass(frozen=True)
class Loop:
    """A company's interview loop; `coding` is the share of practice that goes into code."""

    id: str
    title: str
    says: str
    coding: float
    rounds: tuple[Round, ...] = field(default=())

    def round(self, round_id: str) -> Round:
        """Find a round; BadInput says which there are."""
        for one in self.rounds:
            if one.id == round_id:
                return one
        allowed = ", ".join(one.id for one in self.rounds)
        raise BadInput(f"there is no round {round_id[:80]!r}", where=f"loop {self.id}", allowed=allowed)

    def weights(self) -> dict[str, float]:
        """Give each skill's share of the decision: a round's weight is shared evenly by its skills."""
        weights: dict[str, float] = {}
        total = sum(one.weight for one in self.rounds)
        for one in self.rounds:
            for skill in one.skills:
                weights[skill] = weights.get(skill, 0.0) + one.weight / total / len(one.skills)
        return weights


def load_themes(content: Path | None = None) -> tuple[Theme, ...]:
    """Read the six themes with their skills.

    Examples
    --------
    >>> [theme.id for theme in load_themes()]
    ['statistics', 'sql', 'ml', 'design', 'product', 'interview']
    """
    path = (content or shipped_content()) / "skills.toml"
    raw = read_toml(path)
    refuse_unknown(raw, ("theme",), path)
    return tuple(Theme(item["id"], item["title"], item["week"], tuple(item["skills"])) for item in raw["theme"])


def load_skills(content: Path | None = None) -> dict[str, Skill]:
    """Read every skill by its id."""
    raw = read_toml((content or shipped_content()) / "skills.toml")
    return {key: Skill(key, title, theme["id"]) for theme in raw["theme"] for key, title in theme["skills"].items()}


def load_loops(*folders: Path, skills: Mapping[str, Skill] | None = None) -> dict[str, Loop]:
    """Read every loop of the given folders of content, by id: the shipped one first, then a person's own.

    Raises
    ------
    BadInput
        For a field that is unknown or missing, a skill that nobody knows, two rounds of one id, a weight of nothing.

    Examples
    --------
    >>> [one.id for one in load_loops()["ai-safety"].rounds]
    ['recruiter', 'statistics-sql', 'ml', 'product', 'design', 'behaviour']
    """
    known = skills or load_skills()
    loops: dict[str, Loop] = {}
    for folder in (shipped_content(), *folders):
        for path in sorted((folder / "loops").glob("*/loop.toml")):
            loop = load_loop(path, known)
            loops.setdefault(loop.id, loop)
    return loops


def load_loop(path: Path, skills: Mapping[str, Skill]) -> Loop:
    """Read one loop."""
    raw = read_toml(path)
    refuse_unknown(raw, ("id", "title", "says", "coding", "round"), path)
    rounds: tuple[Round, ...] = tuple(read_round(item, path, skills) for item in raw.get("round", []))
    if not FEWEST_ROUNDS <= len(rounds) <= MOST_ROUNDS:
        allowed = f"{FEWEST_ROUNDS} to {MOST_ROUNDS} [[round]]"
        raise BadInput(f"there are {len(rounds)} rounds", where=str(path), allowed=allowed)
    if len({one.id for one in rounds}) < len(rounds):
        raise BadInput("two rounds have one id", where=str(path), allowed="an id of its own for each round")
    loop: Loop = convert(Loop, {name: value for name, value in raw.items() if name != "round"}, path, "loop")
    if not 0 <= loop.coding <= 1:
        raise BadInput(f"coding is {loop.coding}", where=str(path), allowed="0 to 1")
    return Loop(loop.id, loop.title, loop.says, loop.coding, rounds)


def read_round(item: Mapping[str, Any], path: Path, skills: Mapping[str, Skill]) -> Round:
    """Read one round and hold it to what a round may be."""
    refuse_unknown(item, Round.__dataclass_fields__, path, "round")
    one: Round = convert(Round, item, path, "round")
    strange = [skill for skill in one.skills if skill not in skills]
    if strange or not one.skills:
        wrong = f"unknown skill {strange[0]!r}" if strange else "no skills"
        raise BadInput(f"round {one.id}: {wrong}", where=str(path), allowed=", ".join(skills))
    if not one.mock or not set(one.mock) <= set(MOCKED):
        raise BadInput(f"round {one.id}: mock", where=str(path), allowed=f"at least one of {', '.join(MOCKED)}")
    if one.weight <= 0 or not 10 <= one.minutes <= 180 or not 1 <= one.stage <= MOST_ROUNDS:
        allowed = f"a weight above 0, 10 to 180 minutes, a stage from 1 to {MOST_ROUNDS}"
        raise BadInput(f"round {one.id} is out of range", where=str(path), allowed=allowed)
    return one
