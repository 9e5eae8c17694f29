"""How are sources and views written down in a file, by people who do not write Python and by those who do?"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

from liveloop.base.errors import BadInput, first_line
from liveloop.features.lineage import FeatureSet, Target
from liveloop.features.script import run_views
from liveloop.features.view import LONGEST, Op, Sort, Source, View

UNITS = {"s": "seconds", "min": "minutes", "h": "hours", "d": "days", "w": "weeks"}
TIMES = ("window", "gap", "half_life", "embargo")
_TIME = re.compile(r"(\d+(?:\.\d+)?) ?(s|min|h|d|w)")


@dataclass(frozen=True)
class Written:
    """What a file of views says: the features, and where the facts of each source lie."""

    features: FeatureSet
    files: Mapping[str, Path]


def read_views(file: Path) -> Written:
    """Read a TOML file of `[sources.NAME]`, `[views.NAME]` and, where something is to be predicted, `[target]`.

    A file that ends in `.py` is run, as `run_views` says: it must be the user's own.

    Raises
    ------
    BadInput
        When it cannot be read, a field is unknown or of another kind, or a view leaks: with the place in the file.
    """
    if file.is_dir():
        raise BadInput("it is a folder", where=str(file), allowed="a TOML or Python file of sources and views")
    if not file.is_file():
        raise BadInput("there is no such file", where=str(file), allowed="a TOML or Python file of sources and views")
    if file.suffix == ".py":
        return Written(*run_views(file))
    try:
        said = parsed(file.read_text(encoding="utf-8"), str(file))
    except UnicodeDecodeError as error:
        raise BadInput(f"it is no TOML: {first_line(error)}", where=str(file), allowed="a TOML file") from error
    _refuse_unknown(said, {"sources", "views", "target"}, str(file))
    try:
        features = FeatureSet(views_of(said), sources_of(said), target_of(said))
        return Written(features, _files(said, file))
    except BadInput as refusal:
        raise BadInput(refusal.wrong, where=f"{file}: {refusal.where}", allowed=refusal.allowed) from refusal


def parsed(text: str, where: str) -> dict[str, Any]:
    """Parse TOML, refusing whatever is none: endless brackets and numbers of thousands of digits, too."""
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise BadInput("it is no TOML: brackets within brackets without end", where=where,
                       allowed="a TOML file") from error  # fmt: skip
    except ValueError as error:  # TOMLDecodeError is one
        raise BadInput(f"it is no TOML: {first_line(error)}", where=where, allowed="a TOML file") from error


def sources_of(said: Mapping[str, Any]) -> tuple[Source, ...]:
    """Give the sources that a file declares."""
    tables = _tables(said, "sources").items()
    return tuple(_made(Source, name, {k: v for k, v in table.items() if k != "file"}) for name, table in tables)


def _files(said: Mapping[str, Any], file: Path) -> dict[str, Path]:
    tables = _tables(said, "sources").items()
    return {
        name: file.parent / _text(table["file"], f"sources.{name}.file") for name, table in tables if "file" in table
    }


def views_of(said: Mapping[str, Any]) -> tuple[View, ...]:
    """Give the views that a file declares."""
    views: dict[str, View] = {}
    for name, table in _tables(said, "views").items():
        inner = table.get("through")
        if inner is not None and _text(inner, f"views.{name}.through") not in views:
            raise BadInput(f"there is no view {inner!r} before it", where=f"views.{name}.through",
                           allowed=", ".join(views) or "a view that stands above")  # fmt: skip
        views[name] = _made(View, name, table | ({"through": views[inner]} if inner is not None else {}))
    return tuple(views.values())


def target_of(said: Mapping[str, Any]) -> Target | None:
    """Give what a file says is to be predicted, if it says so."""
    target = said.get("target")
    if target is None:
        return None
    _refuse_unknown(target, {"source", "about"}, "target")
    return Target(_text(target.get("source"), "target.source"), _text(target.get("about"), "target.about"))


def _tables(said: Mapping[str, Any], name: str) -> dict[str, dict[str, Any]]:
    found = said.get(name, {})
    if not isinstance(found, dict) or not found or not all(isinstance(one, dict) for one in found.values()):
        raise BadInput(f"it has no {name}", where=name, allowed=f"[{name}.NAME], one for each")
    return found


def _made(kind: type[Any], name: str, table: Mapping[str, Any]) -> Any:  # noqa: ANN401 - one of two
    where = f"{'sources' if kind is Source else 'views'}.{name}"
    types = {one.name: str(one.type) for one in fields(kind) if one.name != "name"}
    _refuse_unknown(table, set(types), where)
    given = {key: _value(key, value, types[key], f"{where}.{key}") for key, value in table.items()}
    needed = {"entities"} if kind is Source else {"source", "by", "op"}
    missing = sorted(needed - set(given))
    if missing:
        needs = {"op": ", ".join(get_args(Op)), "by": "an entity, whose facts are read", "source": "a source",
                 "entities": 'a list of columns, as ["user_id"]'}  # fmt: skip
        raise BadInput(f"it has no {missing[0]!r}", where=where, allowed=needs[missing[0]])
    return kind(name=name, **given)


def _value(key: str, value: object, kind: str, where: str) -> object:
    if key in TIMES:
        return time_of(value, where)
    if key == "filled":
        if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
            raise BadInput(f"it is {value!r}", where=where, allowed='{ column = "column of the moment" }')
        return tuple(value.items())
    if kind.startswith("tuple"):
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise BadInput(f"it is {value!r}", where=where, allowed="a list of names")
        return tuple(value)
    if key == "version" and kind == "int":
        if not isinstance(value, int) or isinstance(value, bool):
            raise BadInput(f"it is {value!r}", where=where, allowed="a whole number")
        return value
    if kind.startswith("View"):
        return value
    allowed = {"op": get_args(Op), "sort": get_args(Sort)}.get(key)
    if allowed is not None and value not in allowed:
        raise BadInput(f"it is {value!r}", where=where, allowed=", ".join(allowed))
    return _text(value, where)


def _text(value: object, where: str) -> str:
    if not isinstance(value, str) or not value:
        raise BadInput(f"it is {value!r}", where=where, allowed="a text")
    return value


def time_of(value: object, where: str) -> timedelta:
    """Read a time.

    Examples
    --------
    >>> time_of("24h", "window"), time_of("7 d", "embargo")
    (datetime.timedelta(days=1), datetime.timedelta(days=7))
    """
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise BadInput(f"it is {value!r}", where=where, allowed="a number and a unit, as '24h': s, min, h, d or w")
    try:
        length = timedelta(**{UNITS[found[2]]: float(found[1])})
    except OverflowError:
        length = timedelta.max
    if length > LONGEST:
        raise BadInput(f"it is {str(value)[:40]!r}", where=where, allowed=f"at most {LONGEST.days} days")
    return length


def _refuse_unknown(table: object, known: set[str], where: str) -> None:
    if not isinstance(table, dict):
        raise BadInput(f"it is {table!r}", where=where, allowed="a table")
    unknown = sorted(set(table) - known)
    if unknown:
        raise BadInput(f"unknown field {unknown[0]!r}", where=where, allowed=", ".join(sorted(known)))
