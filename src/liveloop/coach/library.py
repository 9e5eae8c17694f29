"""Which research is worth reading, what is taken from it into an interview, and which of its figures were seen?"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any

from liveloop.base.content import convert, read_toml, refuse_unknown
from liveloop.base.errors import BadInput
from liveloop.coach.content import shipped_content
from liveloop.coach.loop import load_skills
from liveloop.exam.load import find

FIRST_YEAR, LAST_YEAR = 1900, 2100
FORMS = {
    "id": (r"ref_[0-9a-f]{10}", "ref_ and ten hexadecimal digits"),
    "arxiv": (r"(\d{4}\.\d{4,5})?", "an id such as 2212.08073, without an address"),
    "doi": (r"(10\.\d{4,9}/\S+)?", "an id such as 10.1145/3097983.3098066, without an address"),
}
CARD_FORM = re.compile(r"crd_[0-9a-f]{10}")
SLUG_FORM = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Figure:
    """One number of a reference: what it says, its place in the source, and whether it was seen there.

    `seen` False is shown as not verified: it is remembered or second-hand.
    """

    says: str
    number: str
    source: str
    seen: bool


@dataclass(frozen=True)
class Card:
    """One thing to recall: the front asks, the back answers in a breath."""

    id: str
    front: str
    back: str
    skill: str


@dataclass(frozen=True)
class Reference:
    """One piece of public research in the house's own words; `arxiv` and `doi` are ids, empty where there is none."""

    id: str
    title: str
    authors: tuple[str, ...]
    year: int
    venue: str
    citation: str
    skills: tuple[str, ...]
    claim: str
    summary: str
    takes: tuple[str, ...]
    slug: str = ""
    arxiv: str = ""
    doi: str = ""
    drills: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    cards: tuple[Card, ...] = ()

    @property
    def cited_as(self) -> str:
        """Name it as one does in speech.

        Examples
        --------
        >>> load_library()[0].cited_as
        'Turner et al. (2023)'
        """
        family = [name.split()[-1] for name in self.authors if name != "others"]
        if len(self.authors) == 2 and len(family) == 2:
            return f"{family[0]} and {family[1]} ({self.year})"
        return f"{family[0]} et al. ({self.year})" if len(self.authors) > 1 else f"{family[0]} ({self.year})"


@dataclass(frozen=True)
class Known:
    """What a reference may name: skills, drills and cases that are there."""

    skills: Collection[str]
    drills: Collection[str]
    cases: Collection[str]


def load_library(
    *folders: Path,
    drills: Collection[str] = (),
    tell: Callable[[BadInput], None] | None = None,
) -> tuple[Reference, ...]:
    """Read `library/*.toml` of each folder of content; of the shipped one when none is given.

    Parameters
    ----------
    drills
        The slugs of drills that may be named besides the shipped ones.

    Raises
    ------
    BadInput
        For the first file with an unknown skill, drill, case or field, a value out of form, an id that another file
        has; with `tell`, each such file is told and left out.

    Examples
    --------
    >>> len(load_library()) >= 20
    True
    """
    roots = folders or (shipped_content(),)
    known = what_is_known(roots, drills)
    references: list[Reference] = []
    for path in (path for root in roots for path in sorted((root / "library").glob("*.toml"))):
        try:
            reference = read_reference(path, known)
            refuse_twin(reference, references, path)
        except BadInput as refusal:
            if tell is None:
                raise
            tell(refusal)
        else:
            references.append(reference)
    return tuple(references)


def what_is_known(folders: Iterable[Path], drills: Collection[str] = ()) -> Known:
    """Say which skills, drills and cases may be named: what ships, the given drills, the cases of the folders."""
    places = {shipped_content(), *folders}
    cases = {path.parent.name for place in places for path in place.glob("cases/*/case.toml")}
    return Known(load_skills().keys(), {folder.name for folder in find()} | set(drills), cases)


def read_reference(path: Path, known: Known) -> Reference:
    """Read one reference and hold it to what is known."""
    raw = read_toml(path)
    names = [name for name in Reference.__dataclass_fields__ if name not in ("slug", "figures", "cards")]
    refuse_unknown(raw, [*names, "figure", "card"], path)
    refuse_missing(raw, Reference, path, "reference")
    figures = tuple(read_figure(item, path) for item in tables(raw, "figure", path))
    cards = tuple(read_card(item, path, known) for item in tables(raw, "card", path))
    given = {name: value for name, value in raw.items() if name in names}
    inner = {"figures": figures, "cards": cards, "slug": path.stem}
    reference: Reference = convert(Reference, given | inner, path, "reference")
    refuse_form(reference, path)
    for name, there in (("skill", known.skills), ("drill", known.drills), ("case", known.cases)):
        refuse_strange(getattr(reference, f"{name}s"), name, there, str(path))
    return reference


def tables(raw: Mapping[str, Any], name: str, path: Path) -> list[Mapping[str, Any]]:
    """Take the tables of one name."""
    found: list[Mapping[str, Any]] = convert(list[dict[str, Any]], raw.get(name, []), path, name)
    return found


