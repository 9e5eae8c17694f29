"""What can execution not see, and how much does each thing weigh?"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Criterion:
    """One thing a person judges: the question, what good sounds like, its weight."""

    id: str
    question: str
    good: str
    weight: float


@dataclass(frozen=True)
class Rubric:
    """Weighted criteria for a person, and the weights of the dimensions that execution does see."""

    criteria: tuple[Criterion, ...]
    dimension_weights: dict[str, float]
