"""What does a moderation policy do to the people it is for, and was that foreseen?

A system design is executed as far as a design can be: its policy (thresholds, rollout, rollback, reviewers, audits) is
laid on a world whose truth is known, with the same people and the same dice as the policy of today, and each thing that
the candidate foretold is held against what happened. So the difference is the effect, and not an estimate of it; and
what a queue of finite people does to the labels shows without being asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from liveloop.base.errors import BadInput
from liveloop.worlds.draw import Draw
from liveloop.worlds.truth import unseal
from liveloop.worlds.twin import POLICY, Twin, twin, unit_effects
from liveloop.worlds.world import World

ACCOUNTS, DAYS = 60, 42
SEEDS = (11, 12, 13)
LEVERS = (
    "model.threshold",
    "model.block_threshold",
    "model.rollout_day",
    "model.rollback_day",
    "model.guardrail_day",
    "review.reviewers",
    "review.capacity_per_1000_messages",
    "review.score_share",
    "review.audit_share",
)


@dataclass(frozen=True)
class Measure:
    """One thing that a policy changes: its unit, and whether less of it is what one wants."""

    id: str
    says: str
    unit: str


@dataclass(frozen=True)
class Foretold:
    """What a candidate expects of one measure: the change in percent, from low to high."""

    measure: str
    low: float
    high: float


@dataclass(frozen=True)
class Seen:
    """What became of one measure: before, under the policy, the change in percent, and whether that was foretold.

    `spread` is the lowest and highest change over the seeds: how much one world differs from the next.
    """

    measure: str
    says: str
    unit: str
    before: float
    after: float
    change: float
    spread: tuple[float, float]
    foretold: tuple[float, float] | None
    inside: bool | None


MEASURES = (
    Measure("harm", "harmful messages that got through", "messages"),
    Measure("warnings", "warnings shown", "warnings"),
    Measure("over-refusal", "harmless messages among those warned or refused", "share"),
    Measure("sessions", "sittings that took place", "sessions"),
    Measure("label-hours", "median time from a case to its verdict", "hours"),
    Measure("labels", "verdicts given", "labels"),
)


def levers() -> dict[str, tuple[str, object]]:
    """Say what each lever is, and where it stands today.

    Examples
    --------
    >>> levers()["model.threshold"]
    ('score from which a user is warned', 0.35)
    """
    world = World()
    return {name: (POLICY[name], getattr(getattr(world, name.split(".")[0]), name.split(".")[1])) for name in LEVERS}


def execute(
    policy: Mapping[str, object], foretold: Sequence[Foretold] = (), *, seeds: Sequence[int] = SEEDS
) -> tuple[Seen, ...]:
    """Lay a policy on the world, and hold what was foretold against what happened.

    Raises
    ------
    BadInput
        For a lever that there is not, a value out of its range, a measure nobody knows, a low above its high.

    Examples
    --------
    >>> seen = {one.measure: one for one in execute({"model.threshold": 0.6}, seeds=(11,))}
    >>> seen["warnings"].change < 0 < seen["harm"].change
    True
    """
    refuse(policy, foretold)
    world = World(accounts=ACCOUNTS, days=DAYS)
    pairs = [twin(world, seed, **policy) for seed in seeds]
    expected = {one.measure: one for one in foretold}
    return tuple(weigh(measure, [MEASURE[measure.id](pair) for pair in pairs], expected) for measure in MEASURES)


def refuse(policy: Mapping[str, object], foretold: Sequence[Foretold]) -> None:
    """Refuse what cannot be executed."""
    strange = [name for name in policy if name not in LEVERS]
    if strange or not policy:
        wrong = f"there is no lever {strange[0]!r}" if strange else "no lever is moved"
        raise BadInput(wrong, where="policy", allowed=", ".join(LEVERS))
    known = [measure.id for measure in MEASURES]
    for one in foretold:
        if one.measure not in known:
            raise BadInput(f"there is no measure {one.measure!r}", where="foretold", allowed=", ".join(known))
        if not -100 <= one.low <= one.high:
            allowed = "percent from low to high, -100 at least"
            raise BadInput(f"{one.low:g} to {one.high:g}", where=f"foretold.{one.measure}", allowed=allowed)


def weigh(measure: Measure, sides: Sequence[tuple[float, float]], expected: Mapping[str, Foretold]) -> Seen:
    """Weigh one measure over the seeds."""
    before = float(np.mean([base for base, _ in sides]))
    after = float(np.mean([other for _, other in sides]))
    changes = [percent(base, other) for base, other in sides]
    change = percent(before, after)
    foretold = expected.get(measure.id)
    return Seen(
        measure.id,
        measure.says,
        measure.unit,
        round(before, 4),
        round(after, 4),
        round(change, 1),
        (round(min(changes), 1), round(max(changes), 1)),
        (foretold.low, foretold.high) if foretold else None,
        foretold.low <= change <= foretold.high if foretold else None,
    )


def percent(before: float, after: float) -> float:
    """Give a change in percent; from nothing to something is 100."""
    return 100.0 * (after - before) / before if before else 100.0 * (after > 0)


def units(pair: Twin, what: str) -> tuple[float, float]:
    """Add up the units of both sides."""
    table = unit_effects(pair)
    return float(table[f"{what}_base"].to_numpy().sum()), float(table[f"{what}_other"].to_numpy().sum())


def both(of: Callable[[Draw], float]) -> Callable[[Twin], tuple[float, float]]:
    """Measure both sides."""
    return lambda pair: (of(pair.base), of(pair.other))


def label_hours(draw: Draw) -> float:
    """Give the median hours from a case to the moment when the product knows its first verdict."""
    first = draw.tables["labels"].group_by("message_id").aggregate([("known_at", "min")])
    opened = draw.tables["escalations"].group_by("message_id").aggregate([("happened_at", "min")])
    joined = opened.join(first, "message_id", join_type="inner")
    if not joined.num_rows:
        return 0.0
    waits = pc.subtract(joined["known_at_min"], joined["happened_at_min"]).cast("int64").to_numpy()
    return float(np.median(waits)) / 3.6e9


def labels_given(draw: Draw) -> float:
    """Count the verdicts."""
    return float(draw.tables["labels"].num_rows)


def over_refused(draw: Draw) -> float:
    """Give the share of harmless messages among those warned or refused; 0 where none was."""
    decisions = draw.tables["decisions"]
    acted = decisions.filter(pc.not_equal(decisions["action"], "allow"))["message_id"].to_numpy()
    ids = draw.tables["messages"]["message_id"].to_numpy()
    harmful = ids[unseal(draw).messages["harmful"].to_numpy()]
    return float(np.mean(~np.isin(acted, harmful))) if len(acted) else 0.0


MEASURE: Mapping[str, Callable[[Twin], tuple[float, float]]] = {
    "harm": lambda pair: units(pair, "harm"),
    "warnings": lambda pair: units(pair, "warnings"),
    "over-refusal": both(over_refused),
    "sessions": lambda pair: units(pair, "sessions"),
    "label-hours": both(label_hours),
    "labels": both(labels_given),
}
