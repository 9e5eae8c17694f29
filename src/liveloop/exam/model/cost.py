"""What will it cost at most to have a text marked, before it is spent, and what did it cost?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from liveloop.exam.model.access import Access, Bounds
from liveloop.exam.model.ask import AGAIN, Criterion, ask
from liveloop.exam.model.nomarks import Spent
from liveloop.exam.model.reply import NOT_EACH, Reply
from liveloop.exam.model.speak import first_form, request

MOST_REPLIES = 2  # the second only when the first is not of the form
AROUND = 2_000  # tokens that a service may put around what is sent: its template, words on the schema
OUTPUT_BASE, OUTPUT_EACH = 8_000, 300  # a model that reasons pays for it from the same allowance
UNKNOWN = "the price is unknown: set LIVELOOP_MODEL_PRICE_IN and LIVELOOP_MODEL_PRICE_OUT to see dollars"


@dataclass(frozen=True)
class Cost:
    """What an examination costs at most, for all its replies together; dollars are None when a price is unknown.

    A token of text stands for one byte at least, so the bytes sent bound the tokens paid; in English text a token
    stands for about four, so the true cost is often a fraction of the bound.
    """

    input_tokens: int
    output_tokens_most: int
    dollars_most: float | None
    replies_most: int = MOST_REPLIES

    @property
    def says(self) -> str:
        """Say it in a sentence."""
        dollars = UNKNOWN if self.dollars_most is None else f"at most {money(self.dollars_most)}"
        tokens = f"at most {self.input_tokens:,} tokens in and {self.output_tokens_most:,} out"
        return f"{dollars}; {tokens}, a bound from the bytes sent with a second try counted in."


def estimate(text: str, criteria: Sequence[Criterion], access: Access, *, bounds: Bounds | None = None) -> Cost:
    """Bound what it costs to have a text marked, without asking anybody.

    Raises
    ------
    BadInput
        For a text or a rubric that would not be sent either.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> rubric = [SimpleNamespace(id="cuped", text="Reduces variance.", good="Names a covariate.", weight=1.0)]
    >>> access = Access("openai", "https://models.example", "m", price_in=3.0, price_out=15.0)
    >>> cost = estimate("I would use last month's messages as a covariate.", rubric, access)
    >>> cost.output_tokens_most, cost.dollars_most < 0.30
    (16600, True)
    """
    asked = ask(text, criteria, word="0" * 32)
    _, _, body = request(access, asked, first_form(access), 0)
    again = len(AGAIN) + len(NOT_EACH)
    inputs = MOST_REPLIES * (len(body) + AROUND) + again
    outputs = MOST_REPLIES * output_limit(criteria, bounds or Bounds())
    return Cost(inputs, outputs, dollars(access, inputs, outputs))


def output_limit(criteria: Sequence[Criterion], bounds: Bounds) -> int:
    """Say how many tokens one reply may have."""
    return OUTPUT_BASE + OUTPUT_EACH * len(criteria) if bounds.output_tokens is None else bounds.output_tokens


def dollars(access: Access, input_tokens: int | None, output_tokens: int | None) -> float | None:
    """Price tokens; None when a count or a price is unknown.

    Examples
    --------
    >>> dollars(Access("openai", "https://models.example", "m", price_in=2.0, price_out=8.0), 1_000_000, 500_000)
    6.0
    """
    if input_tokens is None or output_tokens is None or access.price_in is None or access.price_out is None:
        return None
    return (input_tokens * access.price_in + output_tokens * access.price_out) / 1_000_000


def spend(access: Access, replies: Sequence[Reply | None]) -> Spent:
    """Add up what the service reported; None in the list is a reply that never came whole, whose cost is unknown."""
    inputs = total([reply.input_tokens if reply else None for reply in replies])
    outputs = total([reply.output_tokens if reply else None for reply in replies])
    return Spent(len(replies), inputs, outputs, dollars(access, inputs, outputs))


def total(counts: Sequence[int | None]) -> int | None:
    """Add counts; unknown when one of them is."""
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def money(value: float) -> str:
    """Write dollars, rounded up: cents, or a hundredth of them below ten cents.

    Examples
    --------
    >>> money(1.231), money(0.00321), money(0.0)
    ('$1.24', '$0.0033', '$0.00')
    """
    digits = 2 if value >= 0.1 or value == 0 else 4
    return f"${ceil(value * 10**digits - 1e-9) / 10**digits:.{digits}f}"
