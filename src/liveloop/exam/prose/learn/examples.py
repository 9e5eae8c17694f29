"""What do people say, and what does it use or reject?

`examples/lines/CONCEPT.toml` has lists of short texts: `used` and `rejected` by their writers, `neither` where the
concept's words occur and it is neither, and `said` where nobody noted which. `examples/passages/*.toml` has passages
with labels for every concept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from liveloop.base.content import convert, read_toml, refuse_unknown
from liveloop.base.errors import BadInput
from liveloop.exam.prose.learned import NOTHING

EXAMPLES = Path(__file__).parents[1] / "examples"
KINDS = ("used", "rejected", "neither", "said")
Kind = Literal["used", "rejected", "neither", "said"]


@dataclass(frozen=True)
class Line:
    """A short text about one concept, or about none."""

    concept: str
    kind: Kind
    text: str


@dataclass(frozen=True)
class Passage:
    """A text with every concept that it uses and every one that it rejects."""

    text: str
    uses: tuple[str, ...] = ()
    rejects: tuple[str, ...] = ()
    file: str = field(default="", compare=False)

    @property
    def there(self) -> frozenset[str]:
        """Name what the passage uses or rejects."""
        return frozenset((*self.uses, *self.rejects))


def read_lines(concepts: Collection[str], folder: Path = EXAMPLES) -> list[Line]:
    """Read the lines of every concept; refuse an unknown concept or list, and an empty line."""
    lines: list[Line] = []
    for path in sorted((folder / "lines").glob("*.toml")):
        if path.stem not in (*concepts, NOTHING):
            raise BadInput(f"lines of {path.stem!r}", where=str(path), allowed=f"{', '.join(concepts)}, {NOTHING}")
        raw = read_toml(path)
        refuse_unknown(raw, KINDS, path)
        for kind, texts in convert(dict[Kind, list[str]], raw, path, "lines").items():
            for text in texts:
                if len(text.split()) < 2:
                    raise BadInput(f"{kind} has {text!r}", where=str(path), allowed="texts of two words and more")
                lines.append(Line(path.stem, "neither" if path.stem == NOTHING else kind, text))
    return lines


def read_passages(concepts: Collection[str], folder: Path = EXAMPLES / "passages") -> list[Passage]:
    """Read labelled passages; refuse an unknown concept, and one that is both used and rejected."""
    passages: list[Passage] = []
    for path in sorted(folder.glob("*.toml")):
        raw = read_toml(path)
        refuse_unknown(raw, ("passage",), path)
        for part in raw.get("passage", []):
            one = convert(Passage, {**part, "file": path.stem}, path, "passage")
            unknown = one.there - set(concepts)
            if unknown or set(one.uses) & set(one.rejects):
                wrong = sorted(unknown or set(one.uses) & set(one.rejects))
                raise BadInput(f"labels {wrong}: {one.text[:60]}", where=str(path), allowed="known ones, in one list")
            passages.append(one)
    return passages


def digest(folder: Path = EXAMPLES) -> str:
    """Give the SHA-256 of all examples: weights that were learned from others are out of date."""
    every = hashlib.sha256()
    for path in sorted(folder.glob("*/*.toml")):
        every.update(path.relative_to(folder).as_posix().encode() + b"\n" + path.read_bytes())
    return every.hexdigest()
