"""What did the model reply: is it of the form that was asked for, and nothing besides?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from liveloop.exam.model.ask import SCALE
from liveloop.exam.model.seen import prose

Ended = Literal["whole", "cut off", "refused"]
LONGEST_WRONG = 200


@dataclass(frozen=True)
class Reply:
    """One reply of a service, whichever protocol it came by; counts of tokens are None where it gave none.

    `words` are the model's own on why it refused.
    """

    text: str
    ended: Ended
    words: str
    model: str
    input_tokens: int | None
    output_tokens: int | None


class OffForm(Exception):
    """Say what is wrong with the form of a reply; the model may be asked once more.

    `kind` is said to the model when it is asked again, so it is of this file's words only. The rest may hold words that
    the model chose, and so the candidate, and is for people.
    """

    def __init__(self, kind: str, wrong: str = "") -> None:
        self.kind = kind
        super().__init__(f"{kind}: {wrong}" if wrong else kind)


NOT_JSON, NOT_SCHEMA, NOT_EACH = "not JSON", "not of the schema", "not one mark for each criterion"


def on_scale(mark: float) -> float:
    """Give a mark back if it is on the scale."""
    if mark not in SCALE:
        raise ValueError(f"{mark} is not on the scale {', '.join(f'{step:g}' for step in SCALE)}")
    return mark


class Given(BaseModel):
    """What a model gave for one criterion."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    criterion: str
    quotes: tuple[str, ...] = Field(strict=False)
    why: str
    mark: Annotated[float, AfterValidator(on_scale)]


class GivenMarks(BaseModel):
    """The whole of a reply."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    marks: tuple[Given, ...] = Field(strict=False)


def read_marks(text: str, ids: Sequence[str]) -> dict[str, Given]:
    """Read the marks out of a reply, one for each id in the order of the ids.

    Raises
    ------
    OffForm
        For what is not JSON, not of the schema, off the scale, or not one mark for each criterion.

    Examples
    --------
    >>> read_marks('{"marks": [{"criterion": "a", "quotes": [], "why": "-", "mark": 2}]}', ["a"])
    Traceback (most recent call last):
    liveloop.exam.model.reply.OffForm: not of the schema: marks.0.mark: Value error, 2.0 is not on the scale \
0, 0.25, 0.5, 0.75, 1
    """
    try:
        marks = GivenMarks.model_validate_json(unfenced(text)).marks
    except ValidationError as refusal:
        first = refusal.errors(include_url=False, include_input=False)[0]
        at = ".".join(str(part) for part in first["loc"])
        wrong = f"{at}: {first['msg']}" if at else str(first["msg"])
        kind = NOT_JSON if first["type"] == "json_invalid" else NOT_SCHEMA
        raise OffForm(kind, prose(wrong, LONGEST_WRONG)) from None
    given = {one.criterion: one for one in marks}
    if unknown := [name for name in given if name not in ids]:
        raise OffForm(NOT_EACH, f"the rubric has no {prose(unknown[0], 80)!r}")
    if absent := [name for name in ids if name not in given]:
        raise OffForm(NOT_EACH, f"{absent[0]!r} has none")
    if len(given) < len(marks):
        raise OffForm(NOT_EACH, "one is marked twice")
    return {name: given[name] for name in ids}


def unfenced(text: str) -> str:
    """Take a reply out of the one fence that models like to put around JSON.

    Examples
    --------
    >>> fence = chr(96) * 3
    >>> unfenced(f" {fence}json" + chr(10) + "{}" + chr(10) + f"{fence} ")
    '{}'
    """
    text = text.strip()
    if text.startswith("```") and text.endswith("```") and "\n" in text:
        return text.partition("\n")[2].removesuffix("```").strip()
    return text
