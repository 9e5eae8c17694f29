"""Which values may a setting have, and how is one refused?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field, fields, is_dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from liveloop.base.errors import BadInput

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def number(default: float | None, low: float, high: float, says: str) -> Any:  # noqa: ANN401 (a field stands for the value it will hold)
    """Declare a setting that is a number from `low` to `high`."""
    whole = isinstance(default, int)
    return field(default=default, metadata={"low": low, "high": high, "whole": whole, "says": says})


def one_of(default: str, allowed: tuple[str, ...], says: str) -> Any:  # noqa: ANN401 (a field stands for the value it will hold)
    """Declare a setting that is one of a few words."""
    return field(default=default, metadata={"allowed": allowed, "says": says})


def check_bounds(settings: DataclassInstance, where: str) -> None:
    """Refuse a dataclass of settings with a value outside what its fields declare.

    Raises
    ------
    BadInput
        Naming the setting, the value and what is allowed.
    """
    for item in fields(settings):
        value, name = getattr(settings, item.name), f"{where}.{item.name}" if where else item.name
        if "allowed" in item.metadata and value not in item.metadata["allowed"]:
            raise BadInput(f"{name} = {value!r} is unknown", where="world", allowed=", ".join(item.metadata["allowed"]))
        if "low" in item.metadata and not (value is None and item.default is None):
            _check_number(name, value, item.metadata)


def _check_number(name: str, value: object, limits: Mapping[str, Any]) -> None:
    low, high = limits["low"], limits["high"]
    allowed = f"{'a whole' if limits['whole'] else 'a'} number from {low:g} to {high:g}"
    fits = isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high
    if not fits or (limits["whole"] and not isinstance(value, int)):
        raise BadInput(f"{name} = {value!r} is out of range", where="world", allowed=allowed)


def refuse_unknown(names: Iterable[str], allowed: Iterable[str], where: str = "world") -> None:
    """Refuse the first name that is not allowed, naming what is."""
    known = tuple(allowed)
    for name in names:
        if name not in known:
            raise BadInput(f"unknown setting {name!r}", where=where, allowed=", ".join(sorted(known)))


def fill(kind: type, values: Mapping[str, Any], where: str) -> Any:  # noqa: ANN401 (an instance of `kind`)
    """Build a dataclass of settings from plain values: lists become tuples, text becomes times and paths."""
    names = {item.name: item for item in fields(kind)}
    refuse_unknown(values, names, where)
    return kind(**{name: _plain(names[name].type, value, f"{where}.{name}") for name, value in values.items()})


def _plain(annotation: object, value: object, where: str) -> object:
    text = str(annotation)
    if isinstance(value, list):
        return tuple(tuple(part) if isinstance(part, list) else part for part in value)
    if "Path" in text and isinstance(value, str):
        return Path(value)
    if "datetime" in text and isinstance(value, str):
        try:
            return datetime.fromisoformat(value)
        except ValueError as problem:
            raise BadInput(f"{where} = {value!r} is no time", allowed="ISO 8601 with a zone") from problem
    if "float" in text and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value


def flat_names(kind: type, prefix: str = "") -> dict[str, str]:
    """List the dotted name of every setting below a dataclass, with what each says."""
    listed: dict[str, str] = {}
    for item in fields(kind):
        factory: Any = item.default_factory
        if isinstance(factory, type) and is_dataclass(factory):
            listed |= flat_names(factory, f"{prefix}{item.name}.")
        else:
            listed[f"{prefix}{item.name}"] = str(item.metadata.get("says", ""))
    return listed
