"""Which concepts can be looked for in a text?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from liveloop.base.content import convert, read_toml, refuse_unknown
from liveloop.base.errors import BadInput


@dataclass(frozen=True)
class Concept:
    """A named technique, trade-off or move, and what it means in one sentence."""

    id: str
    kind: Literal["technique", "trade-off", "move"]
    title: str
    means: str


def load_concepts(path: Path) -> tuple[Concept, ...]:
    """Read a `concepts.toml`."""
    raw = read_toml(path)
    refuse_unknown(raw, ["concept"], path)
    concepts = convert(tuple[Concept, ...], raw.get("concept", []), path, "concept")
    for at, concept in enumerate(concepts):
        if concept.id in {other.id for other in concepts[:at]}:
            raise BadInput(f"concept {concept.id!r} stands twice", where=str(path), allowed="each concept once")
    return tuple(concepts)
