"""How does a probe ask whether an estimator's intervals hold in a scene?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Protocol, runtime_checkable

from liveloop.attempt import Kind
from liveloop.finding import CoverageEvidence, Dimension, Finding
from liveloop.probe import Exhibit, Probe, Trial
from liveloop.scene import Scene


@runtime_checkable
class Replicated(Protocol):
    """An exhibit that is run on many draws of a scene."""

    def held(self, scene: Scene) -> tuple[str, CoverageEvidence] | None:
        """Run it until it is clear whether its intervals hold; what to say where they do not."""


class SceneProbe(Probe):
    """One scene of a drill, as a probe: what the class says of itself is overridden by each scene."""

    code = "scene"
    question = "Do the intervals hold in this scene?"
    why = "An interval is worth its coverage."
    dimension: ClassVar[Dimension] = "correctness"
    skill: ClassVar[dict[Kind, str]] = {"python": "stats.intervals"}

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.code, self.question, self.why = scene.code, scene.asks, scene.principle  # type: ignore[misc]
        self.dimension, self.skill = scene.dimension, {"python": scene.skill}  # type: ignore[misc]

    def judge(self, exhibit: Exhibit, trials: Sequence[Trial]) -> Finding | None:
        """Run the scene."""
        del trials
        told = exhibit.held(self.scene) if isinstance(exhibit, Replicated) else None
        return None if told is None else self.finding(exhibit, *told)
