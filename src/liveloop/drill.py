"""What is asked, and what lies sealed behind it?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from liveloop.attempt import Kind
from liveloop.rubric import Rubric

Role = Literal["key", "group", "time", "known_at", "value", "flag", "text", "other"]


@dataclass(frozen=True)
class SqlForm:
    """What a SQL attempt is held to.

    `tables` are those that the candidate sees; `columns` the names wanted, in order (results are compared by
    position once the count agrees). `ordered` says that the order of rows is part of the question.
    `nullable` and `not_null` adjust the world's declarations ("table.column") for this drill's small databases; what
    `nullable` lists is emptied by the null probe even where the reference does not read it;
    `unique` adds keys that hold in them ("table.column" or "table.a+b").
    `time_columns` are those whose coincidences the boundary and tie probes try; empty means every one in `tables`.
    `moment_columns` are further ones that are held against a stated moment only, not against other times.
    """

    tables: tuple[str, ...]
    columns: tuple[str, ...]
    ordered: bool = False
    nullable: tuple[str, ...] = ()
    not_null: tuple[str, ...] = ()
    unique: tuple[str, ...] = ()
    time_columns: tuple[str, ...] = ()
    moment_columns: tuple[str, ...] = ()
    tolerance: float = 1e-9


@dataclass(frozen=True)
class FrameColumn:
    """One column of a frame argument: its role tells the edge cases what may happen to it."""

    name: str
    role: Role
    type: Literal["int", "float", "bool", "text", "timestamp"]
    nullable: bool = False


@dataclass(frozen=True)
class Argument:
    """One argument of a Python drill: a frame (from a query over the draw), or a literal with its allowed values."""

    name: str
    kind: Literal["frame", "literal"]
    source: str = ""  # a SELECT over the draw's tables, for a frame
    columns: tuple[FrameColumn, ...] = ()
    values: tuple[Any, ...] = ()  # literals to try; the first is the calm one


@dataclass(frozen=True)
class PythonForm:
    """What a Python attempt is held to: the function's name, its arguments, how results are compared."""

    entry: str
    signature: str
    arguments: tuple[Argument, ...]
    frame: Literal["pandas", "polars"] = "pandas"
    ordered: bool = False
    tolerance: float = 1e-9
    raises: tuple[str, ...] = ()  # exception names that the prompt allows on bad input
    allowed_ratio: float = 10.0


@dataclass(frozen=True)
class EstimatorForm:
    """What an estimator is held to: it is run on many draws of the drill's scenes, whose truth is known.

    `level` is the coverage that its intervals promise; they may be `width` times as wide as the reference's.
    `columns` say what the frame holds, in words.
    """

    entry: str
    signature: str
    columns: dict[str, str]
    level: float = 0.95
    width: float = 1.5


@dataclass(frozen=True)
class FeaturesForm:
    """What a file of views is held to: the facts that it may read, and the moments at which it is asked.

    `facts` are SELECTs over the draw's tables, one for each source of `given/sources.toml`; `asked` gives the rows,
    with their moment in `decided_at`. `filled` names columns, as "source.column", that are written into their row
    later, each with the column of the moment: the sources that a candidate is given do not say it.
    """

    facts: dict[str, str]
    asked: str
    filled: dict[str, str]


@dataclass(frozen=True)
class Pushback:
    """What the interviewer says next: `when` is a probe's code, ``clean`` or ``any``."""

    when: str
    says: str
    good: str


@dataclass(frozen=True)
class Sample:
    """A shipped attempt and the findings that it must raise; none means clean."""

    name: str
    text: str
    expected: tuple[str, ...]


@dataclass(frozen=True)
class WorldSettings:
    """Which world the drill is set in: keyword settings of `worlds.world.World`."""

    settings: dict[str, Any]


@dataclass(frozen=True)
class Drill:
    """A folder of content: prompt, world, reference, probes, rubric."""

    id: str
    slug: str
    shelf: str
    title: str
    kind: Kind
    skills: tuple[str, ...]
    week: int
    minutes: int
    difficulty: int
    world: WorldSettings
    probes: tuple[str, ...]
    out_of_scope: tuple[str, ...]
    prompt: str
    given: dict[str, str]
    reference: str
    rubric: Rubric
    pushbacks: tuple[Pushback, ...]
    after: str
    samples: tuple[Sample, ...]
    folder: Path
    sql: SqlForm | None = None
    python: PythonForm | None = None
    estimator: EstimatorForm | None = None
    features: FeaturesForm | None = None
