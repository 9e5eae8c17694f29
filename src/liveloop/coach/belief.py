"""How well does the person hold each skill, and how sure is that?

One normal distribution over all skills at once: each skill is a general part, a part of its area (`sql`, `stats`, ...)
and a part of its own, so that an answer about one skill says a little about its neighbours and almost nothing about the
rest. What is seen (an item right or wrong, a drill clean of a skill's findings) is a coin whose chance is a logistic
curve of the skills it touches less its difficulty. After each, the distribution is matched to the exact moments along
the one direction that was seen (assumed density filtering, Gauss-Hermite).

Assumptions: areas are independent given the general part; difficulty 1 to 5 is 0.6 logits a step; practice teaches on
average `LEARNED` logits, less the more is held. Forgetting comes in as an offset, from the memory's recall.

Source: Opper (1998), A Bayesian approach to on-line learning; Rasch (1960), Probabilistic models.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log

import numpy as np

from liveloop.base.seeds import Floats

GENERAL, AREA, OWN = 0.20, 0.25, 0.90  # variances, in squared logits
STEP = 0.6
LEARNED = 0.35
LEARNED_DOUBT = 0.04  # variance that a practice adds: nobody learns just the average
FORGETS = 1.2  # logits for each unit of -ln(recall)
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(31)
WEIGHTS = WEIGHTS / WEIGHTS.sum()


@dataclass(frozen=True)
class Seen:
    """One thing that was seen: the skills it touched, how it went (1 right, 0 wrong), how hard it was.

    `guess` is the chance of being right without any skill; `taught` says that it was practice, which teaches.
    """

    skills: tuple[str, ...]
    right: bool
    difficulty: float = 3.0
    guess: float = 0.0
    taught: bool = True
    recall: float = 1.0


@dataclass(frozen=True)
class Belief:
    """A normal distribution over the skills, in logits: 0 is a half chance on a drill of difficulty 3."""

    skills: tuple[str, ...]
    mean: Floats
    cov: Floats

    def held(self, recall: Mapping[str, float] | None = None) -> dict[str, tuple[float, float, float]]:
        """Say of each skill the chance on a drill of difficulty 3: expected, and its central 80 % interval."""
        shift = np.array([offset((recall or {}).get(skill, 1.0)) for skill in self.skills])
        spread = np.sqrt(np.maximum(np.diag(self.cov), 1e-12))
        middle = self.mean + shift
        expected = logistic(middle[:, None] + spread[:, None] * NODES) @ WEIGHTS
        low, high = logistic(middle - 1.2816 * spread), logistic(middle + 1.2816 * spread)
        triples = zip(expected, low, high, strict=True)
        return {skill: (float(e), float(a), float(b)) for skill, (e, a, b) in zip(self.skills, triples, strict=True)}

    def index(self, skills: Iterable[str]) -> list[int]:
        """Find the places of the skills that are known."""
        places = {skill: place for place, skill in enumerate(self.skills)}
        return [places[skill] for skill in skills if skill in places]


def begin(skills: Sequence[str]) -> Belief:
    """Believe what is true of nobody in particular.

    Examples
    --------
    >>> belief = begin(["sql.null", "sql.windows", "stats.power"])
    >>> round(belief.held()["sql.null"][0], 3)
    0.5
    >>> after = see(belief, Seen(("sql.null",), right=True, taught=False))
    >>> [round(expected, 2) for expected, _, _ in after.held().values()]
    [0.61, 0.53, 0.52]
    """
    areas = np.array([skill.partition(".")[0] for skill in skills])
    cov = GENERAL + AREA * (areas[:, None] == areas[None, :]) + OWN * np.eye(len(skills))
    return Belief(tuple(skills), np.zeros(len(skills)), cov)


def see(belief: Belief, seen: Seen) -> Belief:
    """Learn from one thing that was seen, then let the practice teach."""
    places = belief.index(seen.skills)
    if not places:
        return belief
    x = np.zeros(len(belief.skills))
    x[places] = 1.0 / len(places)
    along = belief.cov @ x
    middle, spread = float(x @ belief.mean), float(x @ along)
    eta = middle + spread**0.5 * NODES + offset(seen.recall) - STEP * (seen.difficulty - 3.0)
    chance = seen.guess + (1 - seen.guess) * logistic(eta)
    weight = WEIGHTS * (chance if seen.right else 1 - chance)
    weight = weight / weight.sum()
    moved = float(weight @ NODES) * spread**0.5
    left = float(weight @ NODES**2) * spread - moved**2
    gain = along / spread
    mean = belief.mean + gain * moved
    cov = belief.cov - np.outer(gain, gain) * (spread - left)
    if seen.taught:
        mean = mean.copy()
        mean[places] += LEARNED * (1 - logistic(mean[places]))
        cov[places, places] += LEARNED_DOUBT
    return Belief(belief.skills, mean, cov)


def expected_gain(belief: Belief, seen: Seen, weights: Floats) -> float:
    """Say how much a thing would lower the weighted variance of the skills, on average over how it may go."""
    places = belief.index(seen.skills)
    if not places:
        return 0.0
    x = np.zeros(len(belief.skills))
    x[places] = 1.0 / len(places)
    along = belief.cov @ x
    spread = float(x @ along)
    eta = float(x @ belief.mean) + spread**0.5 * NODES - STEP * (seen.difficulty - 3.0)
    chance = seen.guess + (1 - seen.guess) * logistic(eta)
    left = 0.0
    for part in (WEIGHTS * chance, WEIGHTS * (1 - chance)):
        mass = part.sum()
        moved = float(part @ NODES) / mass
        left += mass * (float(part @ NODES**2) / mass - moved**2)
    return float(weights @ (along / spread) ** 2 * spread * (1 - left))


def offset(recall: float) -> float:
    """Turn a recall into logits: nothing at 1, less the more is forgotten.

    Examples
    --------
    >>> round(offset(0.5), 2)
    -0.83
    """
    return FORGETS * log(min(1.0, max(recall, 0.02)))


def logistic(x: Floats) -> Floats:
    """Give the logistic curve."""
    curve: Floats = 1.0 / (1.0 + np.exp(-x))
    return curve
