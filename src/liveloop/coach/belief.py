"""How well does the person hold each skill, and how sure is that?

One normal distribution over all skills at once: each skill is a general part, a part of its area (`sql`, `stats`, ...)
and a part of its own, so that an answer about one skill says a little about its neighbours and almost nothing about the
rest. What is seen (an item right or wrong, a drill clean of a skill's findings) is a coin whose chance is a logistic
curve of the skills it touches less its difficulty. After each, the distribution is matched to the exact moments along
the one direction that was seen (assumed density filtering, Gauss-Hermite).

Assumptions: areas are independent given the general part; difficulty 1 to 5 is 0.6 logits a step; practice teaches on
average `LEARNED` logits, less the more is held. How fast this person learns is one more thing that is not known and is
found out with the rest. Only what practice taught is forgotten within weeks, as far as the memory does not recall it.

The constants of learning and forgetting were set on simulated people, so that forecasts of their rounds are calibrated;
`bench/learners.py` tries them on others.

Source: Opper (1998), A Bayesian approach to on-line learning; Rasch (1960), Probabilistic models.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from liveloop.base.seeds import Floats

GENERAL, AREA, OWN = 0.20, 0.25, 0.90  # variances, in squared logits
STEP = 0.6
LEARNED = 0.45
LEARNED_DOUBT = 0.04  # variance that a practice adds: nobody learns just the average
RATE = 0.08  # variance of how fast people learn, against the average
TOUCHED = 4  # of many skills practised at once, as many get their share
FORGETS = 1.0  # how much of what was taught is lost with a recall of nothing
BAR = 0.6  # of many things at once, the share that must go well
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(31)
WEIGHTS = WEIGHTS / WEIGHTS.sum()


@dataclass(frozen=True)
class Seen:
    """One thing that was seen: the skills it touched, how it went, how hard it was.

    `right` is None for practice of which nobody saw how it went; `guess` is the chance of being right without any
    skill; `taught` says that it was practice, which teaches. With several `things` it went right when six in ten of
    them did.
    """

    skills: tuple[str, ...]
    right: bool | None
    difficulty: float = 3.0
    guess: float = 0.0
    taught: bool = True
    recall: float = 1.0
    things: int = 1


@dataclass(frozen=True)
class Belief:
    """A normal distribution over the skills, in logits (0 is a half chance on a drill of difficulty 3), and the rate.

    The last of `state` and `doubt` is how much faster than others this person learns, in shares; `taught` is how much
    practice has added to each skill so far.
    """

    skills: tuple[str, ...]
    state: Floats
    doubt: Floats
    taught: Floats

    @property
    def mean(self) -> Floats:
        """Give what is expected of each skill, when it is fresh."""
        return self.state[:-1]

    @property
    def cov(self) -> Floats:
        """Give the covariance of the skills."""
        return self.doubt[:-1, :-1]

    def held(self, recall: Mapping[str, float] | None = None) -> dict[str, tuple[float, float, float]]:
        """Say of each skill the chance on a drill of difficulty 3: expected, and its central 80 % interval."""
        spread = np.sqrt(np.maximum(np.diag(self.cov), 1e-12))
        middle = self.mean + self.faded(recall or {})
        expected = logistic(middle[:, None] + spread[:, None] * NODES) @ WEIGHTS
        low, high = logistic(middle - 1.2816 * spread), logistic(middle + 1.2816 * spread)
        triples = zip(expected, low, high, strict=True)
        return {skill: (float(e), float(a), float(b)) for skill, (e, a, b) in zip(self.skills, triples, strict=True)}

    def faded(self, recall: Mapping[str, float]) -> Floats:
        """Say what is forgotten of each skill, in logits, by how likely it is recalled (1 unless said)."""
        recalled = np.array([recall.get(skill, 1.0) for skill in self.skills])
        return offset(recalled, self.taught)

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
    size = len(skills)
    areas = np.array([skill.partition(".")[0] for skill in skills])
    doubt = np.zeros((size + 1, size + 1))
    doubt[:size, :size] = GENERAL + AREA * (areas[:, None] == areas[None, :]) + OWN * np.eye(size)
    doubt[size, size] = RATE
    return Belief(tuple(skills), np.zeros(size + 1), doubt, np.zeros(size))


def see(belief: Belief, seen: Seen) -> Belief:
    """Learn from one thing that was seen, then let the practice teach."""
    places = belief.index(seen.skills)
    if not places:
        return belief
    if seen.right is not None:
        belief = observe(belief, seen, places)
    return teach(belief, places) if seen.taught else belief


def observe(belief: Belief, seen: Seen, places: Sequence[int]) -> Belief:
    """Move the belief by how one thing went."""
    x = np.zeros(len(belief.state))
    x[list(places)] = 1.0 / len(places)
    along = belief.doubt @ x
    middle, spread = float(x @ belief.state), float(x @ along)
    faded = float(offset(np.array([seen.recall]), belief.taught[list(places)]).mean())
    eta = middle + spread**0.5 * NODES + faded - STEP * (seen.difficulty - 3.0)
    chance = seen.guess + (1 - seen.guess) * passed(logistic(eta), seen.things)
    weight = WEIGHTS * (chance if seen.right else 1 - chance)
    weight = weight / weight.sum()
    moved = float(weight @ NODES) * spread**0.5
    left = float(weight @ NODES**2) * spread - moved**2
    gain = along / spread
    return Belief(
        belief.skills,
        belief.state + gain * moved,
        belief.doubt - np.outer(gain, gain) * (spread - left),
        belief.taught,
    )


def teach(belief: Belief, places: Sequence[int]) -> Belief:
    """Let a practice teach: each skill moves by the rate at which this person learns, less the more it is held."""
    at = list(places)
    amount = np.zeros(len(belief.skills))
    amount[at] = LEARNED * (1 - logistic(belief.mean[at])) * min(1.0, TOUCHED / len(at))
    state, doubt = belief.state.copy(), belief.doubt.copy()
    learned = amount * max(0.2, 1.0 + state[-1])
    state[:-1] += learned
    doubt[:-1] += np.outer(amount, doubt[-1])
    doubt[:, :-1] += np.outer(doubt[:, -1], amount)
    doubt[at, at] += LEARNED_DOUBT * min(1.0, TOUCHED / len(at))
    return Belief(belief.skills, state, doubt, belief.taught + learned)


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


def passed(well: Floats, things: int) -> Floats:
    """Turn the chance that one thing goes well into the chance that six in ten of several do.

    Examples
    --------
    >>> passed(np.array([0.5, 0.6, 0.7]), 1).tolist(), passed(np.array([0.5, 0.6, 0.7]), 8).round(2).tolist()
    ([0.5, 0.6, 0.7], [0.29, 0.5, 0.73])
    """
    if things == 1:
        return well
    spread = np.sqrt(np.maximum(well * (1 - well), 1e-6) / things)
    chance: Floats = ndtr((well - BAR) / spread)
    return chance


def offset(recall: Floats, taught: Floats) -> Floats:
    """Say what is forgotten, in logits: nothing at a recall of 1, and never much more than was taught.

    Examples
    --------
    >>> offset(np.array([1.0, 0.8, 0.8]), np.array([1.0, 1.0, 0.0])).round(2).tolist()
    [-0.0, -0.2, -0.0]
    """
    lost: Floats = -FORGETS * (1.0 - np.clip(recall, 0.0, 1.0)) * np.maximum(taught, 0.0)
    return lost


def logistic(x: Floats) -> Floats:
    """Give the logistic curve."""
    curve: Floats = 1.0 / (1.0 + np.exp(-x))
    return curve
