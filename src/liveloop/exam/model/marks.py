"""What did a model mark, and which of it is borne out by the text?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from liveloop.exam.brief import plural
from liveloop.exam.model import quotes
from liveloop.exam.model.ask import LONGEST_WHY, Criterion
from liveloop.exam.model.instructs import Passage
from liveloop.exam.model.nomarks import Spent
from liveloop.exam.model.quotes import Quote, sift
from liveloop.exam.model.reply import Given
from liveloop.exam.model.seen import prose

State = Literal["marked", "not supported"]


@dataclass(frozen=True)
class ModelMark:
    """What a model says of one criterion.

    `mark` is None when the model gave one above 0 without a quote that stands in the text: then the criterion is not
    supported. `why` is the model's own sentence: plain text, never to be rendered.
    """

    criterion_id: str
    mark: float | None
    why: str
    quotes: tuple[Quote, ...]

    @property
    def state(self) -> State:
        """Say whether there is a mark."""
        return "not supported" if self.mark is None else "marked"

    @property
    def quote(self) -> str:
        """Give the first quote, empty when there is none."""
        return self.quotes[0].text if self.quotes else ""


@dataclass(frozen=True)
class ModelMarks:
    """What a model says of a text: its marks in the rubric's order, what is to be said besides, and what it cost.

    `passages` are the places where the text speaks to whoever marks it; `model` is the name that the service reported.
    """

    marks: tuple[ModelMark, ...]
    remarks: tuple[str, ...]
    passages: tuple[Passage, ...]
    cost: Spent
    model: str
    seconds: float


def bear_out(given: Mapping[str, Given], text: str, spoken: Sequence[Passage]) -> tuple[list[ModelMark], list[str]]:
    """Keep what the text bears out, and say what fell."""
    marks, fallen = [], dict[str, int]()
    for criterion_id, one in given.items():
        sifted = sift(one.quotes, text, spoken)
        supported = one.mark == 0 or bool(sifted.quotes)
        marks.append(
            ModelMark(criterion_id, one.mark if supported else None, prose(one.why, LONGEST_WHY), sifted.quotes)
        )
        for why, count in sifted.fallen.items():
            fallen[why] = fallen.get(why, 0) + count
    remarks = [f"Left out: {plural(count, 'quote')} {why}." for why, count in fallen.items() if why != quotes.MANY]
    if bare := sum(mark.mark is None for mark in marks):
        remarks.append(f"Without a mark: {bare} of {len(marks)}, for which no quote given stands in the text.")
    return marks, remarks


def weighted(marks: Sequence[ModelMark], criteria: Sequence[Criterion]) -> tuple[float | None, float]:
    """Average the marks that there are by weight, and say which share of the weight they have.

    Examples
    --------
    >>> from types import SimpleNamespace as Of
    >>> rubric = [Of(id="a", text="", good="", weight=3.0), Of(id="b", text="", good="", weight=1.0)]
    >>> weighted([ModelMark("a", 0.5, "", ()), ModelMark("b", None, "", ())], rubric)
    (0.5, 0.75)
    """
    weights = {one.id: one.weight for one in criteria}
    whole = sum(weights.values())
    known = [(weights[mark.criterion_id], mark.mark) for mark in marks if mark.mark is not None]
    weight = sum(part for part, _ in known)
    if weight <= 0:
        return None, 0.0
    return sum(part * mark for part, mark in known) / weight, weight / whole
