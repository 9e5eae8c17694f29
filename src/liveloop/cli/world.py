"""What is in a world, and how is one drawn to files?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress as Bar

from liveloop.base.errors import BadInput
from liveloop.cli.show import AsJson, console, show_json, table

SECONDS_A_PERSON_READS = 600
app = typer.Typer(help="Draw, describe and twin worlds.", no_args_is_help=True)
Settings = Annotated[
    list[str] | None, typer.Option("--set", help="A setting of the world, such as accounts=200 or harm.base_rate=0.03.")
]
Seed = Annotated[int, typer.Option(help="The seed of the draw.")]


def parse_settings(settings: list[str] | None) -> dict[str, Any]:
    """Parse name=value pairs; a value is read as TOML, or as text when it is none."""
    import tomllib

    parsed: dict[str, Any] = {}
    for pair in settings or ():
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise BadInput(f"{pair!r} is not name=value", where="--set", allowed="such as accounts=200")
        try:
            parsed[name] = tomllib.loads(f"value = {value}")["value"]
        except tomllib.TOMLDecodeError:
            parsed[name] = value
    return parsed


@app.command("draw")
def draw_world(
    folder: Annotated[Path, typer.Argument(help="Where the Parquet files go, one folder a table.")],
    seed: Seed = 1,
    settings: Settings = None,
    chunk_accounts: Annotated[int | None, typer.Option(min=1, help="How many accounts are drawn at once.")] = None,
    processes: Annotated[int | None, typer.Option(min=1, max=256, help="How many processes draw.")] = None,
    as_json: AsJson = False,
) -> None:
    """Draw a world to Parquet; the rows do not depend on chunks or processes."""
    from liveloop.worlds.stream import stream
    from liveloop.worlds.world import World

    world = World.from_settings(parse_settings(settings))
    with Bar(console=Console(stderr=True), transient=True, disable=as_json) as bar:
        line = bar.add_task("drawing", total=None)
        streamed = stream(
            world,
            seed,
            folder,
            chunk_accounts=chunk_accounts,
            processes=processes,
            tell=lambda done, total: bar.update(line, completed=done, total=total),
        )
    if as_json:
        show_json(streamed)
        return
    console().print(table(("table", "rows"), ((name, f"{rows:,}") for name, rows in streamed.rows.items())))


@app.command("describe")
def describe_world(seed: Seed = 1, settings: Settings = None, as_json: AsJson = False) -> None:
    """Draw a world in memory and say what is in it: rows, clocks, missing values, rates."""
    from liveloop.worlds.describe import describe
    from liveloop.worlds.world import World

    told = describe(World.from_settings(parse_settings(settings)).draw(seed))
    if as_json:
        show_json(told)
        return
    out = console()
    rows = (
        (one.name, f"{one.rows:,}", seconds(one.median_lag_seconds), share(one.late_share), shares(one.nulls))
        for one in told.tables
    )
    out.print(table(("table", "rows", "median lag", "known > 1 h late", "missing"), rows, whole=("table",)))
    out.print(table(("rate", ""), ((name, number(rate)) for name, rate in told.rates.items())))


@app.command("twin")
def twin_worlds(
    policy: Annotated[
        list[str] | None, typer.Option("--policy", help="What is different in the twin, such as model.threshold=0.9.")
    ] = None,
    seed: Seed = 1,
    settings: Settings = None,
    as_json: AsJson = False,
) -> None:
    """Draw a world under its own and under another policy with the same dice, and say what the policy changes."""
    from liveloop.worlds.twin import POLICY, total_effects, twin
    from liveloop.worlds.world import World

    if not policy:
        raise BadInput("no policy is given", where="--policy", allowed=", ".join(POLICY))
    pair = twin(World.from_settings(parse_settings(settings)), seed, **parse_settings(policy))
    effects = total_effects(pair)
    if as_json:
        rows = {side: {n: t.num_rows for n, t in draw.tables.items()} for side, draw in vars(pair).items()}
        show_json({"effects": effects, "rows": rows})
        return
    sides = zip(pair.base.tables.items(), pair.other.tables.values(), strict=True)
    out = console()
    out.print(
        table(("table", "rows", "rows in the twin"), ((n, f"{a.num_rows:,}", f"{b.num_rows:,}") for (n, a), b in sides))
    )
    out.print(table(("effect of the policy, in all", ""), ((name, f"{value:+,}") for name, value in effects.items())))


def seconds(lag: float | None) -> str | None:
    """Write a lag as a person says it."""
    if lag is None:
        return None
    return f"{lag:.1f} s" if lag < SECONDS_A_PERSON_READS else f"{lag / 3600:.1f} h"


def share(part: float | None) -> str | None:
    """Write a share in percent."""
    return None if part is None else f"{part:.1%}"


def shares(nulls: dict[str, float]) -> str | None:
    """Write the share of missing values by column."""
    return ", ".join(f"{column} {part:.1%}" for column, part in nulls.items()) or None


def number(rate: float | None) -> str | None:
    """Write a rate with three figures."""
    return None if rate is None else f"{rate:.3g}"