def read_figure(item: Mapping[str, Any], path: Path) -> Figure:
    """Read one figure; `seen` has to be said, as true or false and nothing else."""
    refuse_unknown(item, Figure.__dataclass_fields__, path, "figure")
    if not isinstance(item.get("seen"), bool):
        wrong = f"figure.seen is {item['seen']!r}" if "seen" in item else "a figure without seen"
        raise BadInput(wrong, where=str(path), allowed="true when read in the source itself, else false")
    refuse_missing(item, Figure, path, "figure")
    figure: Figure = convert(Figure, item, path, "figure")
    refuse_empty(figure, ("says", "number", "source"), path, "figure")
    return figure


def read_card(item: Mapping[str, Any], path: Path, known: Known) -> Card:
    """Read one card."""
    refuse_unknown(item, Card.__dataclass_fields__, path, "card")
    refuse_missing(item, Card, path, "card")
    card: Card = convert(Card, item, path, "card")
    refuse_empty(card, ("front", "back"), path, f"card {card.id}")
    if not CARD_FORM.fullmatch(card.id):
        raise BadInput(f"card.id is {card.id!r}", where=str(path), allowed="crd_ and ten hexadecimal digits")
    refuse_strange((card.skill,), "skill", known.skills, f"{path}, card {card.id}")
    return card


def refuse_missing(raw: Mapping[str, Any], wanted: type, path: Path, inside: str) -> None:
    """Refuse a table without a field that has no default."""
    needed = [field.name for field in fields(wanted) if field.default is MISSING]
    for name in needed:
        if name not in raw:
            raise BadInput(f"{inside} without {name}", where=str(path), allowed=f"all of {', '.join(needed)}")


def refuse_empty(thing: object, names: Iterable[str], path: Path, inside: str) -> None:
    """Refuse a text without a letter in it."""
    for name in names:
        if not str(getattr(thing, name)).strip():
            raise BadInput(f"{inside}: {name} is empty", where=str(path), allowed="some text")


def refuse_form(reference: Reference, path: Path) -> None:
    """Refuse what is out of form: ids, the year, the slug, what is empty."""
    for name, (form, allowed) in FORMS.items():
        value = getattr(reference, name)
        if not re.fullmatch(form, value):
            raise BadInput(f"{name} is {value!r}", where=str(path), allowed=allowed)
    if not SLUG_FORM.fullmatch(reference.slug):
        raise BadInput(
            f"the file is called {path.name!r}", where=str(path), allowed="small letters, digits and hyphens"
        )
    if not FIRST_YEAR <= reference.year <= LAST_YEAR:
        raise BadInput(f"year is {reference.year}", where=str(path), allowed=f"{FIRST_YEAR} to {LAST_YEAR}")
    refuse_empty(reference, ("title", "venue", "citation", "claim", "summary"), path, "reference")
    for name in ("authors", "skills", "takes"):
        values = getattr(reference, name)
        if not values or not all(value.strip() for value in values):
            raise BadInput(f"{name} is {list(values)}", where=str(path), allowed="at least one, none of them empty")


def refuse_strange(named: Iterable[str], name: str, there: Collection[str], where: str) -> None:
    """Refuse a name that nobody knows."""
    for one in named:
        if one not in there:
            raise BadInput(f"unknown {name} {one!r}", where=where, allowed=", ".join(sorted(there)) or f"no {name} yet")


def refuse_twin(reference: Reference, others: Iterable[Reference], path: Path) -> None:
    """Refuse a slug, an id or a card's id that another reference has, or a card's id twice in one."""
    taken = {name: other.slug for other in others for name in (other.slug, other.id, *(c.id for c in other.cards))}
    cards = [card.id for card in reference.cards]
    for name in (reference.slug, reference.id, *cards):
        if name in taken or cards.count(name) > 1:
            other = taken.get(name, reference.slug)
            raise BadInput(f"{name!r} is used already by {other}", where=str(path), allowed="a name of its own")


def cards_of(references: Iterable[Reference]) -> tuple[Card, ...]:
    """Gather the cards of some references, in their order.

    Examples
    --------
    >>> cards = cards_of(load_library())
    >>> len({card.id for card in cards}) == len(cards)
    True
    """
    return tuple(card for reference in references for card in reference.cards)


def search(references: Iterable[Reference], *, skill: str = "", words: str = "") -> tuple[Reference, ...]:
    """Take the references that have the skill (their own, or one of a card's) and every word.

    Examples
    --------
    >>> [found.slug for found in search(load_library(), words="lykouris deferral")]
    ['learning-to-defer-in-content-moderation']
    """
    wanted = words.lower().split()
    return tuple(one for one in references if has_skill(one, skill) and all(word in text_of(one) for word in wanted))


def has_skill(reference: Reference, skill: str) -> bool:
    """Say whether a reference speaks of a skill; the empty one is spoken of by all."""
    return not skill or skill in reference.skills or any(card.skill == skill for card in reference.cards)


def text_of(reference: Reference) -> str:
    """Write all that is searched in a reference, in small letters."""
    texts = (reference.title, reference.venue, str(reference.year), reference.claim, reference.summary)
    cards = (text for card in reference.cards for text in (card.front, card.back))
    return " ".join((*texts, *reference.authors, *reference.skills, *reference.takes, *cards)).lower()
