"""What would a treatment do in another population than the one it was tried in?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, Ints
from liveloop.estimate.door import as_names, one_of
from liveloop.estimate.frame import Frame, Groups, read_frame
from liveloop.estimate.randomised.cells import lone
from liveloop.estimate.randomised.difference import Columns, few_clusters
from liveloop.estimate.randomised.split import Split, crossed, sampled_shares, split_by
from liveloop.estimate.randomised.strata import PAIRS, assumptions, combined, correction_of, diagnostics
from liveloop.estimate.result import Diagnostic, Estimate, convention, normal_estimate
from liveloop.estimate.words import listed, short

EMPTY = ("refuse", "drop")


def to_population(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    strata: str | Sequence[str],
    population: Any,  # noqa: ANN401 - shares by label, or any table
    shares: str | None = None,
    sampled: bool | None = None,
    clusters: str | None = None,
    covariates: Sequence[str] = (),
    weights: str | None = None,
    control: object = None,
    empty: str = "refuse",
    correction: str = "",
    level: float = 0.95,
) -> Estimate:
    """Estimate the average effect in a population, from effects by stratum and the population's shares of strata.

    Parameters
    ----------
    strata
        The column, or the columns together, that experiment and population have in common.
    population
        Shares or counts by the label of a stratum (a tuple of labels where there are several columns); or a table with
        the columns of strata: one row for each person, or, with `shares`, rows with a share, a count or a weight.
    shares
        The column of the population's table that says how much each row counts.
    sampled
        Whether the rows of the population's table are themselves a sample, whose shares are uncertain; as a rule it is
        one where there is no column of shares.
    weights
        Weights of the rows of the experiment, within strata.
    empty
        "refuse" a population with people in strata that the experiment cannot speak of; or "drop" those people, and
        say how many they are.

    Raises
    ------
    BadInput
        When a stratum of the population has no rows in an arm of the experiment.

    Examples
    --------
    The change does much for new users, little for old ones, and few of those in the experiment were new:

    >>> new = np.repeat([0, 1], [80, 20]); arm = np.tile([0, 1], 50)
    >>> data = {"y": arm * (1.0 + 9.0 * new) + np.tile([0.1, 0.1, -0.1, -0.1], 25), "arm": arm, "new": new}
    >>> made = to_population(data, outcome="y", treatment="arm", strata="new", population={0: 0.5, 1: 0.5})
    >>> round(made.value, 6), round([one.value for one in made.diagnostics if one.name == "effect in the sample"][0], 6)
    (5.5, 2.8)

    Source: Cole and Stuart (2010), doi:10.1093/aje/kwq084; Tipton (2013), doi:10.3102/1076998612441947.
    """
    one_of(empty, "empty", EMPTY)
    columns = Columns(outcome, treatment, clusters, tuple(covariates), weights)
    names = as_names(strata)
    frame = read_frame(data, (*columns.named, *names))
    people = _people(population, names, shares, sampled=sampled)
    name = correction_of(correction, clustered=clusters is not None)
    kept, missing = _kept(frame, columns, names, control, people, pairs=name == PAIRS)
    if missing and empty == "refuse":
        said = [f"{label!r} ({share:.1%}: {why})" for label, share, why in missing[:5]]
        raise BadInput(
            f"{len(missing)} strata of the population cannot be estimated: {', '.join(said)}", where="strata",
            allowed="rows of both arms for each stratum of the population; coarser strata; empty='drop'",
        )  # fmt: skip
    if not kept.any():
        raise BadInput("no stratum of the population is in the experiment with both arms", where="strata",
                       allowed=f"labels in common; the population has {listed(people.labels)}")  # fmt: skip
    split = split_by(frame.taking(kept), columns, names, control)
    place = {label: at for at, label in enumerate(people.labels)}
    of = np.array([place[label] for label in split.strata.labels])
    target = people.shares[of] / people.shares[of].sum()
    made = combined(split, target, name, spread=False)
    added = _of_people(people, of, split, target, name)
    error = float(np.sqrt(made.error**2 + added))
    lost = sum(share for _, share, _ in missing)
    letters = "HC" if split.groups is None else "CR"
    others = [one for one in (f"{letters}1", f"{letters}2", f"{letters}3") if one != name and name != PAIRS]
    each = [(one, combined(split, target, one, spread=False)) for one in others]
    return normal_estimate(
        f"average effect on {outcome} in a population with given shares of {listed(names)}, "
        f"{split.arms.labels[1]!r} minus {split.arms.labels[0]!r} of {treatment}",
        made.value, error, df=made.df, level=level, method="effects by stratum, averaged by the population's shares",
        correction=name, counts=_counts(split, people, kept),
        assumes=(*assumptions(columns, names, "size"), *_transports(names, people)),
        diagnostics=(*_shifts(split, target, lost), *diagnostics(split, name, made.value)),
        warnings=(*_warnings(lost, missing), *(() if name == PAIRS else few_clusters(split.groups, split.arms, name))),
        conventions=tuple(
            convention(one, two.value, float(np.sqrt(two.error**2 + added)), two.df, level) for one, two in each
        ),
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class People:
    """The population: the label and the share of each stratum, and the rows that they were counted in, if a sample."""

    labels: tuple[Any, ...]
    shares: Floats
    codes: Ints | None
    weights: Floats | None
    rows: int


def _people(population: Any, names: tuple[str, ...], shares: str | None, *, sampled: bool | None) -> People:  # noqa: ANN401
    if isinstance(population, Mapping) and not any(name in population for name in names):
        labels = tuple(population)
        given = np.asarray([float(one) for one in population.values()])
        rows = 0
        groups = Groups(np.arange(len(labels)), labels)
        codes, heavy, is_sample = groups.codes, given, False
    else:
        frame = read_frame(population, (*names, *((shares,) if shares else ())))
        groups = crossed(frame, names)
        codes, rows, labels = groups.codes, frame.rows, groups.labels
        heavy = np.ones(frame.rows) if shares is None else frame.numbers(shares, "share")
        is_sample = shares is None if sampled is None else sampled
    bad = int((heavy < 0).sum() + (~np.isfinite(heavy)).sum())
    if bad or heavy.sum() <= 0:
        raise BadInput(f"shares of the population are below 0 in {bad} rows, and add up to {short(heavy.sum())}",
                       where="population", allowed="numbers of 0 or more that add up to more than 0")  # fmt: skip
    made = np.bincount(codes, heavy, minlength=len(labels)) / heavy.sum()
    share = np.asarray(made, np.float64)
    return People(labels, share, codes, heavy, rows) if is_sample else People(labels, share, None, None, rows)


def _kept(
    frame: Frame, columns: Columns, names: tuple[str, ...], control: object, people: People, *, pairs: bool
) -> tuple[Any, list[tuple[object, float, str]]]:
    """Give flags of the rows in strata of the population that can be estimated, and those that cannot."""
    arms = frame.two_arms(columns.treatment, control=control)
    found = crossed(frame, names)
    rows = np.bincount(found.codes * 2 + arms.codes, minlength=2 * found.count).reshape(-1, 2)
    units = frame.groups(columns.clusters, "cluster").codes if columns.clusters else None
    alone = set() if pairs else {int(at) // 2 for at in lone(found.codes * 2 + arms.codes, 2 * found.count, units)}
    place = {label: at for at, label in enumerate(found.labels)}
    good, missing = np.zeros(found.count, bool), []
    for label, share in zip(people.labels, people.shares, strict=True):
        if share <= 0:
            continue
        at = place.get(label)
        if at is None:
            missing.append((label, float(share), "no rows"))
        elif not rows[at].all() or at in alone:
            count = " and ".join(f"{number} of {one!r}" for number, one in zip(rows[at], arms.labels, strict=True))
            missing.append((label, float(share), f"{count}"))
        else:
            good[at] = True
    return good[found.codes], missing


def _of_people(people: People, of: Ints, split: Split, target: Floats, correction: str) -> float:
    """Give the variance that the population's shares have where they were counted in a sample."""
    if people.codes is None or people.weights is None or correction == PAIRS:
        return 0.0
    place = np.full(len(people.labels), -1)
    place[of] = np.arange(len(of))
    inside = place[people.codes] >= 0
    stratum = place[people.codes[inside]]
    return sampled_shares(split, stratum, None, people.weights[inside], target, correction)


