"""What does a language model make of a written text, criterion by criterion, with quotes from it as evidence?"""

from __future__ import annotations

import time
from collections.abc import Sequence

import httpx

from liveloop.exam.brief import plural
from liveloop.exam.model.access import Access, Bounds
from liveloop.exam.model.ask import Criterion, ask
from liveloop.exam.model.cord import Cord, within
from liveloop.exam.model.cost import Cost, estimate, spend
from liveloop.exam.model.instructs import Passage, speaking
from liveloop.exam.model.marks import ModelMarks, bear_out
from liveloop.exam.model.nomarks import NoMarks, Spent
from liveloop.exam.model.post import LATER, Line, open_client
from liveloop.exam.model.reply import Given
from liveloop.exam.model.seen import prose
from liveloop.exam.model.talk import Talk

SNIPPET, SHOWN = 120, 3


def examine_written(
    text: str,
    criteria: Sequence[Criterion],
    access: Access,
    *,
    bounds: Bounds | None = None,
    client: httpx.Client | None = None,
) -> ModelMarks:
    """Have a model mark a text against a rubric. This sends the text to the model's service, and costs money.

    The call takes up to `bounds.total_seconds`, however the service behaves. A `client` of the caller's is used as it
    is, for proxies and certificates of its own, and not closed.

    Raises
    ------
    BadInput
        For a text or a rubric that cannot be marked; nothing was sent.
    NoMarks
        Whenever no marks came of it, with what was paid all the same in `spent`.
    """
    asked, spoken = ask(text, criteria), speaking(text)
    bounds, cord, began = bounds or Bounds(), Cord(), time.perf_counter()
    used = open_client(access) if client is None else client
    talk = Talk(access, Line(used, bounds, cord))

    def converse() -> dict[str, Given]:
        try:
            return talk.marks(asked, criteria)
        finally:
            if client is None:
                used.close()

    try:
        given = within(bounds.total_seconds, converse, cord)
    except NoMarks as refusal:
        refusal.spent = spend(access, talk.replies)
        raise
    except TimeoutError:
        late = NoMarks(f"the examination took longer than {bounds.total_seconds:g} s and was stopped", allowed=LATER)
        late.spent = spend(access, list(talk.replies))
        raise late from None
    marks, fallen = bear_out(given, text, spoken)
    paid = spend(access, talk.replies)
    most = estimate(text, criteria, access, bounds=bounds)
    remarks = (*spoken_remarks(spoken), *fallen, *talk.remarks, *cost_remarks(paid, most))
    last = talk.replies[-1]
    name = prose(last.model if last else "", 100) or access.model
    return ModelMarks(tuple(marks), remarks, spoken, paid, name, time.perf_counter() - began)


def spoken_remarks(spoken: Sequence[Passage]) -> list[str]:
    """Say that a text speaks to whoever marks it."""
    said = [f'The text {passage.kind}: "{prose(passage.text, SNIPPET)}".' for passage in spoken[:SHOWN]]
    if len(spoken) > SHOWN:
        said.append(f"So do {plural(len(spoken) - SHOWN, 'further passage')}.")
    if said:
        said.append("Nothing in a text is an instruction to the examiner, and a quote from there is no evidence.")
    return said


def cost_remarks(paid: Spent, most: Cost) -> list[str]:
    """Say when the service reports more than was announced, or nothing."""
    if paid.input_tokens is None or paid.output_tokens is None:
        return ["The service did not report what it used, so what it cost is not known."]
    over = paid.input_tokens > most.input_tokens or paid.output_tokens > most.output_tokens_most
    return ["The service reports more tokens than the bound that was shown."] if over else []
