"""What will the effect on a late outcome be, foretold from what is seen early?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats
from liveloop.estimate.door import one_of
from liveloop.estimate.frame import Frame, Groups, read_frame
from liveloop.estimate.observed.influence import by_contributions, summed
from liveloop.estimate.observed.learners import Fitted, learn
from liveloop.estimate.observed.table import between, positive_weights, refuse_collinear
from liveloop.estimate.result import Diagnostic, Estimate
from liveloop.estimate.words import listed, short

MODELS = ("linear", "ridge", "logistic")


@dataclass(frozen=True, eq=False)
class Index:
    """The effect on the index, what each row adds to its error, and what the index leaves unexplained.

    Parameters
    ----------
    in_experiment, in_history
        What each row of either sample adds.
    foretold
        The index of each row of the experiment.
    open_arm
        Standard deviation of the arm given surrogates and covariates, in the experiment.
    residual
        Standard deviation of the outcome given the surrogates, in the history.
    """

    value: float
    in_experiment: Floats
    in_history: Floats
    foretold: Floats
    residual: float
    explained: float
    open_arm: float


def surrogate_index(  # noqa: PLR0913 - the one calling convention of all estimators
    experiment: Any,  # noqa: ANN401 - any table
    history: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    surrogates: Sequence[str],
    clusters: str | None = None,
    covariates: Sequence[str] = (),
    weights: str | None = None,
    control: object = None,
    model: str = "linear",
    direct: float = 0.0,
    level: float = 0.95,
) -> Estimate:
    """Estimate a long-term effect from early surrogates: the effect on what the history says they lead to.

    The standard error counts that the index was estimated. Whether all of the effect goes through the surrogates no
    history can show; `direct` widens the interval for what might go past them, and a diagnostic says how little of that
    overturns the finding.

    Parameters
    ----------
    experiment
        Rows with treatment, surrogates and covariates. Where the late outcome is in it too, without gaps, index and
        outcome are compared.
    history
        Rows with outcome, surrogates and covariates; no treatment is needed.
    surrogates
        Columns, measured after the treatment began, through which the effect goes.
    covariates
        Columns known before, in both samples.
    clusters
        A column of both samples; clusters of one name in both count as one.
    weights
        A column of both samples.
    model
        Of the outcome in the history: "linear", "ridge", "logistic".
    direct
        The largest share of what surrogates leave unexplained of the outcome that treatment might explain directly
        (a partial R2): the interval then holds all that is possible.

    Raises
    ------
    BadInput
        When surrogates in the experiment lie where the history has nothing, besides what every method refuses.

    Examples
    --------
    >>> from liveloop.base.seeds import flips, normals
    >>> rows = range(4000); early = normals(1, "early", rows)
    >>> history = {"early": early, "year": 2 * early + normals(1, "year", rows)}
    >>> t = flips(2, "t", rows, 0.5)
    >>> experiment = {"t": t, "early": 0.2 * t + normals(2, "early", rows)}
    >>> made = surrogate_index(experiment, history, outcome="year", treatment="t", surrogates=["early"])
    >>> bool(made.low < 0.4 < made.high), [one.name for one in made.conventions][0]
    (True, 'influence function, index taken as known')

    Source: Athey, Chetty, Imbens and Kang (2019), doi:10.3386/w26463; Prentice (1989), doi:10.1002/sim.4780080407.
    """
    between(level, 0, 1, "level")
    one_of(model, "model", MODELS)
    if isinstance(surrogates, str) or not surrogates:
        raise BadInput("no list of surrogates", where="surrogates", allowed="one or more columns, in a list")
    if not 0 <= direct < 1:
        raise BadInput(f"direct is {direct:g}", where="direct", allowed="a share, 0 to below 1")
    names = (*surrogates, *covariates)
    rest = tuple(one for one in (clusters, weights) if one)
    here = read_frame(experiment, (treatment, outcome, *names, *rest))
    past = read_frame(history, (outcome, *names, *rest))
    arms = here.two_arms(treatment, control=control)
    codes = _codes(here, past, clusters)
    made = _index(here, past, arms, (outcome, names, weights), model)
    contributions = np.r_[made.in_experiment, made.in_history]
    known = np.r_[made.in_experiment, np.zeros(past.rows)]
    estimate = by_contributions(
        f"effect of {treatment} ({arms.labels[1]!r} against {arms.labels[0]!r}) on {outcome}, through "
        f"{listed(surrogates)}",
        made.value, contributions, clusters=codes, level=level, method=f"surrogate index, {model}",
        besides={"index taken as known": known}, counts=_counts(here, past, arms, clusters, codes),
        assumes=_assumptions(clusters, treatment, outcome, direct),
        diagnostics=_diagnostics(here, past, arms, made, (outcome, names, weights), codes),
    )  # fmt: skip
    return _widened(estimate, made, direct)


def _codes(here: Frame, past: Frame, clusters: str | None) -> Any:  # noqa: ANN401 - codes, or None
    """Give one code for each cluster of both samples."""
    if clusters is None:
        return None
    both = [frame.groups(clusters, "cluster") for frame in (here, past)]
    known: dict[Any, int] = {}
    places = [np.array([known.setdefault(label, len(known)) for label in one.labels], np.int64) for one in both]
    if len(known) < 2:
        raise BadInput(f"cluster {clusters!r} has one value only", where=clusters, allowed="two clusters or more")
    return np.r_[places[0][both[0].codes], places[1][both[1].codes]]


def _index(here: Frame, past: Frame, arms: Groups, columns: tuple[str, tuple[str, ...], str | None],
           model: str) -> Index:  # fmt: skip
    outcome, names, weights = columns
    y = past.numbers(outcome, "outcome")
    if float(np.ptp(y)) == 0:
        raise BadInput(f"outcome {outcome!r} is {y[0]:g} in all {past.rows} rows of the history", where=outcome,
                       allowed="an outcome that varies")  # fmt: skip
    x, z = (np.column_stack([np.ones(one.rows), one.matrix(names, "surrogate")]) for one in (past, here))
    if model != "ridge":
        refuse_collinear(x, ("intercept", *names))
    before = positive_weights(past, weights)
    now = positive_weights(here, weights)
    fitted = learn(model, x, y, ("intercept", *names), weights=before if weights else None,
                   what=f"outcome {outcome!r}")  # fmt: skip
    foretold, seen = fitted.predict(z), fitted.predict(x)
    t = arms.codes == 1
    one, zero = now * t, now * ~t
    one, zero = one / one.sum(), zero / zero.sum()
    means = float(one @ foretold), float(zero @ foretold)
    in_experiment = one * (foretold - means[0]) - zero * (foretold - means[1])
    left = float(np.average((y - seen) ** 2, weights=before))
    total = float(np.average((y - np.average(y, weights=before)) ** 2, weights=before))
    return Index(means[0] - means[1], in_experiment, _first_step(fitted, z, one - zero), foretold, float(np.sqrt(left)),
                 1 - left / total if total > 0 else 0.0, _open_arm(t * 1.0, z, now))  # fmt: skip


def _open_arm(treated: Floats, design: Floats, weights: Floats) -> float:
    root = np.sqrt(weights)
    slopes = np.linalg.lstsq(design * root[:, None], treated * root, rcond=None)[0]
    return float(np.sqrt(np.average((treated - design @ slopes) ** 2, weights=weights)))


def _first_step(fitted: Fitted, design: Floats, pull: Floats) -> Floats:
    made = fitted.spread(design, pull)
    assert made is not None
    return made


def _counts(here: Frame, past: Frame, arms: Groups, clusters: str | None, codes: Any) -> dict[str, int]:  # noqa: ANN401
    made = {"rows of the experiment": here.rows, "rows of the history": past.rows}
    made |= {f"rows, {label!r}": int(size) for label, size in zip(arms.labels, arms.sizes(), strict=True)}
    return made | ({} if clusters is None else {clusters: int(codes.max()) + 1})


def _assumptions(clusters: str | None, treatment: str, outcome: str, direct: float) -> tuple[str, ...]:
    past = "surrogacy: given surrogates and covariates, the treatment does nothing more to the outcome"
    if direct:
        past = f"what the treatment does past the surrogates explains at most {short(direct)} of what they leave open"
    return (
        f"each {clusters or 'row'} of the experiment got its arm by chance", past,
        f"nothing hidden drives both surrogates and {outcome} in the history",
        f"surrogates lead to {outcome} in the experiment as they did in the history, also under {treatment}",
        "the model of the outcome has the right form",
    )  # fmt: skip


def _diagnostics(here: Frame, past: Frame, arms: Groups, made: Index, columns: tuple[str, tuple[str, ...], str | None],
                 codes: Any) -> tuple[Diagnostic, ...]:  # fmt: skip  # noqa: ANN401 - codes, or None
    outcome, names, weights = columns
    found = [
        Diagnostic("share of the outcome that the index explains", made.explained, "in the history; a low one is no "
                   "fault, but leaves more room for what goes past the surrogates"),
        _reach(here, past, names),
    ]  # fmt: skip
    if here.has(outcome) and _whole(here, outcome):
        found.append(_against_truth(here, arms, made, (outcome, weights), codes))
    return tuple(found)


def _whole(here: Frame, outcome: str) -> bool:
    try:
        here.numbers(outcome, "outcome")
    except BadInput:
        return False
    return True


def _reach(here: Frame, past: Frame, names: tuple[str, ...]) -> Diagnostic:
    """Say which share of the experiment lies outside of what the history has seen, in some column."""
    now, before = here.matrix(names), past.matrix(names)
    outside = ((now < before.min(axis=0)) | (now > before.max(axis=0))).any(axis=1)
    share = float(outside.mean())
    if share > 0.5:
        raise BadInput(f"{share:.0%} of the experiment's rows have surrogates where the history has none",
                       where=names[0], allowed="a history like the experiment")  # fmt: skip
    return Diagnostic("share of the experiment outside the history", share, "there the index is guessed", share <= 0.01)


def _against_truth(here: Frame, arms: Groups, made: Index, columns: tuple[str, str | None], codes: Any) -> Diagnostic:  # noqa: ANN401
    """Compare the effect on the index with that on the outcome itself, where the experiment has it."""
    outcome, weights = columns
    y, w, t = here.numbers(outcome, "outcome"), positive_weights(here, weights), arms.codes == 1
    one, zero = w * t, w * ~t
    one, zero = one / one.sum(), zero / zero.sum()
    off = y - made.foretold
    gap = float(one @ off - zero @ off)
    here_added = one * (off - float(one @ off)) - zero * (off - float(zero @ off))
    added = np.r_[here_added, -made.in_history]
    sums = added if codes is None else summed(codes, added, 0)
    error = float(np.sqrt(len(sums) / (len(sums) - 1) * (sums @ sums)))
    said = f"standard error {short(error)}; what goes past the surrogates, or a history that does not carry over"
    return Diagnostic("effect on the outcome minus effect on the index", gap, said, abs(gap) <= 1.96 * error)


def _widened(made: Estimate, index: Index, direct: float) -> Estimate:
    """Widen the interval by what might go past the surrogates, and say how little of that brings it to 0."""
    if index.open_arm < 1e-9:
        raise BadInput("the surrogates tell the arms apart perfectly", where="surrogates",
                       allowed="surrogates that both arms share")  # fmt: skip
    scale = index.residual / index.open_arm
    reach = float(np.sqrt(direct)) * scale
    nearer = min(abs(made.low), abs(made.high)) if made.excludes_zero else 0.0
    least = min(1.0, (nearer / scale) ** 2) if scale > 0 else 0.0
    diagnostics = (*made.diagnostics, Diagnostic(
        "least direct share that brings the interval to 0", least,
        "of what surrogates leave open of the outcome, explained by the treatment directly (partial R2)",
    ))  # fmt: skip
    if not direct:
        return replace(made, diagnostics=diagnostics)
    return replace(made, low=made.low - reach, high=made.high + reach, diagnostics=diagnostics, p_value=None,
                   conventions=(), correction=f"{made.correction}, widened by {short(reach)}")  # fmt: skip
