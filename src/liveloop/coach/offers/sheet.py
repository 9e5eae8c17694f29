"""What does a person take into the talk about an offer: what to ask, in which order, with their own numbers?"""

from __future__ import annotations

from collections.abc import Iterator

from liveloop.base.errors import BadInput
from liveloop.coach.offers.asks import Ask, order_asks
from liveloop.coach.offers.leave import Leaving
from liveloop.coach.offers.terms import TAXES, Offer, OfferBook, OfferWeights
from liveloop.coach.offers.weigh import DRAWS, SEED, OfferPair, OfferWorth, Weighing, draw_offer, weigh

COMMON = (
    "How often are refreshers given, to whom, how large were they last year, and on which schedule do they vest?",
    "When is pay reviewed, and by how much did the base of people at this level grow last time?",
    "What is the bonus paid on, what did it pay in the last three years, and who decides?",
    "What of the signing bonus goes back when I leave, or am let go, in the first year?",
)
PRIVATE = (
    "What is the preferred price of the last round, when was it, and is my number of units fixed or its value?",
    "What is the latest 409A price (what a common share is valued at), and how far is it below the preferred one?",
    "How many shares are there, fully diluted, and how much dilution is planned with the next round?",
    "How much is paid out to preferred shareholders before common ones get anything?",
    "Were there tender offers or buy-backs: when, at which price, and could everybody sell?",
)
UNITS = (
    "Do the units have a double trigger (time and a sale or listing), and when do they lapse without the second one?",
    "On a sale of the company, what becomes of units that have not vested, and is there acceleration?",
)
OPTIONS = (
    "How long is the window to exercise after leaving, and can it be extended?",
    "May options be exercised early, and are they ISOs or NSOs (or what this country has in their place)?",
    "On a sale of the company, what becomes of options that have not vested, and is there acceleration?",
)
LISTED = (
    "On which average price is the number of units computed, and on which day?",
    "In which windows may I sell, and is selling on a plan possible?",
)


def write_sheet(
    book: OfferBook, name: str = "", *, note: str = "", level_mark: str = "", seed: int = SEED, draws: int = DRAWS
) -> str:
    """Write the sheet for one offer of a book, the first unless named, as Markdown.

    A `note` says whose a book is that is not the person's own; `level_mark` is the mark of a published level step.

    Raises
    ------
    BadInput
        For a name that no offer has, and for an offer that cannot be weighed.

    Examples
    --------
    >>> sheet = write_sheet(OfferBook((Offer("A", base=100_000.0), Offer("B", base=120_000.0))), "A", draws=100)
    >>> sheet.splitlines()[0], "120,000" in sheet
    ('# Negotiation sheet: A', True)
    """
    weighed = weigh(book, seed=seed, draws=draws)
    names = [offer.name for offer in book.offers]
    if name and name not in names:
        raise BadInput(f"no offer is called {name[:80]!r}", where="sheet", allowed=", ".join(names))
    index = names.index(name) if name else 0
    offer = book.offers[index]
    asks = order_asks(draw_offer(offer, book.weights, seed, draws), book.weights, level_mark)
    parts = (
        head(offer, book.weights, draws, note),
        standing(weighed, index, book.weights),
        walk_away(weighed, index, book.weights),
        asking(asks, book.weights),
        leaving(weighed.worths[index]),
        asked_back(offer),
    )
    return "\n\n".join(line for part in parts for line in part) + "\n"


def head(offer: Offer, weights: OfferWeights, draws: int, note: str) -> Iterator[str]:
    """Say whose sheet it is and what the figures leave out."""
    yield f"# Negotiation sheet: {offer.name}"
    yield (
        f"**{TAXES}** Money is in {weights.currency}. The years that count: {weights.years}. Discounted at "
        f"{percent(weights.rate)} a year where it says so. Medians and chances come from {draws:,} draws of "
        f"{'the figures below' if note else 'what you typed'}; they are as good as that."
    )
    if note:
        yield note


def standing(weighed: Weighing, index: int, weights: OfferWeights) -> Iterator[str]:
    """Say how the offers stand."""
    yield "## Where you stand"
    rows = [line_up(worth, weights) for worth in weighed.worths]
    head = "| Offer | On paper, a year | Median, a year | 10 to 90 %, a year | Median of all years, discounted |"
    yield "\n".join([head, "|---|--:|--:|--:|--:|", *rows])
    mine = weighed.worths[index].name
    if len(weighed.worths) > 1:
        yield "\n".join(f"- {word_pair(pair)}" for pair in weighed.pairs if pair.first == mine)


