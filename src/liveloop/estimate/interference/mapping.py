"""Which exposure does an assignment give to each unit?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Floats, Ints
from liveloop.estimate.words import short

KINDS = ("any", "share", "count", "full")
_SAME = 1e-9  # sums of weights are equal up to rounding


@dataclass(frozen=True, eq=False)
class ExposureMap:
    """A rule that sorts units by their own arm and those of their neighbours.

    Parameters
    ----------
    labels
        What each code means.
    rule
        From own arm, treated neighbours and all neighbours (counts, or sums of weights): the code.
    presence
        Whether it matters only that some neighbours are treated, or all: then clusters count like units.
    contrasts
        By name: the codes of the exposure and of what it is compared with.
    counts
        Whether neighbours are counted, so that weights mean nothing.

    Examples
    --------
    >>> cells = exposure_map("any")
    >>> cells.rule(np.array([0, 1, 1]), np.array([2, 0, 1]), np.array([3, 3, 3])).tolist()
    [1, 2, 3]
    >>> cells.contrasts
    {'direct': (2, 0), 'spillover': (1, 0), 'total': (3, 0)}
    """

    labels: tuple[str, ...]
    rule: Callable[[Any, Any, Any], Ints]
    presence: bool
    contrasts: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    counts: bool = False


@lru_cache(maxsize=256)  # one object for one rule: its tables of chances are kept
def exposure_map(kind: str = "any", *, own: bool = True, threshold: float | None = None, most: int = 3) -> ExposureMap:
    """Make one of the usual exposure maps.

    Parameters
    ----------
    kind
        "any": is some neighbour treated; "share": at least a share `threshold` of them; "count": how many, from `most`
        on as one; "full": the own arm and that of all neighbours, or none.
    own
        Whether the own arm is part of the exposure; with "any" that gives the four cells of Aronow and Samii (2017).
    """
    if kind == "full":
        labels = ("control with all neighbours", "mixed", "treated with all neighbours")
        return ExposureMap(labels, _full, presence=True, contrasts={"total": (2, 0)})
    names: tuple[str, ...]
    rule: Callable[[Floats, Floats], Ints]
    if kind == "any":
        names, rule, presence = ("no neighbour treated", "some neighbour treated"), _any, True
    elif kind == "share":
        if threshold is None or not 0 < threshold <= 1:
            raise BadInput(f"the threshold is {threshold}", where="threshold", allowed="a share above 0, at most 1")
        said = f"{short(100 * threshold)} % of neighbours treated"
        names, rule, presence = (f"less than {said}", f"at least {said}"), _above(threshold), threshold == 1
    elif kind == "count":
        if most < 1:
            raise BadInput(f"most is {most}", where="most", allowed="a number from 1 on")
        names = (
            *(f"{at} neighbour{'' if at == 1 else 's'} treated" for at in range(most)),
            f"{most} or more neighbours treated",
        )
        rule, presence = _up_to(most), False
    else:
        raise BadInput(f"no exposure {kind!r}", where="exposure", allowed=f"{', '.join(KINDS)}, or a function")
    made = _with_own(names, rule, presence=presence) if own else _alone(names, rule, presence=presence)
    return replace(made, counts=kind == "count")


def _with_own(names: tuple[str, ...], rule: Callable[[Floats, Floats], Ints], *, presence: bool) -> ExposureMap:
    levels = len(names)
    labels = tuple(f"{arm}, {name}" for arm in ("control", "treated") for name in names)
    if levels == 2:
        contrasts = {"direct": (2, 0), "spillover": (1, 0), "total": (3, 0)}
    else:
        contrasts = {f"{labels[at]} - {labels[0]}": (at, 0) for at in range(1, 2 * levels)}
    return ExposureMap(labels, lambda own, number, size: levels * np.asarray(own, np.int64) + rule(number, size),
                       presence, contrasts)  # fmt: skip


def _alone(names: tuple[str, ...], rule: Callable[[Floats, Floats], Ints], *, presence: bool) -> ExposureMap:
    contrasts = {f"{names[at]} - {names[0]}": (at, 0) for at in range(1, len(names))}
    if len(names) == 2:
        contrasts = {"spillover": (1, 0)}
    return ExposureMap(names, lambda _own, number, size: rule(number, size), presence, contrasts)


def _any(number: Floats, _size: Floats) -> Ints:
    return np.asarray(np.asarray(number) > 0, np.int64)


def _above(threshold: float) -> Callable[[Floats, Floats], Ints]:
    def rule(number: Floats, size: Floats) -> Ints:
        return np.asarray((np.asarray(size) > 0) & (number >= threshold * size - _SAME), np.int64)

    return rule


def _up_to(most: int) -> Callable[[Floats, Floats], Ints]:
    def rule(number: Floats, _size: Floats) -> Ints:
        return np.asarray(np.minimum(np.rint(number), most), np.int64)

    return rule


def _full(own: Any, number: Floats, size: Floats) -> Ints:  # noqa: ANN401 - flags or numbers
    own, number = np.asarray(own) > 0, np.asarray(number)
    return np.where(own & (number >= size - _SAME), 2, np.where(~own & (number <= _SAME), 0, 1)).astype(np.int64)
