"""What broke, and what is the smallest input that shows it?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from liveloop.base.tables import Sheet


@dataclass(frozen=True)
class DatabaseEvidence:
    """The smallest database found on which the attempt and the reference differ, with both results."""

    database: dict[str, Sheet]
    expected: Sheet | None
    got: Sheet | None
    error: str | None = None
    time_zone: str = "UTC"
    kind: Literal["database"] = "database"


@dataclass(frozen=True)
class CallEvidence:
    """The smallest call found on which the attempt and the reference differ.

    `arguments` maps a name to a Sheet (a frame) or to a Python literal as text. `expected` and `got` likewise.
    """

    call: str
    arguments: dict[str, Sheet | str]
    expected: Sheet | str | None
    got: Sheet | str | None
    error: str | None = None
    kind: Literal["call"] = "call"


@dataclass(frozen=True)
class Remark:
    """One line of the attempt and what is wrong with it; `line` counts from 1."""

    line: int
    text: str
    why: str
    rule: str


@dataclass(frozen=True)
class LinesEvidence:
    """The lines of the attempt that a reader stumbles over."""

    remarks: tuple[Remark, ...]
    kind: Literal["lines"] = "lines"


@dataclass(frozen=True)
class TimingEvidence:
    """How long the attempt and the reference took on the same input, in seconds, as medians of `runs`."""

    rows: int
    attempt_seconds: float
    reference_seconds: float
    runs: int
    allowed_ratio: float
    stopped: str | None = None
    kind: Literal["timing"] = "timing"


@dataclass(frozen=True)
class ContainmentEvidence:
    """What the sandbox stopped: the limit that was met, or the call that was refused."""

    limit: str
    detail: str
    kind: Literal["containment"] = "containment"


@dataclass(frozen=True)
class CoverageEvidence:
    """How an estimator did over many draws of a world whose truth is known, and the smallest draw that shows it.

    `held` of `draws` intervals held the truth, a share between `low_share` and `high_share`; `level` was promised.
    `bias` is the mean of value minus truth, and half of the values are further than `typical` from it; `width` is how
    many times as wide as the reference's the intervals were. `world` are the first rows of one draw, `truth` the effect
    there, `value`, `low` and `high` what was said of it; `reference_low` and `reference_high` what the reference says,
    where the width is what is wrong.
    """

    draws: int
    held: int
    low_share: float
    high_share: float
    level: float
    bias: float | None
    width: float | None
    principle: str
    world: Sheet
    truth: float
    value: float | None
    low: float | None
    high: float | None
    error: str | None = None
    typical: float | None = None
    reference_low: float | None = None
    reference_high: float | None = None
    kind: Literal["coverage"] = "coverage"


Evidence = DatabaseEvidence | CallEvidence | LinesEvidence | TimingEvidence | ContainmentEvidence | CoverageEvidence
Dimension = Literal["correctness", "edge cases", "time", "robustness", "speed", "readability"]


@dataclass(frozen=True)
class Finding:
    """One thing that broke: a claim and its Evidence.

    `probe` is the code of the probe that asked, `skill` the skill it speaks of.
    """

    probe: str
    claim: str
    evidence: Evidence
    dimension: Dimension
    skill: str


@dataclass(frozen=True)
class Place:
    """The part of an attempt one change of which leaves nothing that breaks.

    Parameters
    ----------
    matter
        What was wrong, in words that go on from "a matter of"; empty where that is not sure.
    line
        Where the part begins, from 1.
    start, end
        The part, in characters of the attempt.
    """

    matter: str
    line: int
    start: int
    end: int
