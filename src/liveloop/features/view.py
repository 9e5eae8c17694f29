"""Which features are there, of which facts, over which time, and who answers for them?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, get_args

from liveloop.base.errors import BadInput

Op = Literal["count", "sum", "mean", "share", "rate", "last", "since", "distinct", "decayed", "least", "most"]
Sort = Literal["event", "decision", "label"]
NOTHING = timedelta(0)
LONGEST = timedelta(days=36_525)


@dataclass(frozen=True)
class Source:
    """A table of facts: who they are about, what they say, and what they come from.

    Parameters
    ----------
    entities
        Columns of who or what a fact is about: `user_id`, `account_id`, `session_id`. Whole numbers or texts.
    numbers, texts
        Columns of what a fact says: numbers, or true and false; what is compared and not computed with.
    happened, known
        The columns of the two clocks: when it came to be, and when it could first have been known. Times with a zone.
    fact, version, deleted
        The columns of a fact's identity, of its version, and of a flag, true or false, that takes it back. Without
        `fact`, rows are never corrected; without `version`, what was known later is the newer version. Of two rows of
        the same identity and version the one that was known first counts.
    sort
        An event; a decision, that a model or a rule made; a label, that somebody gave.
    about
        The columns of what a decision or a label is about: `message_id`.
    derived_from
        Other sources from which this one is computed: what they carry, it carries.
    embargo
        For how long after it was known a label may still change. A view that waits as long may read it; one that is
        `apart_from` what is decided on may too, and `lineage` says that it reads what is not settled.
    filled
        Columns that are written later into the same row, each with the column of the moment: `resolved_at` of a review.
        No view reads them, for nobody knows what stood there before; they are facts of their own. None of them is a
        clock, an identity, a version or a removal.
    says
        What it is, in words.
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
        for name in ("entities", "numbers", "texts", "about", "derived_from"):
            given = getattr(self, name)
            if not isinstance(given, tuple) or not all(isinstance(one, str) for one in given):
                raise BadInput(f"{name} is {given!r}", where=self.name, allowed=f'a tuple of names, as ("{name}",)')
        _refuse_length(self.name, "embargo", self.embargo)
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
    source
        The facts that are read.
    by
        The entity whose facts are read: one of the source's.
    op
        What is computed: count, sum, mean, share (of ones), rate (an hour, over the window), last, since (the newest,
        in seconds), distinct (texts), decayed (a count in which older facts weigh less), least, most.
    column
        What is read of each fact; count, since, rate and decayed do without, and count facts.
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
        A view whose answer is the entity: a user's account, to read what is known of the account. In a file its name,
        and it stands above.
    unit, owner, version, says
        Of what kind the answer is, who answers for it, a whole number that grows when its meaning changes, and words.
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
            if given is not None:
                _refuse_length(self.name, name, given)
                if given == NOTHING:
                    raise BadInput(f"{name} of 0", where=self.name, allowed="a time longer than 0")
        _refuse_length(self.name, "embargo", self.embargo)
        if self.window is not None and self.gap is not None:
            raise BadInput("a window and a session", where=self.name, allowed="one of window= and gap=")


def _refuse_length(where: str, name: str, given: object) -> None:
    if not isinstance(given, timedelta) or not NOTHING <= given <= LONGEST:
        raise BadInput(f"{name} is {given!r}", where=where,
                       allowed=f"a timedelta, 0 to {LONGEST.days} days, as timedelta(hours=24)")  # fmt: skip


def refuse_undeclared(view: View, sources: Mapping[str, Source]) -> None:
    """Refuse a view of what no source says: facts, an entity, a column, or what it is to be apart from."""
    if view.source not in sources:
        raise BadInput(f"view {view.name!r} reads {view.source!r}, which is not declared", where=view.name,
                       allowed=", ".join(sources))  # fmt: skip
    source = sources[view.source]
    if view.by not in source.entities:
        raise BadInput(f"view {view.name!r} is by {view.by!r}, which {view.source!r} is not about", where=view.name,
                       allowed=", ".join(source.entities))  # fmt: skip
    if view.apart_from is not None and view.apart_from not in source.about:
        raise BadInput(f"view {view.name!r} is apart from {view.apart_from!r}, which {view.source!r} is not about",
                       where=view.name, allowed=", ".join(source.about) or "a source with about=")  # fmt: skip
    if view.column is None:
        return
    columns = (*source.numbers, *source.texts)
    if view.column not in columns:
        raise BadInput(f"view {view.name!r} reads {view.column!r}, which {view.source!r} has not", where=view.name,
                       allowed=", ".join(columns) or "count or since, which read no column")  # fmt: skip
    if view.column in source.texts and view.op not in ("last", "distinct", "count"):
        raise BadInput(f"view {view.name!r} takes the {view.op} of texts, {view.column!r}", where=view.name,
                       allowed="last, distinct or count of a text")  # fmt: skip
    if view.column not in source.texts and view.op == "distinct":
        raise BadInput(f"view {view.name!r} counts distinct numbers, {view.column!r}", where=view.name,
                       allowed="a column of texts; list it in texts= to have its values compared")  # fmt: skip


def said_time(time: timedelta) -> str:
    """Write a time in the largest unit of which it is a whole number; a day is 24 hours.

    Examples
    --------
    >>> [said_time(timedelta(minutes=minutes)) for minutes in (0.5, 1, 60, 90, 1440, 2880)]
    ['30 s', '1 min', '1 h', '90 min', '24 h', '2 d']
    """
    for unit, name, least in ((86_400, "d", 2), (3_600, "h", 1), (60, "min", 1)):
        count, rest = divmod(time.total_seconds(), unit)
        if not rest and count >= least:
            return f"{count:.0f} {name}"
    return f"{time.total_seconds():g} s"


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
