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


@dataclass(frozen=True)
class Looked:
    """One thing looked for in a written text: a statement, what good sounds like, and the evidence that a reader marks.

    `evidence` are ids of concepts that the text uses, or with `not:` before it rejects; `needs` of them must be there.
    """

    id: str
    text: str
    good: str
    weight: float
    evidence: tuple[str, ...] = ()
    needs: int = 1
