"""How is each concept worded, and is the file that says so well formed?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from liveloop.base.content import convert, read_toml
from liveloop.base.errors import BadInput
from liveloop.exam.prose.phrases import BadPhrase, parse

WORDS = Path(__file__).parent / "words"
SETS, CUES = "sets.toml", "stance.toml"
NEEDED_SETS = ("silent", "common", "numbers")
WIDEST_WINDOW = 70

Manner = Literal["tool", "worry", "hazard", "aspect", "guard"]
Across = Literal["sentence", "passage"]
CUE_KINDS = frozenset(
    {
        *("negates", "refuses", "prefers", "lacks", "swaps", "swapped", "ignores", "ignorers", "free", "borders"),
        *("conditions", "subjects", "people", "verbs", "joins", "omits", "bad", "adjuncts", "guesses", "praises"),
        *("predicates", "sours", "suits", "verdicts", "affirms", "doubts", "turns", "concedes", "floated", "unreal"),
        *("wants", "denials", "anaphors", "pronouns", "elliptic", "shuns", "around", "aside", "absent", "dismisses"),
        *("verifies", "harmless", "unworried", "adopts", "adopting", "entertaining", "hearsay", "others", "taken"),
        *("absences", "oughts", "deliberates", "inquires", "stops", "going-on", "alike", "no-object", "reasons"),
    }
)


@dataclass(frozen=True)
class Group:
    """Some phrases of which one must occur, or may where enough other groups do."""

    phrases: tuple[str, ...]
    must: bool


@dataclass(frozen=True)
class Near:
    """Groups of which `need` must occur within `window` words, in one sentence or across those beside it."""

    window: int
    need: int
    groups: tuple[Group, ...]
    across: Across


@dataclass(frozen=True)
class Wording:
    """How one concept is worded.

    `manner` says what a negation does to it: a *tool* is rejected by "not", "avoid", "would be wrong"; a *worry* only
    where it is said to be absent or none ("avoid selection bias" takes it seriously); a *guard* by a negation right
    before it. A *hazard* is weighed and an *aspect* is done: where they are negated they are not there.
    `spurns` are phrases that put it aside without its name. `implies` are concepts that are used wherever this one is.
    Where one of its `rivals` is named among words near one another, they are the rival's words.
    `asks` says that a question counts as a use.
    """

    concept: str
    manner: Manner
    names: tuple[str, ...] = ()
    near: tuple[Near, ...] = ()
    spurns: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    implies: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()
    asks: bool = False

    @property
    def rejectable(self) -> bool:
        """Say whether it is of the kind that one can turn down."""
        return self.manner != "aspect"


@dataclass(frozen=True)
class Words:
    """Everything that the rules know: named sets, concepts, and the cues of a stance."""

    sets: dict[str, tuple[str, ...]]
    wordings: dict[str, Wording]
    cues: dict[str, tuple[str, ...]]


@dataclass
class _Raw:
    """One concept as its file has it."""

    stance: Manner
    asks: bool = False
    names: list[str] = field(default_factory=list)
    near: list[list[Any]] = field(default_factory=list)
    across: list[list[Any]] = field(default_factory=list)
    spurns: list[str] = field(default_factory=list)
    unless: list[str] = field(default_factory=list)
    implies: list[str] = field(default_factory=list)
    rivals: list[str] = field(default_factory=list)


def load_words(folder: Path = WORDS) -> Words:
    """Read every file of words; refuse the first phrase, set, field or number that is wrong."""
    sets = _read_sets(folder / SETS)
    cues = _read_cues(folder / CUES, sets)
    wordings: dict[str, Wording] = {}
    named: list[tuple[str, Path]] = []
    for path in sorted(folder.glob("*.toml")):
        if path.name in (SETS, CUES):
            continue
        for concept, value in read_toml(path).items():
            if concept in wordings:
                raise BadInput(f"[{concept}] stands twice", where=str(path), allowed="each concept in one place")
            wordings[concept] = _wording(concept, convert(_Raw, value, path, concept), sets, path)
            named += [(other, path) for other in (*wordings[concept].implies, *wordings[concept].rivals)]
    for other, path in named:
        if other not in wordings:
            raise BadInput(f"names {other!r}, which has no words", where=str(path), allowed=", ".join(wordings))
    if not wordings:
        raise BadInput("no concept is worded", where=str(folder), allowed="files of words beside sets.toml")
    return Words(sets, wordings, cues)


def _read_sets(path: Path) -> dict[str, tuple[str, ...]]:
    """Read the named sets; a set may name those above it."""
    sets: dict[str, tuple[str, ...]] = {}
    for name, value in convert(dict[str, str], read_toml(path), path, "sets").items():
        members = tuple(_split(value, sets, path, name))
        for member in members:
            _try(member, sets, path, name)
        sets[name] = members
    for name in NEEDED_SETS:
        if name not in sets:
            raise BadInput(f"no set {name!r}", where=str(path), allowed=f"at least {', '.join(NEEDED_SETS)}")
    return sets


def _read_cues(path: Path, sets: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Read the cues of a stance."""
    raw = convert(dict[str, list[str]], read_toml(path), path, "cues")
    if set(raw) != CUE_KINDS:
        odd = sorted(set(raw) ^ CUE_KINDS)
        raise BadInput(f"{', '.join(odd)} unknown or missing", where=str(path), allowed=", ".join(sorted(CUE_KINDS)))
    for kind, phrases in raw.items():
        for phrase in phrases:
            _try(phrase, sets, path, kind)
    return {kind: tuple(phrases) for kind, phrases in raw.items()}


