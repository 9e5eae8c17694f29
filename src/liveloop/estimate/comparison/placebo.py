"""How large would the gap be at a unit, in a period, or with donors, where there was no effect?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, uniforms
from liveloop.estimate.comparison.fit import Case, Fitted, Recipe, fit_case

_STARTS = 2  # of the search at a donor, which begins from what was found for the treated unit too
_TIE = 1e-9


@dataclass(frozen=True, eq=False)
class Gaps:
    """Outcome less synthetic outcome, of the treated unit and of each donor as if it were the treated one.

    Parameters
    ----------
    treated, placebos
        [period] and [placebo, period]
    start
        The first treated period.
    """

    treated: Floats
    placebos: Floats
    start: int

    def before(self) -> tuple[float, Floats]:
        """Give the root mean squared gap before the treatment, of the treated unit and of each placebo."""
        return float(_root(self.treated[: self.start])), _root(self.placebos[:, : self.start])

    def ratios(self) -> tuple[float, Floats]:
        """Give the root mean squared gap after over that before the treatment."""
        own, others = self.before()
        after, after_others = _root(self.treated[self.start :]), _root(self.placebos[:, self.start :])
        return float(after / max(own, 1e-300)), np.asarray(after_others / np.maximum(others, 1e-300))

    def rank_p_value(self) -> float:
        """Give the share of units, the treated one among them, whose ratio is as large."""
        return ranked(*self.ratios())

    def near(self, times: float) -> Gaps:
        """Leave out placebos whose squared gap before is more than so many times that of the treated unit."""
        own, others = self.before()
        return Gaps(self.treated, self.placebos[others**2 <= times * own**2], self.start)

    def interval(self, periods: slice | int, level: float) -> tuple[float, float, float]:
        """Give the effects, constant over some periods, that do not stand out, and the p-value of 0.

        What is compared is the mean gap over the root mean squared gap before the treatment.
        """
        own, others = self.before()
        chosen = slice(periods, periods + 1) if isinstance(periods, int) else periods
        value = float(self.treated[chosen].mean())
        sizes = np.sort(np.abs(self.placebos[:, chosen].mean(axis=1)) / np.maximum(others, 1e-300))[::-1]
        p_value = ranked(abs(value) / max(own, 1e-300), sizes)
        most = int((1 - level) * (len(sizes) + 1) + _TIE)  # so many units may stand out
        if most < 1 or own <= _TIE * float(np.abs(self.treated).max()):
            return -np.inf, np.inf, p_value
        half = own * float(sizes[most - 1])
        return value - half, value + half, p_value


def ranked(own: float, others: Floats) -> float:
    """Give the share of all that is as large as one of them."""
    return float((1 + (others >= own * (1 - _TIE)).sum()) / (len(others) + 1))


def space_placebos(case: Case, fitted: Fitted, recipe: Recipe) -> Gaps:
    """Treat each donor as if it were the treated unit, with the other donors."""
    made = []
    lighter = replace(recipe, starts=min(recipe.starts, _STARTS), guess=fitted.importance)
    if fitted.penalty is not None:
        lighter = replace(lighter, penalty=fitted.penalty)
    for donor in range(case.donors.shape[1]):
        one = case.placebo(donor)
        made.append(one.target - fit_case(one, lighter).path)
    return Gaps(case.target - fitted.path, np.array(made), case.start)


def joined_placebos(cases: Sequence[Gaps], seed: int, draws: int = 1_000) -> Gaps:
    """Make placebos of several treated units: the mean gap of as many donors, drawn by chance, each once.

    Source: Cavallo, Galiani, Noy and Pantano (2013), doi:10.1162/REST_a_00413.
    """
    if len(cases) == 1:
        return cases[0]
    donors = len(cases[0].placebos)
    if len(cases) > donors:
        raise BadInput(f"{len(cases)} treated units and {donors} donors", where="inference",
                       allowed="as many donors as treated units, or another inference")  # fmt: skip
    drawn = np.argsort(uniforms(seed, "placebos", range(draws * donors)).reshape(draws, donors), axis=1)
    gaps = np.mean([case.placebos[drawn[:, at]] for at, case in enumerate(cases)], axis=0)
    return Gaps(np.mean([case.treated for case in cases], axis=0), gaps, cases[0].start)


def _root(gaps: Floats) -> Floats:
    return np.asarray(np.sqrt((gaps**2).mean(axis=-1)))
