"""By how much do two exposures differ, and how sure is that?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from liveloop.base.seeds import Flags, Floats
from liveloop.estimate.interference.assignment import Assignment
from liveloop.estimate.interference.bias_reduced import Fitted, Form, above_zero, form_of, laid_out, reduced
from liveloop.estimate.interference.exposed import Exposed
from liveloop.estimate.interference.horvitz import BELOW, Seen, weights_of
from liveloop.estimate.interference.network import Network
from liveloop.estimate.interference.units import FEW, drawn_as_planned, few_of, off_plan
from liveloop.estimate.linear import fit_rows
from liveloop.estimate.result import Convention, Diagnostic, Estimate, Estimates, convention, normal_estimate

CORRECTIONS = ("bias-reduced", "none")
ESTIMATORS = {"hajek": "Hajek", "horvitz-thompson": "Horvitz-Thompson"}
_MOST_PAIRS = 20_000_000  # that share a coin; above it the network HAC is left out


@dataclass(frozen=True, eq=False)
class Comparison:
    """All that a comparison of two exposures rests on."""

    outcome: Floats
    made: Exposed
    drawn: Assignment
    network: Network | None
    inside: Flags
    weight: Floats
    covariates: Floats
    known: tuple[str, ...]
    name: str
    estimator: str
    adjust: str
    correction: str
    level: float

    def estimates(self, chosen: Mapping[str, tuple[int, int]], arms: tuple[Any, ...]) -> Estimates:
        """Compare pairs of exposures."""
        twins = self.made.chances.twins()
        paired = len(np.unique(twins[self.inside])) < int(self.inside.sum())
        seen = Seen(self.made.codes, self.inside, self.made.chances, twins if paired else None)
        means = self._fitted(seen, sorted({code for pair in chosen.values() for code in pair}))
        rows = {name: self._one(seen, means, pair) for name, pair in chosen.items()}
        outside = int((~self.inside).sum())
        warned = (f"{outside} units are left out: they can never have one of the exposures",) if outside else ()
        return Estimates(
            f"effects of exposures on {self.name}, treated is {arms[1]!r}", rows,
            diagnostics=drawn_as_planned(self.drawn),
            warnings=(*warned, *few_of(self.drawn.count, "coins"), *off_plan(self.drawn)),
        )  # fmt: skip

    def _fitted(self, seen: Seen, levels: list[int]) -> _Means:
        """Give the mean under each exposure, and what each unit's outcome leaves of it."""
        if self.estimator == "horvitz-thompson":
            total = self.weight[seen.inside].sum()
            made = {one: float((weights_of(seen, one) * self.weight * self.outcome).sum() / total) for one in levels}
            return _Means(made, self.outcome, None)
        kept = np.flatnonzero(seen.inside & np.isin(seen.codes, levels))
        weight = self.weight[kept] / seen.chances.single[kept, seen.codes[kept]]
        cells = (seen.codes[kept][:, None] == np.array(levels)).astype(np.float64)
        design, names = [cells], [self.made.labels[one] for one in levels]
        if self.adjust != "none":
            centre = np.average(self.covariates[seen.inside], axis=0, weights=self.weight[seen.inside])
            centred = self.covariates[kept] - centre
            design += [centred] if self.adjust == "cuped" else [centred * cells[:, [at]] for at in range(len(levels))]
            names += [name if at == 0 else f"{name} at {self.made.labels[levels[at]]}"
                      for at in range(len(design) - 1) for name in self.known]  # fmt: skip
        x = np.column_stack(design)
        fit = fit_rows(self.outcome[kept], x, names, weights=weight)
        residuals = np.zeros(len(seen.codes))
        residuals[kept] = self.outcome[kept] - x @ fit.beta
        means = {one: float(fit.beta[at]) for at, one in enumerate(levels)}
        return _Means(means, residuals, Fitted(kept, x, weight))

    def _one(self, seen: Seen, means: _Means, pair: tuple[int, int]) -> Estimate:
        one, two = pair
        labels = self.made.labels
        values = means.residuals * self.weight / float(self.weight[seen.inside].sum())
        value = means.by_level[one] - means.by_level[two]
        form = form_of(seen, *pair)
        variance, below = above_zero(seen, values, pair, form)
        error, df = self._reduced(seen, means, pair, form)
        error = variance**0.5 if error is None else error
        said = [
            "Aronow-Samii",
            *(["bias-reduced"] if df else []),
            *(["twins summed"] if seen.twins is not None else []),
        ]
        counts = {"units": int(seen.inside.sum())}
        counts |= {f"units, {labels[code]}": int((seen.inside & (seen.codes == code)).sum()) for code in pair}
        few = [code for code in pair if counts[f"units, {labels[code]}"] < FEW]
        return normal_estimate(
            f"mean {self.name} if all had {labels[one]!r} minus if all had {labels[two]!r}", value,
            error, df=df, level=self.level,
            method=ESTIMATORS[self.estimator] + ("" if self.adjust == "none" else f" adjusted ({self.adjust})"),
            correction=", ".join(said),
            counts=counts, assumes=self._assumes(), diagnostics=self._diagnostics(seen, pair),
            warnings=(*(f"only {counts[f'units, {labels[code]}']} units have {labels[code]!r}" for code in few),
                      *((BELOW,) if below else ())),
            conventions=self._conventions(seen, values, pair, (value, variance**0.5)),
        )  # fmt: skip

    def _reduced(
        self, seen: Seen, means: _Means, pair: tuple[int, int], form: Form | None
    ) -> tuple[float | None, float | None]:
        """Give the standard error by the weights that were seen, bias-reduced, and its df; None where not asked."""
        if means.fitted is None or self.correction == "none":
            return None, None
        scale = np.zeros(len(seen.codes))
        for code in pair:  # of a weighted mean the weights that were seen divide, not how many were expected
            weight = weights_of(seen, code) * self.weight
            scale[weight > 0] = self.weight[weight > 0] / weight.sum()
        variance, _ = above_zero(seen, means.residuals * scale, pair, form)
        if form is None:
            return float(variance**0.5), None
        twins = np.arange(len(seen.codes)) if seen.twins is None else seen.twins
        place = np.full(int(twins.max()) + 1, -1)
        place[twins[form.units]] = np.arange(len(form.units))
        units = means.fitted.places
        sums = laid_out(np.where(scale[units] > 0, place[twins[units]], -1), scale[units], len(form.units))
        factor, df = reduced(form.matrix, sums, means.fitted)
        return float((variance * factor) ** 0.5), df

    def _assumes(self) -> tuple[str, ...]:
        return (
            "an outcome depends on arms only through the exposure: who touches whom is known, and how it adds up",
            f"arms came by the design that was named ({self.drawn.kind})",
            "many units, each sharing coins with few others, so that the normal law is near",
        )

    def _diagnostics(self, seen: Seen, pair: tuple[int, int]) -> tuple[Diagnostic, ...]:
        made = []
        for code in pair:
            weight, name = weights_of(seen, code), self.made.labels[code]
            effective = float(weight.sum() ** 2 / (weight**2).sum())
            made.append(
                Diagnostic(f"effective units, {name}", effective, "units, those with unequal weights counted less")
            )
            made.append(Diagnostic(f"sum of weights over units, {name}", float(weight.sum() / seen.inside.sum()),
                                   "near 1 where the design is as it was named"))  # fmt: skip
        least = float(self.made.chances.single[seen.inside][:, list(pair)].min())
        made.append(Diagnostic("smallest chance", least, f"of an exposure that is compared, {self.made.chances.how}"))
        return tuple(made)

    def _conventions(
        self, seen: Seen, psi: Floats, pair: tuple[int, int], said: tuple[float, float]
    ) -> tuple[Convention, ...]:
        value, plain = said
        made = []
        if self.estimator == "hajek" and self.correction != "none":
            made.append(convention("Aronow-Samii, as published", value, plain, None, self.level))
        if seen.twins is not None:
            alone = Seen(seen.codes, seen.inside, seen.chances)
            error = above_zero(alone, psi, pair)[0] ** 0.5
            made.append(convention("Aronow-Samii, unit by unit", value, error, None, self.level))
        scores = psi * (weights_of(seen, pair[0]) - weights_of(seen, pair[1]))
        alone_error = float((scores**2).sum() ** 0.5)
        hac = self._hac(scores)
        if hac is not None:
            made.append(convention("network HAC, units that share a coin", value, hac, None, self.level))
        made.append(convention("units independent", value, alone_error, None, self.level))
        return tuple(made)

    def _hac(self, scores: Floats) -> float | None:
        """Give the standard error that counts units as related that share a coin, of their own or of neighbours."""
        if self.network is None or self.drawn.kind == "given":
            return None
        rows = np.arange(len(scores))
        own = sparse.csr_array((np.ones(len(rows)), (rows, self.drawn.coins)), shape=(len(rows), self.drawn.count))
        closed = self.network.onto(self.drawn.coins, self.drawn.count).touches + own
        if float((np.asarray(closed.astype(bool).sum(axis=0), np.float64) ** 2).sum()) > _MOST_PAIRS:
            return None
        near = closed @ closed.T
        near.data[:] = 1.0
        return float(np.sqrt(max(scores @ (near @ scores), (scores**2).sum())))


@dataclass(frozen=True, eq=False)
class _Means:
    """Means by exposure, what each unit's outcome leaves of them, and the fit; outcomes and None without one."""

    by_level: dict[int, float]
    residuals: Floats
    fitted: Fitted | None
