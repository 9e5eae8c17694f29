"""Of which kinds are the blocks of a plan, how long is each, and how often may one day hold it?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from liveloop.coach.loop import Loop
from liveloop.plan import Activity, Block

REVIEW_MINUTES = 15
BASELINE_MINUTES = 45
MOST_MOCKS_A_DAY = 2
CODING: tuple[Activity, ...] = ("sql", "python")


@dataclass(frozen=True)
class Kind:
    """One kind of block: `most` is how many of it one day may hold; a mock names its round."""

    key: str
    activity: Activity
    minutes: int
    most: int
    round_id: str = ""


PLAIN = (
    Kind("sql", "sql", 20, 4),
    Kind("python", "python", 30, 3),
    Kind("reading", "reading", 30, 2),
    Kind("case", "case", 45, 2),
    Kind("design", "design", 75, 1),
    Kind("narrative", "narrative", 30, 1),
    Kind("prompt", "prompt", 20, 2),
)


def kinds_of(loop: Loop) -> tuple[Kind, ...]:
    """List the kinds that a plan for a loop is made of: the plain ones, and a mock of each round."""
    mocks = (Kind(f"mock:{one.id}", "mock", one.mock_minutes, 1, one.id) for one in loop.rounds)
    return (*PLAIN, *mocks)


def prepares(loop: Loop, kind: Kind) -> str:
    """Name the kind of block that prepares for a mock: the plain one that practises most of its round's skills.

    Examples
    --------
    >>> from liveloop.coach.loop import load_loops
    >>> loop = load_loops()["ai-safety"]
    >>> {kind.round_id: prepares(loop, kind) for kind in kinds_of(loop) if kind.round_id}["design"]
    'design'
    """
    if not kind.round_id:
        return ""
    skills = loop.round(kind.round_id).skills
    shares = {one.key: sum(skill.startswith(PRACTISES[one.activity]) for skill in skills) for one in PLAIN}
    best = max(shares, key=lambda key: (shares[key], key != "reading"))
    return best if shares[best] else ""


def key_of(block: Block) -> str:
    """Name the kind of a block.

    Examples
    --------
    >>> from datetime import date
    >>> key_of(Block("b1", date(2026, 3, 2), "mock", 60, refers="product"))
    'mock:product'
    """
    return f"mock:{block.refers}" if block.activity == "mock" else block.activity


def practised(activity: Activity, skill: str, stage: Collection[str] = ()) -> bool:
    """Say whether a kind of block can practise a skill; a mock practises those of its round (`stage`).

    Examples
    --------
    >>> practised("sql", "sql.null"), practised("case", "sql.null"), practised("reading", "causal.did")
    (True, False, True)
    """
    if activity == "mock":
        return skill in stage
    return skill.startswith(PRACTISES.get(activity, ()))


PRACTISES: dict[Activity, tuple[str, ...]] = {
    "sql": ("sql.",),
    "python": ("python.", "stats."),
    "reading": ("stats.", "causal.", "ml.", "design."),
    "case": ("product.", "platform."),
    "design": ("design.",),
    "narrative": ("behaviour.narrative", "behaviour.ownership"),
    "prompt": ("behaviour.",),
}
