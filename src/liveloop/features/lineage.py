"""What does each feature come from, and does any of it come from the label that is to be predicted?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from liveloop.base.errors import BadInput
from liveloop.features.view import NOTHING, Source, View, by_name


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
        sources = self.by_source
        by_name(self.views)
        for source in self.sources:
            for name in source.derived_from:
                if name not in sources:
                    raise BadInput(f"it is derived from {name!r}, which is not declared", where=source.name,
                                   allowed=", ".join(sources))  # fmt: skip
        for view in self.views:
            refuse_leak(view, sources, self.target)
            refuse_filled(view, sources)

    @property
    def by_source(self) -> dict[str, Source]:
        """Index the sources."""
        return {one.name: one for one in self.sources}


def refuse_leak(view: View, sources: Mapping[str, Source], target: Target | None) -> None:
    """Refuse a view that reads what it must not."""
    for path in paths(view, sources):
        source = sources[path[-1]]
        if target is None or source.sort == "event":
            continue
        if source.about and target.about not in source.about:
            continue
        settled = source.embargo > NOTHING and view.embargo >= source.embargo
        if settled or view.apart_from == target.about:
            continue
        ways = [f'apart_from="{target.about}"']
        if source.embargo > NOTHING:
            ways.append(f"embargo= of {source.embargo.total_seconds() / 86_400:g} days or more")
        raise BadInput(f"it reads a {source.sort} about the same {target.about}: {' > '.join(path)}", where=view.name,
                       allowed=", or ".join(ways))  # fmt: skip


def refuse_filled(view: View, sources: Mapping[str, Source]) -> None:
    """Refuse a view of a column that is written into a row later than the row was known."""
    source = sources[view.source]
    if view.column in dict(source.filled):
        raise BadInput(f"it reads {view.column!r} of {source.name!r}, which is written later", where=view.name,
                       allowed=f"a source of its own, known at {dict(source.filled)[view.column]!r}")  # fmt: skip
    if view.through is not None:
        refuse_filled(view.through, sources)


def paths(view: View, sources: Mapping[str, Source]) -> Iterator[tuple[str, ...]]:
    """Give every way from a view to a source that it reads, directly or not."""
    if view.source not in sources:
        raise BadInput(f"it reads {view.source!r}, which is not declared", where=view.name, allowed=", ".join(sources))
    for path in _up(view.source, sources, ()):
        yield (view.name, *path)
    if view.through is not None:
        for path in paths(view.through, sources):
            yield (view.name, *path)


def _up(name: str, sources: Mapping[str, Source], before: Sequence[str]) -> Iterator[tuple[str, ...]]:
    if name in before:
        raise BadInput(f"it is derived from itself: {' > '.join([*before, name])}", where=name, allowed="no circle")
    yield (*before, name)
    for other in sources[name].derived_from:
        yield from _up(other, sources, (*before, name))
