"""Is there an effect, asked at any time, with a p-value that stays valid?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats
from liveloop.estimate.looks.accrual import Accrual
from liveloop.estimate.looks.arrivals import Columns, Looks, Schedule, Span, read_arrivals
from liveloop.estimate.looks.asymptotic import band, followed
from liveloop.estimate.looks.mixture import SIDES
from liveloop.estimate.looks.sequence import ConfidenceSequence


def mixture_sprt(  # noqa: PLR0913 - the one calling convention of all estimators
    data: Any,  # noqa: ANN401 - any table
    *,
    outcome: str,
    treatment: str,
    arrived: str,
    effect_size: float,
    clusters: str | None = None,
    denominator: str | None = None,
    covariates: Sequence[str] = (),
    weights: str | None = None,
    control: object = None,
    side: str = "two-sided",
    looks: Looks = None,
    least: int = 10,
    complete_after: Span | None = None,
    level: float = 0.95,
) -> ConfidenceSequence:
    """Test by the mixture sequential probability ratio, with an always-valid p-value and the intervals that go with it.

    The likelihood of a normal effect with mean 0 and standard deviation `effect_size`, over that of none. It is the
    normal mixture of `asymptotic_sequence`, tuned by an effect rather than by a number of units.

    Parameters
    ----------
    effect_size
        Standard deviation of the effects that are thought likely, in units of the outcome, chosen before the data are
        seen. The error holds whatever it is; the test is fastest for effects near it.
    data, outcome, treatment, arrived, clusters, denominator, covariates, weights, control
        As in `asymptotic_sequence`, and so are `side`, `looks`, `least`, `complete_after`, `level`.

    Raises
    ------
    BadInput
        As there, and when `effect_size` is not above 0.

    Examples
    --------
    >>> from liveloop.base.seeds import flips, normals
    >>> rows = np.arange(1000); t = flips(2, "arm", rows, 0.5)
    >>> made = mixture_sprt({"y": 0.3 * t + normals(2, "y", rows), "t": t, "when": rows}, outcome="y", treatment="t",
    ...                     arrived="when", effect_size=0.3)
    >>> made.first_excluding_zero, bool(made.p_values[-1] <= made.p_values[0])
    (379, True)

    Source: Johari, Koomen, Pekelis and Walsh (2022), doi:10.1287/opre.2021.2135; Robbins (1970),
    doi:10.1214/aoms/1177696786.
    """
    if side not in SIDES or not 0 < level < 1 or not effect_size > 0:
        raise BadInput(
            f"side {side!r}, level {level:g}, effect_size {effect_size:g}", where="effect_size",
            allowed=f"a side of {', '.join(SIDES)}, a level between 0 and 1, an effect_size above 0",
        )  # fmt: skip
    columns = Columns(outcome, treatment, arrived, clusters, denominator, tuple(covariates), weights, control)
    read = read_arrivals(data, columns, Schedule(looks, least, complete_after))
    ratio = information(read.accrual, open_clusters=bool(clusters) and complete_after is None) * effect_size**2
    made = band(read.accrual, ratio, 1 - level, side)
    others = {f"effect_size {one:.4g}": ratio[-1:] * (one / effect_size) ** 2
              for one in (effect_size / 3, effect_size * 3)}  # fmt: skip
    return followed(read, made, others, side=side, level=level, method="mixture sequential probability ratio test",
                    warnings=())  # fmt: skip


def information(accrual: Accrual, *, open_clusters: bool) -> Floats:
    """Give 1 over the squared standard error at each look; for open clusters as their clock tells it."""
    known = accrual.standard_error > 0
    if not known.any():
        return np.ones(len(known))
    if open_clusters:
        first = int(known.argmax())
        return np.asarray(accrual.time / (accrual.time[first] * accrual.standard_error[first] ** 2))
    made = np.ones(len(known))
    made[known] = accrual.standard_error[known] ** -2.0
    return made