def word_pair(pair: OfferPair) -> str:
    """Word how two offers stand to each other."""
    same = f", as much in {percent(pair.same.value)}" if pair.same.value else ""
    more = percent(pair.first_more.value)
    return (
        f"{plain(pair.first)} pays more than {plain(pair.second)} in {more} of the draws{same}; "
        f"the median difference is {pair.difference.p50.value:+,.0f}, discounted."
    )


def line_up(worth: OfferWorth, weights: OfferWeights) -> str:
    """Write one offer's line of the table."""
    paper, total = a_year(worth.scenarios[0].total, weights), worth.total
    low, median, high = (a_year(one.value, weights) for one in (total.p10, total.p50, total.p90))
    return f"| {plain(worth.name)} | {paper} | {median} | {low} to {high} | {worth.present.p50.value:,.0f} |"


def walk_away(weighed: Weighing, index: int, weights: OfferWeights) -> Iterator[str]:
    """Say below what the person leaves, and what is missing to it."""
    yield "## Your walk-away"
    mine = weighed.worths[index]
    others = [worth for worth in weighed.worths if worth is not mine]
    best = max(others, key=lambda worth: worth.total.p50.value, default=None)
    if weights.walk_away is not None:
        line, whence = weights.walk_away, "you typed it"
    elif best is not None:
        line, whence = best.total.p50.value / weights.years, f"the median of {plain(best.name)}, as you typed none"
    else:
        yield "You typed none and have no other offer. Decide on a figure before the talk, not in it."
        return
    short = line - mine.total.p50.value / weights.years
    yield f"**{line:,.0f} a year** ({whence}). Do not name it; leave when it is not reached."
    if short > 0:
        yield (
            f"This offer's median is {short:,.0f} a year short of it, which is {short * weights.years:,.0f} over "
            f"{weights.years} years, to be found in the asks below."
        )
    else:
        yield f"This offer's median is {-short:,.0f} a year above it: what you ask for now is on top."


def asking(asks: list[Ask], weights: OfferWeights) -> Iterator[str]:
    """List the asks in their order."""
    yield "## What to ask, in this order"
    yield (
        "The level first, because it moves every other figure and is seldom changed afterwards; then what adds most to "
        "your median. The sizes are a start, put your own in their place. Ask for one thing, give the reason, and wait."
    )
    yield "\n".join(
        f"{number}. **{ask.name}**: {ask.says}. Adds {ask.gain:,.0f} at the median and {ask.mean_gain:,.0f} on average "
        f"over {weights.years} years, discounted."
        for number, ask in enumerate(asks, 1)
    )
    yield "When they ask what it takes: say the one figure you would sign at, once, and that you would sign."


def leaving(worth: OfferWorth) -> Iterator[str]:
    """Say what leaving early keeps."""
    if not worth.leaving:
        return
    yield "## If you leave early"
    yield "\n".join(f"- {word_leaving(left)}" for left in worth.leaving)


def word_leaving(left: Leaving) -> str:
    """Word one early leave."""
    said = f"After {left.months} months: {left.base:,.0f} of base"
    if left.bonus:
        said += f", {left.bonus:,.0f} of bonus (whole years, median payout)"
    if left.signing_kept or left.signing_repaid:
        back = f" ({left.signing_repaid:,.0f} goes back)" if left.signing_repaid else ""
        said += f", {left.signing_kept:,.0f} of the signing bonus{back}"
    if left.equity is None:
        return f"{said}."
    if not left.paper:
        return f"{said}, and no equity: nothing has vested."
    said += f", and {percent(left.vested)} of the first grants ({left.paper:,.0f} at today's price"
    said += f"; median {left.equity.p50.value:,.0f} when it can be sold)."
    if left.window_months is not None and left.loss is not None:
        said += (
            f" To keep the options you pay {left.exercise_cost:,.0f} within {left.window_months:g} months; in "
            f"{percent(left.loss.value)} of the draws they bring less than that."
        )
    return said


def asked_back(offer: Offer) -> Iterator[str]:
    """List what to find out before signing."""
    yield "## What to find out about the equity and the rest"
    lines: tuple[str, ...] = ()
    if offer.equity is not None:
        lines += PRIVATE if offer.equity.private is not None else LISTED
        lines += OPTIONS if offer.equity.form == "options" else UNITS if offer.equity.private is not None else ()
    yield "\n".join(f"- {line}" for line in (*lines, *COMMON))


def a_year(total: float, weights: OfferWeights) -> str:
    """Write a sum as so much a year."""
    return f"{total / weights.years:,.0f}"


def percent(share: float) -> str:
    """Write a share in percent.

    Examples
    --------
    >>> percent(0.75), percent(0.045)
    ('75 %', '4.5 %')
    """
    return f"{100 * share:.3g} %" if share < 0.1 else f"{100 * share:.0f} %"


def plain(name: str) -> str:
    """Write a name so that it does not break a table."""
    return name.replace("|", "\\|")
