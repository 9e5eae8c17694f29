"""Where is each kind of block done, so that its own record shows it?"""

from __future__ import annotations

from collections.abc import Mapping

from liveloop.base.errors import BadInput
from liveloop.plan import Activity, Block

ELSEWHERE = "elsewhere"  # in `done_by`: the person says that it was done outside the app, and no record shows it
ANYTHING = "SLUG"  # stands for what a block opens when it names nothing
RECORDED: Mapping[Activity, tuple[str, str]] = {
    "baseline": ("liveloop baseline", "/baseline"),
    "review": ("liveloop review", "/review"),
    "sql": ("liveloop drill attempt {refers} FILE", "/drills/{refers}"),
    "python": ("liveloop drill attempt {refers} FILE", "/drills/{refers}"),
    "case": ("", "/cases/{refers}"),
    "design": ("", "/cases/{refers}"),
    "narrative": ("liveloop narrative keep ID", "/narratives"),
    "prompt": ("", "/prompts/{refers}"),
    "mock": ("", "/mocks/{refers}"),
}  # the command, where there is one, and the page; reading alone leaves no record


def refuse_recorded(block: Block, *, elsewhere: bool) -> None:
    """Refuse to believe that a block is done whose doing is recorded, unless it was done elsewhere.

    The baseline measures by its own items and cannot be taken elsewhere.

    Raises
    ------
    BadInput
        With the command or page that does it.

    Examples
    --------
    >>> from datetime import date
    >>> refuse_recorded(Block("b2", date(2026, 3, 2), "reading", 30), elsewhere=False)
    >>> refuse_recorded(Block("b1", date(2026, 3, 2), "review", 15), elsewhere=True)
    >>> refuse_recorded(Block("b1", date(2026, 3, 2), "review", 15), elsewhere=False)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    liveloop.base.errors.BadInput: block: a block of reviews is done by doing it, which is recorded. Allowed: ...
    """
    if block.activity not in RECORDED or (elsewhere and block.activity != "baseline"):
        return
    if block.activity == "baseline":
        more = f"; or leave it out: `liveloop plan drop {block.id}`"
    else:
        more = f"; if it was done elsewhere, say so: `liveloop plan done {block.id} --elsewhere`"
    wrong = f"{NAMES.get(block.activity, f'a {block.activity}')} is done by doing it, which is recorded"
    raise BadInput(wrong, where="block", allowed=f"{place_of(block)}{more}")


NAMES: Mapping[Activity, str] = {
    "baseline": "the baseline",
    "review": "a block of reviews",
    "sql": "a drill",
    "python": "a drill",
}


def place_of(block: Block) -> str:
    """Say by which command or on which page of the app a block is done.

    Examples
    --------
    >>> from datetime import date
    >>> place_of(Block("b1", date(2026, 3, 2), "mock", 60, refers="product"))
    'the page /mocks/product'
    """
    command, page = (words.format(refers=block.refers or ANYTHING) for words in RECORDED[block.activity])
    return f"`{command}` or the page {page}" if command else f"the page {page}"
