"""What does each feature come from, and does any of it come from the label that is to be predicted?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from liveloop.base.errors import BadInput
from liveloop.features.view import NOTHING, Source, View, by_name, every_view, refuse_undeclared, said_time


@dataclass(frozen=True)
class Target:
    """What is predicted: the label of which source, about what.

    Parameters
    ----------
    source
        The source of labels.
    about
        The column of what is decided on: a view may read no label or decision about the same one.
    """

    source: str
    about: str


@dataclass(frozen=True)
class FeatureSet:
    """Views, the sources that they read, and what they are to predict; one that leaks is refused when it is defined.

    Raises
    ------
    BadInput
        When a view reads a source that is not there, or anything that is derived from a label or a decision about the
        same thing within its embargo: with the path from the view to it.

    Examples
    --------
    >>> from datetime import timedelta
    >>> labels = Source("labels", ("user_id",), ("harm",), sort="label", about=("message_id",), embargo=timedelta(7))
    >>> harm = View("harm_before", "labels", "user_id", "share", "harm")
    >>> FeatureSet((harm,), (labels,), Target("labels", "message_id"))
    Traceback (most recent call last):
    ...
    liveloop.base.errors.BadInput: harm_before: it reads a label about the same message_id: harm_before > labels. \
Allowed: apart_from="message_id", or embargo= of 7 days or more.
    """

    views: tuple[View, ...]
    sources: tuple[Source, ...]
    target: Target | None = None

    def __post_init__(self) -> None:
        _refuse_other(self.views, "views", View)
        _refuse_other(self.sources, "sources", Source)
        sources = self.by_source
        by_name(self.views)
        every_view(self.views)
        if len(sources) < len(self.sources):
            twice = next(one.name for one in self.sources if sources[one.name] is not one)
            raise BadInput(f"two sources are named {twice!r}", where="sources", allowed="one name for each")
        for source in self.sources:
            for name in source.derived_from:
                if name not in sources:
                    raise BadInput(f"it is derived from {name!r}, which is not declared", where=source.name,
                                   allowed=", ".join(sources))  # fmt: skip
        for source in self.sources:
            tuple(_up(source.name, sources, ()))  # refuses a circle
        if self.target is not None:
            _refuse_target(self.target, sources)
        for view in every_view(self.views):
            refuse_undeclared(view, sources)
        for view in self.views:
            refuse_leak(view, sources, self.target)
            refuse_filled(view, sources)

    @property
    def by_source(self) -> dict[str, Source]:
        """Index the sources."""
        return {one.name: one for one in self.sources}


def _refuse_other(given: object, name: str, kind: type) -> None:
    if not isinstance(given, tuple) or not all(isinstance(one, kind) for one in given):
        raise BadInput(f"they are {given!r}"[:200], where=name, allowed=f"a tuple of {kind.__name__}s")


def _refuse_target(target: Target, sources: Mapping[str, Source]) -> None:
    """Refuse a target of which nothing is declared: a slip there would let every leak pass."""
    if target.source not in sources:
        raise BadInput(f"labels of {target.source!r}, which is not declared", where="target",
                       allowed=", ".join(sources))  # fmt: skip
    if sources[target.source].sort == "event":
        raise BadInput(f"{target.source!r} is declared as an event, so that no view of it would be refused",
                       where="target", allowed='sort = "label" in the source')  # fmt: skip
    about = sources[target.source].about
    if target.about not in about:
        raise BadInput(f"{target.source!r} is not about {target.about!r}", where="target",
                       allowed=", ".join(about) or f'about = ["{target.about}"] in the source')  # fmt: skip


def refuse_leak(view: View, sources: Mapping[str, Source], target: Target | None, before: Sequence[str] = ()) -> None:
    """Refuse a view that reads what it must not, itself or through another, each by its own embargo and exception."""
    named = (*before, view.name)
    for way in _ways(view, sources):
        source = sources[way[-1]]
        if target is None or source.sort == "event":
            continue
        if source.about and target.about not in (*source.about, *source.entities):
            continue
        settled = source.embargo > NOTHING and view.embargo >= source.embargo
        if settled or view.apart_from == target.about:
            continue
        ways = [f'apart_from="{target.about}"']
        if target.about not in source.about:
            ways = [f'about=("{target.about}",) in the source, and apart_from="{target.about}"']
        if source.embargo > NOTHING:
            ways.append(f"embargo= of {source.embargo.total_seconds() / 86_400:g} days or more")
        says = f"it reads a {source.sort} about the same {target.about}: {' > '.join((*named, *way))}"
        of = f", of {view.name}" if before else ""
        raise BadInput(says, where=named[0], allowed=", or ".join(ways) + of)
    if view.through is not None:
        refuse_leak(view.through, sources, target, named)


def refuse_filled(view: View, sources: Mapping[str, Source]) -> None:
    """Refuse a view of a column that is written into a row later than the row was known."""
    source = sources[view.source]
    later = {name: when for pair in source.filled for name, when in ((pair[0], pair[1]), (pair[1], pair[1]))}
    for name in (view.column, view.by, view.apart_from):
        if name in later:
            raise BadInput(f"it reads {name!r} of {source.name!r}, which is written later", where=view.name,
                           allowed=f"a source of its own, known at {later[name]!r}")  # fmt: skip
    if view.through is not None:
        refuse_filled(view.through, sources)


def warnings_of(features: FeatureSet) -> list[str]:
    """Say what a set of views lets pass that its author may not mean: no target, and labels that are not settled.

    Examples
    --------
    >>> labels = Source("labels", ("user_id",), ("harm",), sort="label", about=("message_id",))
    >>> warnings_of(FeatureSet((View("harm", "labels", "user_id", "share", "harm"),), (labels,)))
    ['nothing is said to be predicted (target), so no view of labels is refused']
    """
    sources = features.by_source
    kept = [one.name for one in features.sources if one.sort != "event"]
    said = []
    if features.target is None and kept:
        said.append(f"nothing is said to be predicted (target), so no view of {', '.join(kept)} is refused")
    for view in every_view(features.views):
        for way in _ways(view, sources):
            source = sources[way[-1]]
            if source.embargo > view.embargo:
                after = said_time(source.embargo)
                said.append(f"{view.name} reads {source.name} that may still change: they are settled after {after}")
    return said


def paths(view: View, sources: Mapping[str, Source]) -> Iterator[tuple[str, ...]]:
    """Give every way from a view to a source that it reads, directly or not."""
    for way in _ways(view, sources):
        yield (view.name, *way)
    if view.through is not None:
        for path in paths(view.through, sources):
            yield (view.name, *path)


def _ways(view: View, sources: Mapping[str, Source]) -> Iterator[tuple[str, ...]]:
    yield from _up(view.source, sources, ())


def _up(name: str, sources: Mapping[str, Source], before: Sequence[str]) -> Iterator[tuple[str, ...]]:
    if name in before:
        raise BadInput(f"it is derived from itself: {' > '.join([*before, name])}", where=name, allowed="no circle")
    yield (*before, name)
    for other in sources[name].derived_from:
        yield from _up(other, sources, (*before, name))
