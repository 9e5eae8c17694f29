"""What does the reference of an estimator drill say of the same draws, and how wide is an attempt beside it?"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from liveloop.base.seeds import Floats, stream
from liveloop.drill import Drill
from liveloop.exam.estimator_run import Box, EstimatorRunner, Said
from liveloop.scene import Replicates, Scene

KEPT = 400  # rounds of draws of which it is remembered what the reference said


@dataclass(frozen=True)
class Asked:
    """One round of draws of a scene."""

    scene: Scene
    count: int
    size: int
    seed: tuple[int, int]

    def drawn(self) -> Replicates:
        """Draw it."""
        return draw(self.scene, self.count, self.size, self.seed)


@lru_cache(maxsize=24)  # what the scenes of one drill take; a draw may have megabytes
def draw(scene: Scene, count: int, size: int, seed: tuple[int, int]) -> Replicates:
    """Draw replicates of a scene: the same for the same seed; remembered, for attempts that are examined in a row."""
    return scene.draw(stream(seed[0], f"{scene.code}:{size}:{seed[1]}"), count, size)


Key = tuple[str, int, str, int, int, tuple[int, int]]
_known: dict[Key, Said] = {}
_lock = threading.Lock()


def references(drill: Drill, asked: Sequence[Asked], box: Box) -> list[Said]:
    """Give what the reference says of rounds of draws; what is not remembered is run in the same jobs."""
    keys = [(drill.id, hash(drill.reference), one.scene.code, one.count, one.size, one.seed) for one in asked]
    with _lock:
        said = {key: _known[key] for key in keys if key in _known}
    new = {key: one for key, one in zip(keys, asked, strict=True) if key not in said}
    if new:
        made = dict(zip(new, _run(drill, list(new.values()), box), strict=True))
        said |= made
        with _lock:
            _known.update(made)
            for key in list(_known)[: max(0, len(_known) - KEPT)]:
                del _known[key]
    return [said[key] for key in keys]


def _run(drill: Drill, asked: Sequence[Asked], box: Box) -> list[Said]:
    assert drill.estimator is not None
    runner = EstimatorRunner(box, drill.estimator, drill.reference)
    made = runner.run_all([one.drawn() for one in asked])
    if not all(np.isfinite(said.value).all() for said in made):
        errors = [list(said.errors) for said in made]
        raise RuntimeError(f"the reference gives no result: {runner.stops or errors}")
    return made


def ratios(mine: Said, theirs: Said) -> Floats:
    """Give how many times as wide as the reference's each interval is; 0 where either has none, or no width."""
    width = np.where(theirs.high > theirs.low, theirs.high - theirs.low, np.nan)
    with np.errstate(invalid="ignore"):
        found = (mine.high - mine.low) / width
    return np.nan_to_num(found[mine.came], nan=0.0, posinf=np.inf)


def middle(found: Floats) -> float | None:
    """Give the median of ratios; None where it is none."""
    median = float(np.median(found)) if len(found) else 0.0
    return median if 0 < median < np.inf else None