def _counts(split: Split, people: People, kept: Any) -> dict[str, int]:  # noqa: ANN401 - flags
    made = {**split.counts(), "rows outside the population's strata": int((~kept).sum())}
    return made | ({"rows of the population's sample": people.rows} if people.codes is not None else {})


def _transports(names: tuple[str, ...], people: People) -> tuple[str, ...]:
    made = [f"within a stratum of {listed(names)} effects in the population are as in the experiment: who took part "
            "does not depend on what the effect would be"]  # fmt: skip
    if people.codes is None:
        made.append("the shares of the population are known, not estimated")
    else:
        made.append("rows of the population's table are independent draws from it")
    return tuple(made)


def _shifts(split: Split, target: Floats, lost: float) -> tuple[Diagnostic, ...]:
    own = split.sizes / split.sizes.sum()
    return (
        Diagnostic("share of the population that is covered", 1 - lost, "the rest are in strata without rows"),
        Diagnostic("effect in the sample", float(own @ split.effects), "strata at their sizes in the experiment"),
        Diagnostic("largest weight of a stratum", float((target / own).max()), "its share there over its share here"),
        Diagnostic("design effect of the weights", float((target**2 / own).sum()),
                   "how many times the variance is what it would be were the shares alike"),
    )  # fmt: skip


def _warnings(lost: float, missing: Sequence[tuple[object, float, str]]) -> tuple[str, ...]:
    if not missing:
        return ()
    return (f"{lost:.1%} of the population are in {len(missing)} strata that the experiment cannot speak of: "
            f"the estimate is for the other {1 - lost:.1%}",)  # fmt: skip
