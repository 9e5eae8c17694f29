"""How many comply, who are they, and what would they have had with the treatment and without it?

Nobody can be pointed at as a complier, but weights that are right on average pick them out: everyone, less those who
took it though not assigned (always-takers), less those who did not though assigned (never-takers).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.special import expit

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats
from liveloop.estimate.compliance.influence import covariance_of
from liveloop.estimate.compliance.late import Trial, read_trial
from liveloop.estimate.door import refuse_level
from liveloop.estimate.randomised.difference import counts_of
from liveloop.estimate.result import Diagnostic, Estimate, Estimates, normal_estimate
from liveloop.estimate.words import listed

COMPLIERS, ALWAYS, NEVER, EVERYONE = "compliers", "always-takers", "never-takers", "everyone"
TREATED, UNTREATED, EFFECT = "outcome with it, compliers", "outcome without it, compliers", "effect, compliers"
_EDGE = 0.01  # a chance of assignment this near to 0 or 1 makes single rows count a hundredfold
_MOST_STEPS = 50


@dataclass(frozen=True, eq=False)
class Assignment:
    """What was assigned and taken, and the chance of assignment.

    Parameters
    ----------
    moved
        [row, parameter]: how far each row moved the parameters of the chance.
    explained
        [row, parameter]: what the chance is made of.
    """

    z: Floats
    d: Floats
    chance: Floats
    moved: Floats
    explained: Floats
    weights: Floats

    def weight(self, kind: str) -> tuple[Floats, Floats]:
        """Give a weight for each row, and its slope in the chance of assignment."""
        z, d, p = self.z, self.d, self.chance
        takes, leaves = d * (1 - z) / (1 - p), (1 - d) * z / p  # though not assigned; though assigned
        kinds: Mapping[str, Callable[[], tuple[Floats, Floats]]] = {
            EVERYONE: lambda: (np.ones_like(p), np.zeros_like(p)),
            ALWAYS: lambda: (takes, takes / (1 - p)),
            NEVER: lambda: (leaves, -leaves / p),
            COMPLIERS: lambda: (1 - takes - leaves, -takes / (1 - p) + leaves / p),
            TREATED: lambda: (d * (z / p - (1 - z) / (1 - p)), -d * (z / p**2 + (1 - z) / (1 - p) ** 2)),
            UNTREATED: lambda: ((1 - d) * ((1 - z) / (1 - p) - z / p),
                                (1 - d) * ((1 - z) / (1 - p) ** 2 + z / p**2)),
            "control": lambda: ((1 - z) / (1 - p), (1 - z) / (1 - p) ** 2),
            "treated": lambda: (z / p, -z / p**2),
        }  # fmt: skip
        return kinds[kind]()

    def mean(self, kind: str, values: Floats) -> tuple[float, Floats]:
        """Give the mean of values with a kind of weights, and what each row moved of it.

        Source: Abadie (2003), doi:10.1016/S0304-4076(02)00201-4; the weights are normalised, as Słoczyński, Uysal and
        Wooldridge (2024), doi:10.1080/07350015.2024.2332763, advise.
        """
        weight, slope = self.weight(kind)
        weight, slope = weight * self.weights, slope * self.weights * self.chance * (1 - self.chance)
        total = float(weight.sum())
        if abs(total) <= 1e-9 * float(np.abs(weight).sum()):
            raise BadInput(f"there are no {COMPLIERS}: uptake is alike in both arms", where="uptake",
                           allowed="an uptake that the arm moves")  # fmt: skip
        value = float(weight @ values) / total
        through = (slope * (values - value)) @ self.explained / total
        return value, weight * (values - value) / total + self.moved @ through


def complier_characteristics(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    treatment: str,
    uptake: str,
    covariates: Sequence[str] = (),
    outcome: str | None = None,
    given: Sequence[str] = (),
    clusters: str | None = None,
    weights: str | None = None,
    control: object = None,
    level: float = 0.95,
) -> Estimates:
    """Describe compliers: their share, the means of covariates, the mean outcome with and without the treatment.

    Parameters
    ----------
    treatment, uptake
        Columns of two values: what was assigned, and what was taken. 1, True or the later label is treated.
    covariates
        Columns of numbers whose means are asked for.
    outcome
        A column of numbers; None for no outcomes.
    given
        Columns of numbers on which the chance of assignment depends, by a logit; empty where it is one for all.

    Returns
    -------
    Estimates
        "compliers", "always-takers", "never-takers": shares. For each covariate "age, compliers", "age, everyone",
        "age, compliers minus everyone", and those of the other groups where they are there. With an outcome "outcome
        with it, compliers", "outcome without it, compliers", "effect, compliers". `covariance` goes with them.

    Raises
    ------
    BadInput
        When a column is missing in some rows, or nobody complies.

    Examples
    --------
    Those who come when invited are healthier than the average: what the trial finds, it finds for them.

    >>> from liveloop.base.seeds import flips, normals
    >>> rows = range(4000); health = normals(4, "health", rows); invited = flips(4, "arm", rows, 0.5)
    >>> data = {"invited": invited, "came": invited & (health > 0), "health": health}
    >>> made = complier_characteristics(data, treatment="invited", uptake="came", covariates=["health"])
    >>> round(made["compliers"].value, 1), round(made["health, compliers"].value, 1)
    (0.5, 0.8)

    Source: Abadie (2003), doi:10.1016/S0304-4076(02)00201-4; Marbach and Hangartner (2020),
    doi:10.1017/pan.2019.48 for the shares and covariates of all groups.
    """
    refuse_level(level)
    columns = [*covariates, *given, *([outcome] if outcome else [])]
    trial = read_trial(data, columns, treatment=treatment, uptake=uptake, clusters=clusters, weights=weights,
                       control=control)  # fmt: skip
    assignment = assigned(trial, trial.frame.matrix(given), given)
    table = _Table()
    _shares(table, assignment, uptake)
    for name in covariates:
        _covariate(table, assignment, name, trial.frame.numbers(name, "covariate"))
    if outcome:
        _outcome(table, assignment, outcome, trial.frame.numbers(outcome, "outcome"))
    counts = counts_of(trial.arms, trial.clusters, clusters)
    least = float(np.minimum(assignment.chance, 1 - assignment.chance).min())
    return table.estimates(
        f"compliers, who take {uptake} if {treatment} is {trial.arms.labels[1]!r} and not if it is "
        f"{trial.arms.labels[0]!r}", trial, counts, _assumes(treatment, uptake, outcome, given), least, level,
    )  # fmt: skip


def assigned(trial: Trial, given: Floats, names: Sequence[str]) -> Assignment:
    """Fit the chance of assignment: one for all, or a logit of what is given."""
    z = trial.arms.codes.astype(np.float64)
    weights = np.ones(len(z)) if trial.weights is None else trial.weights / trial.weights.mean()
    centre = np.average(given, axis=0, weights=weights) if given.shape[1] else np.zeros(0)
    x = np.column_stack([np.ones(len(z)), given - centre])
    theta = np.zeros(x.shape[1])
    share = float(np.average(z, weights=weights))
    theta[0] = np.log(share / (1 - share))
    for _ in range(_MOST_STEPS):
        chance = expit(x @ theta)
        within = (x * (weights * chance * (1 - chance))[:, None]).T @ x
        if np.linalg.cond(within) > 1e13 or min(chance.min(), 1 - chance.max()) < 1e-10:
            break
        step = np.linalg.solve(within, x.T @ (weights * (z - chance)))
        theta = theta + step
        if float(np.abs(step).max()) < 1e-10:
            moved = x * (weights * (z - chance))[:, None] @ np.linalg.inv(within)
            return Assignment(z, trial.taken.codes.astype(np.float64), chance, moved, x, weights)
    raise BadInput(f"the chance of assignment cannot be fitted on {listed(list(names))}", where="given",
                   allowed="columns that are not collinear and do not settle the arm")  # fmt: skip


@dataclass
class _Table:
    """Rows of the result as they come: names, values, words, and what each row of the data moved."""

    names: list[str] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    moved: list[Floats] = field(default_factory=list)

    def add(self, name: str, words: str, found: tuple[float, Floats]) -> tuple[float, Floats]:
        self.names.append(name)
        self.words.append(words)
        self.values.append(found[0])
        self.moved.append(found[1])
        return found

    def estimates(
        self, what: str, trial: Trial, counts: Mapping[str, int], assumes: tuple[str, ...], least: float, level: float
    ) -> Estimates:
        covariance, df = covariance_of(np.column_stack(self.moved), trial.codes)
        correction = "CR1" if trial.clusters else "HC1"
        rows: dict[str, Estimate] = {}
        for at, name in enumerate(self.names):
            rows[name] = normal_estimate(
                self.words[at], self.values[at], float(np.sqrt(covariance[at, at])), df=df, level=level,
                method="complier weights (Abadie's kappa)", correction=correction, counts=counts, assumes=assumes,
            )  # fmt: skip
        told = [f"the chance of assignment comes as near as {least:.3g} to 0 or 1"] if least < _EDGE else []
        told += ["uptake is rarer in the treated arm"] if self.values[0] < 0 else []
        share = rows[COMPLIERS]
        seen = share.value / share.standard_error if share.standard_error else float("inf")
        clue = Diagnostic("t of the share of compliers", seen, "below 5 or so, ratios to this share are not normal")
        return Estimates(what, rows, tuple(tuple(map(float, row)) for row in covariance), None, (clue,), tuple(told))


def _less(one: tuple[float, Floats], other: tuple[float, Floats]) -> tuple[float, Floats]:
    return one[0] - other[0], one[1] - other[1]


def _shares(table: _Table, assignment: Assignment, uptake: str) -> None:
    always = assignment.mean("control", assignment.d)
    never = assignment.mean("treated", 1 - assignment.d)
    one = (1.0, np.zeros_like(assignment.d))
    table.add(COMPLIERS, f"share who take {uptake} because assigned", _less(_less(one, always), never))
    table.add(ALWAYS, f"share who take {uptake} in either arm", always)
    table.add(NEVER, f"share who take {uptake} in neither arm", never)


def _covariate(table: _Table, assignment: Assignment, name: str, values: Floats) -> None:
    among = {kind: assignment.mean(kind, values) for kind in (COMPLIERS, EVERYONE, *_there(assignment))}
    for kind, found in among.items():
        table.add(f"{name}, {kind}", f"mean of {name} among {kind}", found)
    table.add(f"{name}, {COMPLIERS} minus {EVERYONE}", f"how far compliers are from everyone in {name}",
              _less(among[COMPLIERS], among[EVERYONE]))  # fmt: skip


def _outcome(table: _Table, assignment: Assignment, name: str, values: Floats) -> None:
    treated = table.add(TREATED, f"mean {name} of compliers, had they taken it", assignment.mean(TREATED, values))
    untreated = table.add(UNTREATED, f"mean {name} of compliers, had they not taken it",
                          assignment.mean(UNTREATED, values))  # fmt: skip
    table.add(EFFECT, f"effect on {name} of compliers", _less(treated, untreated))
    for kind in _there(assignment):
        side = "with" if kind == ALWAYS else "without"
        table.add(f"outcome {side} it, {kind}", f"mean {name} of {kind}", assignment.mean(kind, values))


def _there(assignment: Assignment) -> tuple[str, ...]:
    """Give the groups besides compliers that show in the data."""
    always = bool((assignment.d * (1 - assignment.z)).any())
    never = bool(((1 - assignment.d) * assignment.z).any())
    return (*((ALWAYS,) if always else ()), *((NEVER,) if never else ()))


def _assumes(treatment: str, uptake: str, outcome: str | None, given: Sequence[str]) -> tuple[str, ...]:
    chance = f", the chance given {listed(list(given))} being a logit" if given else ""
    made = [f"{treatment} was assigned by chance{chance}",
            f"nobody takes {uptake} only when not assigned to it (monotonicity: no defiers)"]  # fmt: skip
    if outcome:
        made.append(f"{treatment} touches {outcome} through {uptake} alone (exclusion)")
    return tuple(made)
