"""Which features are there, of which facts, over which time, and who answers for them?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, get_args

from liveloop.base.errors import BadInput

Op = Literal["count", "sum", "mean", "share", "rate", "last", "since", "distinct", "decayed", "least", "most"]
Sort = Literal["event", "decision", "label"]
NOTHING = timedelta(0)


@dataclass(frozen=True)
class Source:
    """A table of facts: who they are about, what they say, and what they come from.

    Parameters
    ----------
    entities
        Columns of who or what a fact is about: `user_id`, `account_id`, `session_id`.
    numbers, texts
        Columns of what a fact says.
    happened, known
        The columns of the two clocks: when it came to be, and when it could first have been known.
    fact, version, deleted
        The columns of a fact's identity, of its version, and of a flag that takes it back. Without `fact`, rows are
        never corrected; without `version`, what was known later is the newer version.
    sort
        An event; a decision, that a model or a rule made; a label, that somebody gave.
    about
        The column of what a decision or a label is about: `message_id`.
    derived_from
        Other sources from which this one is computed: what they carry, it carries.
    embargo
        For how long after it was known a label may be read by nobody: until it is settled.
    filled
        Columns that are written later into the same row, each with the column of the moment: `resolved_at` of a review.
        No view reads them, for nobody knows what stood there before; they are facts of their own. None of them is a
        clock, an identity, a version or a removal.
    """

    name: str
    entities: tuple[str, ...]
    numbers: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    happened: str = "happened_at"
    known: str = "known_at"
    fact: str | None = None
    version: str | None = None
    deleted: str | None = None
    sort: Sort = "event"
    about: tuple[str, ...] = ()
    derived_from: tuple[str, ...] = ()
    embargo: timedelta = NOTHING
    filled: tuple[tuple[str, str], ...] = ()
    says: str = ""

    def __post_init__(self) -> None:
        if self.sort not in get_args(Sort):
            raise BadInput(f"a source of sort {self.sort!r}", where=self.name, allowed=", ".join(get_args(Sort)))
        steers = {self.happened, self.known, self.fact, self.version, self.deleted}
        later = [name for name, _ in self.filled if name in steers]
        if later:
            raise BadInput(f"{later[0]!r} is written later, and says when, which or whether a fact is",
                           where=self.name, allowed="removals and corrections as facts of their own")  # fmt: skip

    @property
    def columns(self) -> tuple[str, ...]:
        """Give every column that is read."""
        named = (self.happened, self.known, self.fact, self.version, self.deleted)
        later = (name for pair in self.filled for name in pair)
        every = (*self.entities, *self.numbers, *self.texts, *self.about, *later, *(one for one in named if one))
        return tuple(dict.fromkeys(every))


@dataclass(frozen=True)
class View:
    """One feature: what is computed, of which facts about whom, over which time.

    Parameters
    ----------
    by
        The entity whose facts are read.
    window
        How long back facts may have happened: in (t - window, t]. None: ever.
    gap
        Read the current session only: back to where nothing happened for longer than this.
    half_life
        After which a fact counts half.
    embargo
        Read what was known so long before t.
    apart_from
        Leave out facts about the same message or session as is asked about.
    through
        A view whose answer is the entity: a user's account, to read what is known of the account.
    """

    name: str
    source: str
    by: str
    op: Op
    column: str | None = None
    window: timedelta | None = None
    gap: timedelta | None = None
    half_life: timedelta | None = None
    embargo: timedelta = NOTHING
    apart_from: str | None = None
    through: View | None = None
    unit: str = ""
    owner: str = ""
    version: int = 1
    says: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if self.op not in get_args(Op):
            raise BadInput(f"no operation {self.op!r}", where=self.name, allowed=", ".join(get_args(Op)))
        needs = {"sum", "mean", "share", "last", "distinct", "least", "most"}
        if self.op in needs and self.column is None:
            raise BadInput(f"{self.op} of nothing", where=self.name, allowed="column=, what is read")
        if self.op == "rate" and self.window is None:
            raise BadInput("a rate over no time", where=self.name, allowed="window=, over which it is counted")
        if (self.op == "decayed") != (self.half_life is not None):
            raise BadInput(f"{self.op} with half_life {self.half_life}", where=self.name,
                           allowed="half_life= with decayed, and with nothing else")  # fmt: skip
        for name in ("window", "gap", "half_life"):
            given = getattr(self, name)
            if given is not None and given <= NOTHING:
                raise BadInput(f"{name} of {given}", where=self.name, allowed="a time longer than 0")
        if self.embargo < NOTHING:
            raise BadInput(f"embargo of {self.embargo}", where=self.name, allowed="0, or a time")
        if self.window is not None and self.gap is not None:
            raise BadInput("a window and a session", where=self.name, allowed="one of window= and gap=")


def every_view(views: Sequence[View]) -> list[View]:
    """Give views and those through which they read, each once; refuse two that differ under one name."""
    found: dict[str, View] = {}
    for view in views:
        one: View | None = view
        while one is not None:
            if found.setdefault(one.name, one) != one:
                raise BadInput(f"two views that differ are named {one.name!r}", where="views",
                               allowed="one name for each, also of those through which others read")  # fmt: skip
            one = one.through
    return list(found.values())


def by_name(views: Sequence[View]) -> dict[str, View]:
    """Index views; refuse two of one name."""
    made: dict[str, View] = {}
    for view in views:
        if view.name in made:
            raise BadInput(f"two views are named {view.name!r}", where="views", allowed="one name for each")
        made[view.name] = view
    return made
