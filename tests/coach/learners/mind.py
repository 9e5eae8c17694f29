"""What does a simulated person truly hold, how do they learn it, and how do they forget?

Two families, neither of which is what the coach believes. The first forgets by a power law whose decay is steeper the
fresher a thing still was when it was practised, which is the effect of spacing. The second has two strengths: what is
stored stays and grows most when it can hardly be reached, what can be reached fades by an exponential that slows as
more is stored. In both a thing that is much too hard teaches little, and so does one whose foundations are missing.

Source: Pavlik and Anderson (2005), Practice and forgetting effects on vocabulary memory; Bjork and Bjork (1992), A new
theory of disuse.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from learners.graph import places_of
from liveloop.base.seeds import Floats, flips, normals

AREA_MEANS = {
    "sql": 0.35, "python": 0.2, "stats": 0.0, "causal": -0.7, "ml": -0.1, "design": -0.55, "product": 0.0,
    "platform": -0.5, "behaviour": 0.1,
}  # fmt: skip
TRANSFER = 0.08  # of what is practised, to each skill that is linked with it
MOST_TIMES = 400


@dataclass(frozen=True)
class Traits:
    """One person: what is held before the first day (in logits), how fast they learn, forget and slip."""

    family: str
    before: Floats
    rate: float
    fades: float
    slip: float
    step: float
    form: float


def draw_traits(skills: Sequence[str], seed: int, family: str) -> Traits:
    """Draw a person.

    Examples
    --------
    >>> anna, bela = (draw_traits(["sql.null", "sql.windows"], seed, "power") for seed in (1, 2))
    >>> bool(anna.before[0] != bela.before[0]), 0 < anna.slip < 0.2
    (True, True)
    """
    z = normals(seed, "traits", range(6))
    areas = sorted({skill.partition(".")[0] for skill in skills})
    of_area = dict(zip(areas, normals(seed, "areas", range(len(areas))), strict=True))
    mine = np.array([AREA_MEANS.get(skill.partition(".")[0], 0.0) for skill in skills])
    area = np.array([of_area[skill.partition(".")[0]] for skill in skills])
    own = normals(seed, "own", range(len(skills)))
    if family == "stores":  # many things half known, some known well
        own = np.where(flips(seed, "known", range(len(skills)), 0.3), 1.0, -0.43) + 0.4 * own
    before = mine - 0.25 + 0.5 * z[0] + 0.55 * area + 0.65 * own
    return Traits(
        family=family,
        before=before,
        rate=float(np.exp(0.35 * z[1])),
        fades=float(np.exp(0.25 * z[2])),
        slip=float(0.04 + 0.03 / (1 + np.exp(-z[3]))),
        step=0.55 if family == "power" else 0.7,
        form=0.3,
    )


class Mind(ABC):
    """What a person holds: asked for chances, taught by practice. Times are days from the first."""

    def __init__(self, skills: Sequence[str], traits: Traits) -> None:
        self.skills, self.traits = tuple(skills), traits
        self.place = {skill: k for k, skill in enumerate(skills)}
        self.needs, self.links = places_of(self.skills)

    @abstractmethod
    def logits(self, at: float) -> Floats:
        """Give what is held of each skill at a time."""

    @abstractmethod
    def store(self, at: float, place: int, amount: float) -> None:
        """Take in one practice of a skill."""

    def chances(self, at: float, difficulty: float = 3.0, form: float = 0.0) -> Floats:
        """Give the chance that a thing of each skill goes well."""
        logits = self.logits(at) + form - self.traits.step * (difficulty - 3.0)
        return (1.0 - self.traits.slip) / (1.0 + np.exp(-logits))

    def teach(self, at: float, doses: Sequence[tuple[str, float]], difficulty: float = 3.0) -> None:
        """Let practice teach: a dose of 1 is eight minutes on one skill."""
        plain, hard = self.chances(at), self.chances(at, difficulty)
        for skill, dose in doses:
            place = self.place.get(skill)
            if place is None:
                continue
            amount = dose * self.traits.rate * ease(plain, hard, place, self.needs[place])
            self.store(at, place, amount)
            for other in self.links[place]:
                self.store(at, other, TRANSFER * amount)


def ease(plain: Floats, hard: Floats, place: int, needs: Sequence[int]) -> float:
    """Say how well a thing teaches: little when it is far too hard, far too easy, or stands on air."""
    chance = float(hard[place])
    reach = min(1.0, 0.2 + 1.8 * chance) * (1.0 - 0.5 * max(0.0, (chance - 0.8) / 0.2))
    ground = min((float(plain[other]) for other in needs), default=1.0)
    return reach * (0.35 + 0.65 * min(1.0, ground / 0.55))


class PowerMind(Mind):
    """Forgets by a power law (ACT-R): the log of what is left of all practices, on the ground of what was there."""

    KEEN, SLOPE, DECAY, CROWDING, SOON = 0.65, 1.2, 0.24, 0.30, 0.15

    def __init__(self, skills: Sequence[str], traits: Traits) -> None:
        super().__init__(skills, traits)
        self.ground = np.exp(traits.before / self.SLOPE)
        size = (len(self.skills), MOST_TIMES)
        self.times, self.decays, self.amounts = np.zeros(size), np.zeros(size), np.zeros(size)
        self.counts = np.zeros(len(self.skills), dtype=np.int64)

    def left(self, at: float, place: int | slice = slice(None)) -> Floats:
        """Give what is left of the practices of a skill, or of each."""
        used = int(self.counts.max())
        ages = np.maximum(at - self.times[place, ..., :used], 0.0) + self.SOON
        there: Floats = (self.amounts[place, ..., :used] * ages ** -self.decays[place, ..., :used]).sum(axis=-1)
        return there

    def logits(self, at: float) -> Floats:
        """Give what is held of each skill at a time."""
        held: Floats = self.SLOPE * np.log(self.ground + self.left(at))
        return held

    def store(self, at: float, place: int, amount: float) -> None:
        """Take in one practice; it fades faster when the thing was still fresh."""
        fresh = float(self.left(at, place))
        k = self.counts[place]
        self.times[place, k], self.amounts[place, k] = at, self.KEEN * amount
        self.decays[place, k] = min(0.9, self.traits.fades * self.DECAY + self.CROWDING * fresh / (1.0 + fresh))
        self.counts[place] += 1


class StoreMind(Mind):
    """Two strengths: what is stored stays, what can be reached fades by an exponential."""

    KEEN, WORTH, REACHED, DAYS = 0.33, 1.15, 1.5, 6.0

    def __init__(self, skills: Sequence[str], traits: Traits) -> None:
        super().__init__(skills, traits)
        self.stored, self.reach = np.zeros(len(skills)), np.zeros(len(skills))
        self.seen_at = np.zeros(len(skills))

    def reached(self, at: float) -> Floats:
        """Give how far each skill can be reached at a time, 0 to 1."""
        slow = self.DAYS / self.traits.fades * (1.0 + 2.0 * self.stored)
        there: Floats = self.reach * np.exp(-np.maximum(at - self.seen_at, 0.0) / slow)
        return there

    def logits(self, at: float) -> Floats:
        """Give what is held of each skill at a time."""
        held: Floats = (
            self.traits.before
            + self.WORTH * self.stored
            + self.REACHED * self.reached(at) * (0.25 + 0.75 * np.minimum(1.0, self.stored))
        )
        return held

    def store(self, at: float, place: int, amount: float) -> None:
        """Take in one practice; the less it can be reached, the more is stored."""
        reach = float(self.reached(at)[place])
        full = 1.0 + self.stored[place] + max(0.0, float(self.traits.before[place]))
        self.stored[place] += self.KEEN * amount * (1.0 - 0.7 * reach) / full
        self.reach[place] = reach + (1.0 - reach) * (1.0 - np.exp(-amount))
        self.seen_at[place] = at


def make_mind(skills: Sequence[str], seed: int, family: str) -> Mind:
    """Make a person of a family: `power` or `stores`.

    Examples
    --------
    >>> for family in ("power", "stores"):
    ...     mind = make_mind(["sql.null", "sql.windows"], 3, family)
    ...     before = mind.chances(0.0)[0]
    ...     mind.teach(0.0, [("sql.null", 1.0)])
    ...     print(bool(before < mind.chances(30.0)[0] < mind.chances(1.0)[0]))
    True
    True
    """
    traits = draw_traits(skills, seed, family)
    return PowerMind(skills, traits) if family == "power" else StoreMind(skills, traits)
