"""How is a file of content read, and what is said of a field that does not fit?"""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter, ValidationError

from liveloop.base.errors import BadInput

LONGEST_TEXT_BYTES = 200_000


def read_text(path: Path) -> str:
    """Read a UTF-8 text of bounded size."""
    try:
        data = path.read_bytes()
    except OSError as refusal:
        raise BadInput(f"cannot be read: {refusal.strerror}", where=str(path), allowed="a readable file") from None
    if len(data) > LONGEST_TEXT_BYTES:
        raise BadInput(f"{len(data)} bytes long", where=str(path), allowed=f"at most {LONGEST_TEXT_BYTES} bytes")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as refusal:
        raise BadInput(f"not UTF-8 at byte {refusal.start}", where=str(path), allowed="UTF-8 text") from None
    if not text.strip():
        raise BadInput("empty", where=str(path), allowed="some text")
    return text


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file."""
    try:
        return tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as refusal:
        raise BadInput(f"not valid TOML: {refusal}", where=str(path), allowed="TOML 1.0") from None


def convert(wanted: Any, value: Any, path: Path, name: str) -> Any:  # noqa: ANN401 - a TOML value has any type
    """Convert one TOML value to the type wanted, refusing fields that its dataclass does not have."""
    if dataclasses.is_dataclass(wanted) and isinstance(value, Mapping):
        refuse_unknown_deep(value, wanted, path, name)
    try:
        return adapter(wanted).validate_python(value)
    except ValidationError as refusal:
        first = refusal.errors(include_url=False)[0]
        at = ".".join([name, *(str(part) for part in first["loc"])])
        raise BadInput(f"{at} is {first['input']!r}", where=str(path), allowed=str(first["msg"]).lower()) from None


@cache
def adapter(wanted: Any) -> TypeAdapter[Any]:  # noqa: ANN401 - any annotation
    """Build the validator of a type once."""
    return TypeAdapter(wanted)


def refuse_unknown(raw: Mapping[str, Any], known: Iterable[str], path: Path, inside: str = "") -> None:
    """Refuse the first key that is not known."""
    names = list(known)
    for key in raw:
        if key not in names:
            place = f" in [{inside}]" if inside else ""
            raise BadInput(f"unknown field {key!r}{place}", where=str(path), allowed=", ".join(names))


def refuse_unknown_deep(raw: Mapping[str, Any], wanted: Any, path: Path, inside: str) -> None:  # noqa: ANN401
    """Refuse an unknown key in a table and in the tables inside it."""
    hints = get_type_hints(wanted)
    refuse_unknown(raw, hints, path, inside)
    for key, hint in hints.items():
        inner = next((part for part in (hint, *get_args(hint)) if dataclasses.is_dataclass(part)), None)
        if inner is None or key not in raw or get_origin(hint) is dict:
            continue
        tables = raw[key] if isinstance(raw[key], list) else [raw[key]]
        for item in tables:
            if isinstance(item, Mapping):
                refuse_unknown_deep(item, inner, path, f"{inside}.{key}")