def _wording(concept: str, raw: _Raw, sets: dict[str, tuple[str, ...]], path: Path) -> Wording:
    """Check one concept."""
    for phrase in (*raw.names, *raw.spurns, *raw.unless):
        _try(phrase, sets, path, concept)
    if not (raw.names or raw.near or raw.across):
        raise BadInput(f"[{concept}] has no words", where=str(path), allowed="names, near or across")
    kinds: tuple[tuple[Across, list[list[Any]]], ...] = (("sentence", raw.near), ("passage", raw.across))
    near = tuple(_near(line, kind, sets, (path, concept)) for kind, lines in kinds for line in lines)
    return Wording(
        concept,
        raw.stance,
        tuple(raw.names),
        near,
        tuple(raw.spurns),
        tuple(raw.unless),
        tuple(raw.implies),
        tuple(raw.rivals),
        raw.asks,
    )


def _near(line: list[Any], across: Across, sets: dict[str, tuple[str, ...]], at: tuple[Path, str]) -> Near:
    """Read one line of groups: a window, perhaps how many groups are needed, then two groups or more."""
    path, concept = at
    numbers = [part for part in line if type(part) is int]
    texts = [part for part in line if isinstance(part, str)]
    if line != [*numbers, *texts] or not 1 <= len(numbers) <= 2 or len(texts) < 2:
        allowed = "a window, how many groups are needed, and at least two groups"
        raise BadInput(f"[{concept}] has {line!r}", where=str(path), allowed=allowed)
    window, need = numbers[0], numbers[-1] if len(numbers) == 2 else len(texts)
    if not 2 <= window <= WIDEST_WINDOW or not 2 <= need <= len(texts):
        allowed = f"2 to {WIDEST_WINDOW} words and 2 to {len(texts)} groups"
        raise BadInput(f"[{concept}] has the numbers {numbers}", where=str(path), allowed=allowed)
    groups = []
    for text in texts:
        members = tuple(_split(text.removeprefix("!"), sets, path, concept))
        for member in members:
            _try(member, sets, path, concept)
        groups.append(Group(members, text.startswith("!")))
    return Near(window, need, tuple(groups), across)


def _split(text: str, sets: dict[str, tuple[str, ...]], path: Path, name: str) -> Iterator[str]:
    """Split a list at its commas; a lone `@set` stands for its members."""
    for part in text.split(","):
        member = " ".join(part.split())
        if not member:
            raise BadInput(f"[{name}] has an empty phrase in {text!r}", where=str(path), allowed="phrases and commas")
        if member.startswith("@") and " " not in member and "|" not in member:
            if member[1:] not in sets:
                raise BadInput(f"[{name}] names the set {member!r}", where=str(path), allowed=", ".join(sets))
            yield from sets[member[1:]]
        else:
            yield member


def _try(phrase: str, sets: dict[str, tuple[str, ...]], path: Path, name: str) -> None:
    """Refuse a phrase that cannot be read."""
    try:
        parse(phrase, sets)
    except BadPhrase as refusal:
        allowed = "words, |, *, =, ?, +, ~N and @sets, as liveloop.exam.prose.phrases says"
        raise BadInput(f"[{name}] {refusal}", where=str(path), allowed=allowed) from None
