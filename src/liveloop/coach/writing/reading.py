"""How are the parts that a case, a prompt and the narratives share read, and what in them is refused?"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, Protocol, TypeVar

from liveloop.base.content import convert, read_toml, refuse_unknown
from liveloop.base.errors import BadInput
from liveloop.coach.content import shipped_content
from liveloop.coach.loop import load_skills
from liveloop.drill import Pushback
from liveloop.exam.prose import load_concepts
from liveloop.rubric import Looked

ANY = "any"  # a pushback that fits whatever was written
REJECTED = "not:"  # before a concept that has to be turned down
SLUG_FORM = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_MINUTES = 180
Tell = Callable[[BadInput], None] | None
L = TypeVar("L", bound=Looked)
P = TypeVar("P", bound=Pushback)


@dataclass(frozen=True)
class Known:
    """What content may name: skills and concepts that are there."""

    skills: Collection[str]
    concepts: Collection[str]


class Shelved(Protocol):
    """Something with an id that never changes and the name of its file or folder."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def slug(self) -> str:
        """Its name in addresses."""


S = TypeVar("S", bound=Shelved)


@cache
def what_is_known() -> Known:
    """Say which skills and concepts may be named; they ship, and are read once."""
    concepts = load_concepts(shipped_content() / "concepts.toml")
    return Known(tuple(load_skills()), tuple(concept.id for concept in concepts))


def places(folders: Iterable[Path]) -> tuple[Path, ...]:
    """List the folders of content to read: the one that ships first, each once."""
    return tuple(dict.fromkeys((shipped_content(), *folders)))


def shelve(paths: Iterable[Path], read: Callable[[Path], S], tell: Tell) -> dict[str, S]:
    """Read each path and shelve what it gives by slug; one that is refused, or is there already, is told or raised."""
    shelf: dict[str, S] = {}
    taken: dict[str, str] = {}
    for path in paths:
        try:
            thing = read(path)
            for name in (thing.slug, thing.id):
                if name in taken:
                    raise BadInput(
                        f"{name!r} is used already by {taken[name]}", where=str(path), allowed="a name of its own"
                    )
        except BadInput as refusal:
            if tell is None:
                raise
            tell(refusal)
        else:
            shelf[thing.slug] = thing
            taken |= {thing.slug: thing.slug, thing.id: thing.slug}
    return shelf


def read_rubric(path: Path, wanted: type[L], known: Known, raw: Mapping[str, Any] | None = None) -> tuple[L, ...]:
    """Read `[[criterion]]` of a file (or of what was read of it): what is looked for in a text, at least one thing."""
    if raw is None:
        raw = read_toml(path)
        refuse_unknown(raw, ("criterion",), path)
    criteria = tuple(read_criterion(item, path, wanted, known) for item in tables(raw, "criterion", path))
    if not criteria:
        raise BadInput("no [[criterion]]", where=str(path), allowed="at least one")
    refuse_twice([one.id for one in criteria], "criterion", path)
    return criteria


def read_criterion(item: Mapping[str, Any], path: Path, wanted: type[L], known: Known) -> L:
    """Read one criterion and hold its weight and its evidence to what may be."""
    criterion: L = read_table(item, wanted, path, "criterion")
    where = f"{path}, criterion {criterion.id}"
    refuse_empty(criterion, ("id", "text", "good"), where)
    if not (math.isfinite(criterion.weight) and criterion.weight > 0):
        raise BadInput(f"weight is {criterion.weight}", where=where, allowed="a number above 0")
    for evidence in criterion.evidence:
        if evidence.removeprefix(REJECTED) not in known.concepts:
            allowed = f"{', '.join(known.concepts)}; each may begin with {REJECTED}"
            raise BadInput(f"unknown concept {evidence!r}", where=where, allowed=allowed)
    most = max(1, len(set(criterion.evidence)))
    if not 1 <= criterion.needs <= most:
        raise BadInput(f"needs is {criterion.needs}", where=where, allowed=f"1 to {most}")
    return criterion


def read_pushbacks(
    path: Path, wanted: type[P], criteria: Sequence[Looked], raw: Mapping[str, Any] | None = None
) -> tuple[P, ...]:
    """Read `[[pushback]]` of a file (or of what was read of it); each is for a criterion or for any text."""
    if raw is None:
        raw = read_toml(path)
        refuse_unknown(raw, ("pushback",), path)
    pushbacks = tuple(read_table(item, wanted, path, "pushback") for item in tables(raw, "pushback", path))
    whens = [ANY, *(one.id for one in criteria)]
    for pushback in pushbacks:
        refuse_empty(pushback, ("says", "good"), f"{path}, pushback")
        refuse_strange((pushback.when,), "when", whens, f"{path}, pushback")
    refuse_twice([one.says for one in pushbacks], "pushback", path)
    return pushbacks


def read_table(item: Mapping[str, Any], wanted: type[Any], path: Path, name: str) -> Any:  # noqa: ANN401
    """Read a table as a record, refusing fields that are unknown and naming one that is missing."""
    refuse_unknown(item, wanted.__dataclass_fields__, path, name)
    refuse_missing(item, wanted, path, name)
    return convert(wanted, item, path, name)


def tables(raw: Mapping[str, Any], name: str, path: Path) -> Iterator[Mapping[str, Any]]:
    """Take the tables of one name."""
    yield from convert(list[dict[str, Any]], raw.get(name, []), path, name)


def refuse_missing(raw: Mapping[str, Any], wanted: type[Any], path: Path, inside: str) -> None:
    """Refuse a table without a field that has no default."""
    needed = [one.name for one in fields(wanted) if one.default is MISSING and one.default_factory is MISSING]
    for name in needed:
        if name not in raw:
            raise BadInput(f"{inside} without {name}", where=str(path), allowed=f"all of {', '.join(needed)}")


def refuse_empty(thing: object, names: Iterable[str], where: str) -> None:
    """Refuse a text that says nothing."""
    for name in names:
        if not str(getattr(thing, name)).strip():
            raise BadInput(f"{name} is empty", where=where, allowed="some text")


def refuse_strange(named: Iterable[str], name: str, there: Collection[str], where: str) -> None:
    """Refuse a name that nobody knows."""
    for one in named:
        if one not in there:
            raise BadInput(f"unknown {name} {one!r}", where=where, allowed=", ".join(there) or f"no {name} yet")


def refuse_twice(ids: Sequence[str], name: str, path: Path) -> None:
    """Refuse one name given twice."""
    for one in ids:
        if ids.count(one) > 1:
            raise BadInput(f"{name} {one[:80]!r} stands twice", where=str(path), allowed=f"each {name} once")


def refuse_form(thing: Shelved, prefix: str, path: Path) -> None:
    """Refuse an id or a slug out of form."""
    if not re.fullmatch(rf"{prefix}_[0-9a-f]{{10}}", thing.id):
        raise BadInput(f"id is {thing.id!r}", where=str(path), allowed=f"{prefix}_ and ten hexadecimal digits")
    if not SLUG_FORM.fullmatch(thing.slug):
        raise BadInput(f"it is called {thing.slug!r}", where=str(path), allowed="small letters, digits and hyphens")


def refuse_outside(value: int, name: str, low: int, high: int, path: Path) -> None:
    """Refuse a whole number outside its range."""
    if not low <= value <= high:
        raise BadInput(f"{name} is {value}", where=str(path), allowed=f"{low} to {high}")
