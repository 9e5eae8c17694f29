"""Of which class is a mistake, by all signs together?

Each sign speaks for or against each class, by weights that `bench/sqldiff/learn.py` learns from pairs whose class is
known (a softmax with a penalty on its weights); how often it is right is measured on pairs that taught it nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

from liveloop.sqldiff.mistakes import CLASSES

WEIGHTS = "classes.json"


@lru_cache(maxsize=1)
def _weights() -> dict[str, list[float]]:
    read: dict[str, list[float]] = json.loads(files(__package__).joinpath(WEIGHTS).read_text(encoding="utf-8"))
    return read


def class_of(found: Mapping[str, float]) -> str:
    """Name the class for which most signs speak.

    Examples
    --------
    >>> class_of({"own: some": 1.0, "own: null": 1.0, "own: best null": 1.0, "hangs on null": 1.0})
    'null'
    """
    weights = _weights()
    scores = list(weights[""])
    for name, strength in found.items():
        for at, weight in enumerate(weights.get(name, ())):
            scores[at] += weight * strength
    return CLASSES[max(range(len(CLASSES)), key=scores.__getitem__)]
