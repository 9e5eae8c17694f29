"""Which offer pays more, what do the published figures say, and what is there to ask for?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from liveloop.cli.show import AsJson, console, print_text, show_json, table

if TYPE_CHECKING:
    from liveloop.coach.offer import OfferBook, OfferPair, OfferWorth, Weighing

app = typer.Typer(help="Weigh offers; taxes are left out of every figure.", no_args_is_help=True)
Files = Annotated[
    list[Path] | None, typer.Argument(help="Offers as TOML; your own (or those that ship) when left out.")
]
Years = Annotated[int | None, typer.Option(help="How many years count.")]
Rate = Annotated[float | None, typer.Option(help="The discount a year, such as 0.05.")]
Together = Annotated[float | None, typer.Option(help="How much the companies' fortunes move together, 0 to 1.")]


@app.command("compare")
def compare_offers(
    files: Files = None, years: Years = None, rate: Rate = None, together: Together = None, as_json: AsJson = False
) -> None:
    """Compare offers year by year, by scenario, and as distributions."""
    from liveloop.coach.offer import weigh

    book, note, level = read_book(files, years=years, rate=rate, together=together)
    weighing = weigh(book)
    if as_json:
        show_json(weighing)
        return
    show_weighing(book, weighing, note, level)


def read_book(files: list[Path] | None, **weights: Any) -> tuple[OfferBook, str, str]:  # noqa: ANN401 - any option
    """Read the offers named, or the person's own, and say what of them is published: a note, and the level's mark.

    Weights that are given win over the kept ones; those of the offers that ship are not taken for a person's files.
    """
    from liveloop.cli.desk import open_own_journal
    from liveloop.coach.offer import OfferWeights, level_mark, read_kept, read_offer, shipped_note

    with open_own_journal(read_only=True) as journal:
        kept = read_kept(journal)
    book, note = kept.book, shipped_note(kept)
    if files:
        own = OfferWeights() if note else book.weights
        book, note = replace(book, offers=tuple(read_offer(file) for file in files), weights=own), ""
    given = {name: value for name, value in weights.items() if value is not None}
    book = replace(book, weights=replace(book.weights, **given))
    return book, note, level_mark(book.weights)


def show_weighing(book: OfferBook, weighing: Weighing, note: str, level: str) -> None:
    """Show the comparison as tables."""
    out, weights = console(), book.weights
    out.print(
        f"[bold]{weighing.taxes}[/bold] {weights.currency}, {weights.years} years, discounted at {weights.rate:g}."
    )
    if note:
        out.print(note, markup=False)
    years = tuple(f"year {year}" for year in range(1, weights.years + 1))
    columns = ("offer", "scenario", *years, "all", "discounted")
    rows = (row for worth in weighing.worths for row in scenario_rows(worth))
    out.print(table(columns, rows, title="Year by year", whole=columns[1:]))
    columns = ("offer", "10 %", "median", "90 %", "mean", "equity worthless")
    out.print(table(columns, map(spread_row, weighing.worths), title="All years, discounted", whole=columns[1:5]))
    columns = ("first", "second", "first pays more", "the same", "median difference", "reaches its paper at")
    out.print(table(columns, map(pair_row, weighing.pairs), title="Side by side"))
    columns = (
        "offer",
        "after",
        "base and bonus",
        "signing kept",
        "equity vested",
        "its median",
        "cost to keep options",
    )
    out.print(table(columns, leaving_rows(weighing.worths), title="Leaving early, as paid"))
    if weights.level_step:
        columns = ("offer", "one level", "median gain as base", "as equity")
        out.print(table(columns, level_rows(weighing.worths), title="One level more, discounted"))
        if level:
            out.print(f"One level more at {weights.level_step:,.0f} a year: {level}.", markup=False)
    out.print(
        f"{weighing.draws:,} draws, seed {weighing.seed}; ± and brackets are 95 % Monte Carlo error, not how far the "
        "numbers typed can be trusted.",
        style="dim",
    )


def scenario_rows(worth: OfferWorth) -> Iterable[tuple[object, ...]]:
    """Lay out the scenarios of one offer."""
    for scenario in worth.scenarios:
        sums = (*(year.total for year in scenario.years), scenario.total, scenario.present)
        yield worth.name, scenario.name, *(f"{value:,.0f}" for value in sums)


def spread_row(worth: OfferWorth) -> tuple[object, ...]:
    """Lay out the distribution of one offer."""
    told, mean = worth.present, worth.present.mean
    never = None if worth.equity_worthless is None else f"{worth.equity_worthless.value:.1%}"
    values = (f"{one.value:,.0f} ±{(one.high - one.low) / 2:,.0f}" for one in (told.p10, told.p50, told.p90, mean))
    return worth.name, *values, never


def pair_row(pair: OfferPair) -> tuple[object, ...]:
    """Lay out two offers side by side."""
    more, paper = pair.first_more, pair.break_even[1].multiple
    chance = f"{more.value:.1%} ({more.low:.1%} to {more.high:.1%})"
    even = "no multiple does"
    if paper is not None:
        even = f"{paper:.2f} times today's value" if paper else "pays it at any value"
    return pair.first, pair.second, chance, f"{pair.same.value:.1%}", f"{pair.difference.p50.value:+,.0f}", even


def leaving_rows(worths: Iterable[OfferWorth]) -> Iterable[tuple[object, ...]]:
    """Lay out what leaving early keeps."""
    for worth in worths:
        for left in worth.leaving:
            equity = None if left.equity is None else f"{left.equity.p50.value:,.0f}"
            cost = f"{left.exercise_cost:,.0f}" if left.exercise_cost else None
            cash = f"{left.base + left.bonus:,.0f}"
            vested = None if left.equity is None else f"{left.vested:.0%}, {left.paper:,.0f} on paper"
            yield worth.name, f"{left.months} months", cash, f"{left.signing_kept:,.0f}", vested, equity, cost


def level_rows(worths: Iterable[OfferWorth]) -> Iterable[tuple[object, ...]]:
    """Lay out what one level does."""
    for worth in worths:
        if worth.level is not None:
            equity = None if worth.level.as_equity_gain is None else f"{worth.level.as_equity_gain:,.0f}"
            yield worth.name, f"{worth.level.step:,.0f} a year", f"{worth.level.as_base_gain:,.0f}", equity


@app.command("reference")
def show_reference(as_json: AsJson = False) -> None:
    """Show the published reference points, and how far to trust them."""
    from liveloop.coach.offer import TAXES, read_reference

    reference = read_reference()
    if as_json:
        show_json(reference)
        return
    out = console()
    rows = ((point.says, point_figure(point.low, point.high, point.unit), point.mark) for point in reference.point)
    out.print(table(("point", "figure", "mark"), rows, whole=("figure",)))
    out.print(f"{TAXES} {reference.assumed}")


def point_figure(low: float, high: float, unit: str) -> str:
    """Write a published figure.

    Examples
    --------
    >>> point_figure(0.1, 0.15, "of base"), point_figure(160_000, 160_000, "a year")
    ('10% to 15% of base', '160,000 a year')
    """
    style = ".0%" if unit == "of base" else ",.0f"
    figure = f"{low:{style}}" if low == high else f"{low:{style}} to {high:{style}}"
    return f"{figure} {unit}"


@app.command("sheet")
def print_sheet(
    files: Files = None,
    offer: Annotated[
        str, typer.Option(help="The offer that the sheet is about, by name; the first unless given.")
    ] = "",
    walk_away: Annotated[
        float | None, typer.Option(help="The lowest pay a year at which you would still sign.")
    ] = None,
    years: Years = None,
    rate: Rate = None,
    together: Together = None,
) -> None:
    """Print the negotiation sheet as Markdown."""
    from liveloop.coach.offer import write_sheet

    book, note, level = read_book(files, years=years, rate=rate, together=together, walk_away=walk_away)
    print_text(write_sheet(book, offer, note=note, level_mark=level))
