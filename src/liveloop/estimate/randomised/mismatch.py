"""Did the arms get the shares that were designed, and if not, where did units go missing?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
from scipy.special import gammaln
from scipy.stats import binomtest, chi2

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, Ints, stream
from liveloop.estimate.door import one_of
from liveloop.estimate.frame import Frame, Groups, read_frame
from liveloop.estimate.randomised.cells import distinct
from liveloop.estimate.randomised.several import adjusted_p_values
from liveloop.estimate.regime import share_between
from liveloop.estimate.result import Convention, Diagnostic, Estimate, Estimates
from liveloop.estimate.words import listed

TESTS = ("auto", "chi-square", "exact")
ENOUGH = 5.0  # expected units of an arm from which the chi-square law is good
ALARM = 0.001  # p below which effects are not to be read
_MOST_OUTCOMES = 200_000
_DRAWS = 100_000


def mismatch(
    data: Any,  # noqa: ANN401 - any table
    *,
    treatment: str,
    shares: Mapping[Any, float] | None = None,
    clusters: str | None = None,
    test: str = "auto",
    level: float = 0.95,
) -> Estimates:
    """Compare how many units each arm has with the shares that were designed (sample ratio mismatch).

    Parameters
    ----------
    treatment
        The column of the arm that was assigned.
    shares
        The designed share of each arm by its label, or numbers in their proportion; equal where it is not given. An
        arm that is not named, or has a share of 0, should have nobody.
    clusters
        The unit that was randomised, if rows were not: each is counted once for each arm that it has rows in.
    test
        "chi-square"; "exact", by the probability of each outcome (of draws where there are too many); "auto": exact
        where an arm expects fewer than 5 units.

    Returns
    -------
    Estimates
        By arm: its share minus the designed one. `joint_p_value` is that of the test.

    Examples
    --------
    Ten users of a hundred lost nearly all of their sessions. Counted by users nothing is wrong:

    >>> data = {"user": np.repeat(np.arange(100), np.where(np.arange(100) < 10, 1, 9)), }
    >>> data["arm"] = np.where(data["user"] < 50, "a", "b")
    >>> rows = mismatch(data, treatment="arm"); users = mismatch(data, treatment="arm", clusters="user")
    >>> rows.joint_p_value < 0.01, users.joint_p_value
    (True, 1.0)

    Source: Fabijan et al. (2019), doi:10.1145/3292500.3330722.
    """
    frame, arms, units = _read(data, treatment, clusters, ())
    counts, both = _counted(arms, units, np.ones(frame.rows, bool))
    made = mismatch_of_counts(dict(zip(arms.labels, counts.tolist(), strict=True)), shares, test=test, level=level)
    if clusters is None or not both:
        return made
    said = f"{both} values of {clusters} have rows in more than one arm, and are counted in each"
    extra = Diagnostic("units in more than one arm", float(both), f"of {units.count if units else 0}", holds=False)
    return replace(made, diagnostics=(*made.diagnostics, extra), warnings=(*made.warnings, said))


def mismatch_of_counts(
    counts: Mapping[Any, int],
    shares: Mapping[Any, float] | None = None,
    *,
    test: str = "auto",
    seed: int = 0,
    level: float = 0.95,
) -> Estimates:
    """Compare counts of units by arm with the designed shares; parameters as for `mismatch`.

    Examples
    --------
    Half of 1.6 million, but for four in a thousand:

    >>> made = mismatch_of_counts({"treated": 821_588, "control": 815_482})
    >>> f"{made.joint_p_value:.1e}", round(made["treated"].value, 4)
    ('1.8e-06', 0.0019)

    Source: Kohavi, Tang and Xu (2020), "Trustworthy Online Controlled Experiments", chapter 3, for the counts.
    """
    one_of(test, "test", TESTS)
    labels, seen, designed = _against(counts, shares)
    p_value, kind, statistic = against_shares(seen, designed, test=test, seed=seed)
    total = int(seen.sum())
    rows = {}
    for label, count, share in zip(labels, seen.tolist(), designed.tolist(), strict=True):
        pair = np.array([count, total - count]), np.array([share, 1 - share])
        alone, _, _ = against_shares(*pair, test="chi-square" if kind == "chi-square" else "exact")
        rows[str(label)] = _share_of(label, pair, level, alone)
    unnamed = [label for label in counts if shares is not None and label not in shares]
    expected = designed[designed > 0] * total
    return Estimates(
        f"shares of {total} units against the design", rows, joint_p_value=p_value,
        diagnostics=(
            Diagnostic("arms have the designed shares", p_value, f"p of the {kind} test", p_value >= ALARM),
            Diagnostic("chi-square", statistic, f"{len(expected) - 1} df"),
            Diagnostic("smallest expected count", float(expected.min()), "below 5 the chi-square law is rough"),
        ),
        warnings=_warnings(p_value, labels, seen, designed, unnamed),
    )  # fmt: skip


def mismatch_by(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    treatment: str,
    segments: Sequence[str],
    shares: Mapping[Any, float] | None = None,
    clusters: str | None = None,
    test: str = "auto",
    level: float = 0.95,
) -> Estimates:
    """Look for the segments in which the arms do not have the designed shares.

    Each row is of the arm that is furthest off in one segment; its p-value is of that segment, adjusted by Holm for
    how many segments were looked at. The furthest segment comes first.

    Parameters
    ----------
    segments
        Columns known before the treatment began, such as the browser or the day of assignment. A column that the
        treatment can move shows mismatches where there are none.

    Examples
    --------
    >>> arm = np.tile(["a", "b"], 300); browser = np.tile(["x", "x", "x", "x", "y", "y"], 100)
    >>> kept = ~((browser == "y") & (arm == "b") & (np.arange(600) % 4 == 1))
    >>> made = mismatch_by({"arm": arm[kept], "browser": browser[kept]}, treatment="arm", segments=["browser"])
    >>> list(made), [one.p_value < 0.001 for one in made.rows.values()]
    (["browser = 'y'", "browser = 'x'"], [True, False])
    """
    one_of(test, "test", TESTS)
    if not segments:
        raise BadInput("no segments", where="segments", allowed="one column or more")
    frame, arms, units = _read(data, treatment, clusters, segments)
    found: list[tuple[float, str, Estimate]] = []
    for column in segments:
        groups = frame.groups(column, "segment")
        for code, label in enumerate(groups.labels):
            counts, _ = _counted(arms, units, groups.codes == code)
            made = mismatch_of_counts(dict(zip(arms.labels, counts.tolist(), strict=True)), shares, test=test,
                                      level=level)  # fmt: skip
            worst = min(made.rows.values(), key=lambda one: (one.p_value or 0.0, -abs(one.value)))
            found.append((float(made.joint_p_value or 0.0), f"{column} = {label!r}", worst))
    shared = adjusted_p_values([one[0] for one in found], "holm")
    order = sorted(range(len(found)), key=lambda at: (found[at][0], found[at][1]))
    rows = {}
    for at in order:
        p_value, name, worst = found[at]
        raw = Convention("not adjusted", worst.standard_error or 0.0, None, worst.low, worst.high, p_value)
        rows[name] = replace(worst, what=f"{worst.what}, in {name} (p adjusted: holm)", p_value=float(shared[at]),
                             conventions=(raw,))  # fmt: skip
    bad = [name for name, one in rows.items() if (one.p_value or 0.0) < ALARM]
    said = (f"arms are not as designed in {len(bad)} of {len(rows)} segments: {listed(bad)}",) if bad else ()
    return Estimates(f"shares of the arms against the design, in {len(rows)} segments of {listed(list(segments))}",
                     rows, joint_p_value=float(shared.min()), warnings=said)  # fmt: skip


def against_shares(counts: Any, shares: Floats, *, test: str = "auto", seed: int = 0) -> tuple[float, str, float]:  # noqa: ANN401
    """Give the p of counts under shares, the test that gave it, and chi-square.

    Examples
    --------
    >>> p_value, kind, _ = against_shares(np.array([8, 1]), np.array([0.5, 0.5]))
    >>> round(p_value, 4), kind
    (0.0391, 'exact')
    """
    counts = np.asarray(counts, np.int64)
    total, named = int(counts.sum()), shares > 0
    expected = shares[named] * total
    statistic = float(((counts[named] - expected) ** 2 / np.maximum(expected, 1e-300)).sum())
    if counts[~named].sum():
        return 0.0, "impossible under the design", math.inf  # a unit where none can be
    counts, shares = counts[named], shares[named]
    if len(counts) == 1:
        return 1.0, "exact", 0.0
    kind = ("exact" if expected.min() < ENOUGH else "chi-square") if test == "auto" else test
    if kind == "chi-square":
        return float(chi2.sf(statistic, len(counts) - 1)), kind, statistic
    if len(counts) == 2:
        return float(binomtest(int(counts[0]), total, float(shares[0])).pvalue), "exact", statistic
    if math.comb(total + len(counts) - 1, len(counts) - 1) <= _MOST_OUTCOMES:
        return _multinomial(counts, shares, _outcomes(total, len(counts))), "exact", statistic
    drawn = stream(seed, "mismatch").multinomial(total, shares, _DRAWS)
    likely = _log_chance(drawn, shares) <= _log_chance(counts[None, :], shares)[0] + 1e-7
    return float((likely.sum() + 1) / (_DRAWS + 1)), "exact, by draws", statistic


def _multinomial(counts: Ints, shares: Floats, outcomes: Ints) -> float:
    chances = _log_chance(outcomes, shares)
    return float(min(1.0, np.exp(chances[chances <= _log_chance(counts[None, :], shares)[0] + 1e-7]).sum()))


def _outcomes(total: int, arms: int) -> Ints:
    """List all ways to cut a total into counts: places of bars among stars."""
    bars = np.array(list(combinations(range(total + arms - 1), arms - 1)), np.int64).reshape(-1, arms - 1)
    ends = np.hstack([np.full((len(bars), 1), -1), bars, np.full((len(bars), 1), total + arms - 1)])
    return np.asarray(np.diff(ends, axis=1) - 1)


def _log_chance(outcomes: Ints, shares: Floats) -> Floats:
    return np.asarray(gammaln(outcomes.sum(axis=1) + 1) - gammaln(outcomes + 1).sum(axis=1) + outcomes @ np.log(shares))


def _read(
    data: Any,  # noqa: ANN401 - any table
    treatment: str,
    clusters: str | None,
    more: Sequence[str],
) -> tuple[Frame, Groups, Groups | None]:
    frame = read_frame(data, (treatment, *((clusters,) if clusters else ()), *more))
    return frame, frame.groups(treatment, "treatment"), frame.groups(clusters, "cluster") if clusters else None


def _counted(arms: Groups, units: Groups | None, kept: Any) -> tuple[Ints, int]:  # noqa: ANN401 - flags
    """Count the units of each arm, and those that are in more than one."""
    if units is None:
        return np.bincount(arms.codes[kept], minlength=arms.count).astype(np.int64), 0
    pairs = distinct(units.codes[kept] * arms.count + arms.codes[kept])
    return np.bincount(pairs % arms.count, minlength=arms.count).astype(np.int64), len(pairs) - len(
        distinct(pairs // arms.count)
    )


def _against(counts: Mapping[Any, int], shares: Mapping[Any, float] | None) -> tuple[list[Any], Ints, Floats]:
    given = dict.fromkeys(counts, 1.0) if shares is None else dict(shares)
    labels = list(dict.fromkeys([*given, *counts]))
    if not set(given) & set(counts):
        raise BadInput(f"no arm of the shares, {listed(list(given))}, has units", where="shares",
                       allowed=f"the labels of the arms: {listed(list(counts))}")  # fmt: skip
    if len(labels) < 2:
        raise BadInput(f"one arm only: {listed(labels)}", where="counts", allowed="two arms or more; an arm that has "
                       "nobody is named in shares")  # fmt: skip
    seen = np.array([counts.get(label, 0) for label in labels])
    if (seen < 0).any() or (seen != np.floor(seen)).any() or seen.sum() == 0:
        raise BadInput(f"counts are {listed(seen.tolist())}", where="counts",
                       allowed="whole numbers of 0 or more, and at least one unit")  # fmt: skip
    wanted = np.array([float(given.get(label, 0.0)) for label in labels])
    if (wanted < 0).any() or not np.isfinite(wanted).all() or wanted.sum() <= 0:
        raise BadInput(f"shares are {listed(wanted.tolist())}", where="shares",
                       allowed="numbers of 0 or more, in proportion")  # fmt: skip
    return labels, seen.astype(np.int64), wanted / wanted.sum()


def _share_of(label: object, pair: tuple[Any, Floats], level: float, p_value: float) -> Estimate:
    count, total, share = int(pair[0][0]), int(pair[0].sum()), float(pair[1][0])
    low, high = share_between(count, total, level)
    seen = count / total
    return Estimate(
        f"share of units in {label!r} minus the designed {share:.4g}", seen - share, low - share, high - share, level,
        "share against the design", standard_error=math.sqrt(seen * (1 - seen) / total), p_value=p_value,
        correction="Clopper-Pearson", counts={"units": total, f"units, {label!r}": count},
        assumes=("units were assigned independently, with the designed shares all along",
                 "a unit is one that was randomised: not a row of it, nor one that came because of its arm"),
    )  # fmt: skip


def _warnings(p_value: float, labels: list[Any], seen: Ints, designed: Floats, unnamed: list[Any]) -> tuple[str, ...]:
    made = [f"arm {label!r} has {count} units, though the design gives it none"
            + (" (it is not named in shares)" if label in unnamed else "")
            for label, count, share in zip(labels, seen.tolist(), designed.tolist(), strict=True)
            if share == 0 and count]  # fmt: skip
    if p_value < ALARM:
        made.append(f"the arms are not as designed (p {p_value:.2g}): do not read effects before it is known which "
                    "units are missing, and from which arm")  # fmt: skip
    return tuple(made)
