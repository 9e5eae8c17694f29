"""What did people give a text, and what does it come to?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from liveloop.base.errors import BadInput
from liveloop.coach.journal import Journal, Writing, WritingMark
from liveloop.coach.journal.kept import MarkedBy
from liveloop.rubric import Looked

STEPS = (0.0, 0.25, 0.5, 0.75, 1.0)
PASSES = 0.5
LONGEST_NAME = 80
LEAST_MARKED = 0.5  # of the weight: less than that says nothing of the whole text


def score_of(writing: Writing, criteria: Sequence[Looked], marks: Iterable[WritingMark]) -> float | None:
    """Say which share of the rubric's weight people marked 0.5 or more: peers where they marked, else oneself.

    Of several marks of one criterion the newest counts. A criterion that nobody marked is left out; None when less than
    half of the weight is marked. A model's marks never count.

    Parameters
    ----------
    marks
        Those of other writings are left out here; of equal times the later one counts.

    Examples
    --------
    >>> at = datetime.fromisoformat("2026-01-07T12:00:00+00:00")
    >>> writing = Writing("wri_1", "case", "cas_1", "Retention", "{}", None, 0, at)
    >>> rubric = [Looked("a", "", "", 3.0), Looked("b", "", "", 1.0)]
    >>> own = [WritingMark("wri_1", key, "self", "", mark, "", at) for key, mark in (("a", 1.0), ("b", 0.25))]
    >>> score_of(writing, rubric, own), score_of(writing, rubric, own[1:])
    (0.75, None)
    >>> score_of(writing, rubric, [*own, WritingMark("wri_1", "a", "peer", "Ada", 0.25, "", at)])
    0.0
    """
    own = [mark for mark in marks if mark.writing_id == writing.id]
    given = newest(own, "peer") or newest(own, "self")
    marked = [one for one in criteria if one.id in given]
    weight = sum(one.weight for one in marked)
    if not weight or weight < LEAST_MARKED * sum(one.weight for one in criteria):
        return None
    return sum(one.weight for one in marked if given[one.id].mark >= PASSES) / weight


def newest(marks: Iterable[WritingMark], by: MarkedBy, who: str | None = None) -> dict[str, WritingMark]:
    """Give the newest mark of each criterion by one kind of marker, or one person; of equal times the last."""
    given = (mark for mark in marks if mark.by == by and who in (None, mark.who))
    return {mark.criterion_id: mark for mark in sorted(given, key=lambda mark: mark.at)}


def scorer(journal: Journal, criteria_of: Callable[[Writing], Sequence[Looked]]) -> Callable[[Writing], float | None]:
    """Read all marks once, and give what says of a writing what people gave it."""
    marks: dict[str, list[WritingMark]] = {}
    for mark in journal.writing_marks():
        marks.setdefault(mark.writing_id, []).append(mark)

    def score(writing: Writing) -> float | None:
        return score_of(writing, criteria_of(writing), marks.get(writing.id, ()))

    return score


def give(
    writing: Writing, criteria: Sequence[Looked], given: Mapping[str, float], *, by: MarkedBy, who: str, at: datetime
) -> list[WritingMark]:
    """Make the marks that a person gives.

    Raises
    ------
    BadInput
        For an unknown criterion, a mark off the scale, a peer without a name.
    """
    who = " ".join(who.split()) if by == "peer" else ""
    if by == "peer" and not 1 <= len(who) <= LONGEST_NAME:
        raise BadInput("a peer without a name", where="who", allowed=f"their name, at most {LONGEST_NAME} characters")
    known = [criterion.id for criterion in criteria]
    for key, mark in given.items():
        if key not in known:
            raise BadInput(f"there is no criterion {key[:80]!r}", where="marks", allowed=", ".join(known))
        if mark not in STEPS:
            allowed = ", ".join(f"{step:g}" for step in STEPS)
            raise BadInput(f"the mark of {key} is {mark:g}", where="marks", allowed=allowed)
    return [WritingMark(writing.id, key, by, who, float(mark), "", at) for key, mark in given.items()]
