"""How is what was decided before the data came kept in a file, and read again?"""

from __future__ import annotations

import json
import tomllib
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from liveloop.base.errors import BadInput, first_line
from liveloop.estimate.whole.design import Design
from liveloop.estimate.words import listed


@dataclass(frozen=True)
class Guard:
    """A metric that must not get worse by more than a margin."""

    metric: str
    margin: float
    better: str = "higher"


@dataclass(frozen=True)
class Registration:
    """What is registered before an experiment begins.

    Parameters
    ----------
    design
        How units are assigned; it fixes the analysis.
    metric
        The one outcome that decides.
    effect, power
        The smallest effect that matters, and the chance to see one as large.
    units, days
        How many units are assigned, and for how long.
    guards
        Metrics that must not get worse.
    """

    design: Design
    metric: str
    effect: float
    power: float = 0.8
    units: int = 0
    days: float = 0.0
    guards: tuple[Guard, ...] = field(default_factory=tuple)


def write_registration(made: Registration) -> str:
    """Write a registration as TOML.

    Examples
    --------
    >>> made = Registration(Design(unit="user", shares={"a": 0.5, "b": 0.5}), "minutes", 0.2, units=400)
    >>> read_registration(write_registration(made)) == made
    True
    """
    lines = ["# What was decided before the data came. A change after they came is to be said.", ""]
    lines += [f"{one} = {_value(getattr(made, one))}" for one in ("metric", "effect", "power", "units", "days")]
    lines += ["", "[design]"]
    plain = asdict(made.design)
    lines += [f"{name} = {_value(value)}" for name, value in plain.items() if value not in (None, {})]
    for guard in made.guards:
        lines += ["", "[[guard]]", *(f"{one.name} = {_value(getattr(guard, one.name))}" for one in fields(guard))]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:  # noqa: ANN401 - what a field holds
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(str(name))} = {_value(one)}" for name, one in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def read_registration(text: str, where: str = "design") -> Registration:
    """Read a registration; BadInput names the field that is none, and what is allowed."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInput(f"is no TOML: {first_line(error)}", where=where, allowed="a registration") from error
    top = {one.name for one in fields(Registration)} - {"design", "guards"} | {"guard", "design"}
    _refuse_unknown(raw, top, where)
    design = raw.get("design", {})
    if not isinstance(design, dict) or not all(isinstance(one, dict) for one in raw.get("guard", [])):
        raise BadInput("design and guard are no tables", where=where, allowed="[design], [[guard]]")
    _refuse_unknown(design, {one.name for one in fields(Design)}, f"{where} [design]")
    guards = []
    for guard in raw.get("guard", []):
        _refuse_unknown(guard, {one.name for one in fields(Guard)}, f"{where} [[guard]]")
        guards.append(_made(Guard, guard, f"{where} [[guard]]"))
    made = {name: tuple(value) if isinstance(value, list) else value for name, value in design.items()}
    rest = {name: value for name, value in raw.items() if name not in ("design", "guard")}
    fixed = _made(Design, made, f"{where} [design]")
    registration: Registration = _made(Registration, {**rest, "design": fixed, "guards": tuple(guards)}, where)
    return registration


def load_registration(file: Path) -> Registration:
    """Read a registration from a file."""
    try:
        return read_registration(file.read_text(encoding="utf-8"), str(file))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"cannot be read: {first_line(error)}", where=str(file), allowed="a registration") from error


def _made(kind: Any, given: dict[str, Any], where: str) -> Any:  # noqa: ANN401 - a dataclass
    try:
        return kind(**given)
    except (TypeError, ValueError, AttributeError) as error:
        raise BadInput(first_line(error), where=where, allowed=listed([one.name for one in fields(kind)])) from error


def _refuse_unknown(given: dict[str, Any], known: set[str], where: str) -> None:
    strange = sorted(set(given) - known)
    if strange:
        raise BadInput(f"unknown field {strange[0]!r}", where=where, allowed=listed(sorted(known)))
