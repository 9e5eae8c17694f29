"""What would a design's policy do in the world, and was that foreseen?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from annotated_types import Ge, Le, MaxLen
from fastapi import APIRouter
from pydantic import ConfigDict

from liveloop.exam.design import MEASURES, Foretold, Measure, Seen, execute, levers
from liveloop.web.desk import AtDesk
from liveloop.web.shapes import CLOSED

router = APIRouter(prefix="/api/designs", tags=["designs"])
Percent = Annotated[float, Ge(-100), Le(100_000)]


@dataclass(frozen=True)
class LeverCard:
    """Something that a design may set: what it is, and where it stands today."""

    id: str
    says: str
    today: float | None


@dataclass(frozen=True)
class LeversPage:
    """What a design may set, and what is measured."""

    levers: tuple[LeverCard, ...]
    measures: tuple[Measure, ...]


@dataclass(frozen=True)
class ForetoldIn:
    """What is expected of one measure: its change in percent, from low to high."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED
    measure: Annotated[str, MaxLen(40)]
    low: Percent
    high: Percent


@dataclass(frozen=True)
class DesignIn:
    """The levers that a design moves, and what is foretold of it."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED
    policy: dict[Annotated[str, MaxLen(60)], float]
    foretold: Annotated[tuple[ForetoldIn, ...], MaxLen(20)] = ()


@dataclass(frozen=True)
class DesignOut:
    """What happened: each measure, and how many of those foretold came true."""

    seen: tuple[Seen, ...]
    foretold: int
    inside: int


@router.get("/levers")
def get_levers() -> LeversPage:
    """List what a design may set, and what is measured."""
    cards = [LeverCard(key, says, number(today)) for key, (says, today) in levers().items()]
    return LeversPage(tuple(cards), MEASURES)


@router.post("/execute")
def execute_design(design: DesignIn, desk: AtDesk) -> DesignOut:
    """Lay a policy on the world with the dice of today's policy; takes a second or two."""
    policy = {name: int(value) if name == "review.reviewers" else value for name, value in design.policy.items()}
    foretold = [Foretold(one.measure, one.low, one.high) for one in design.foretold]
    seen = desk.runners.submit(execute, policy, foretold).result()
    told = [one for one in seen if one.inside is not None]
    return DesignOut(seen, len(told), sum(bool(one.inside) for one in told))


def number(value: object) -> float | None:
    """Give a setting as a number."""
    return float(value) if isinstance(value, int | float) else None
