"""What is in a world, and how is one drawn to files?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from liveloop.base.errors import BadInput
from liveloop.cli.show import AsJson, console, show_json, table

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
    folder: Annotated[Path, typer.Argument(help="Where the Parquet files go; made when it is not there.")],
    seed: Seed = 1,
    settings: Settings = None,
    chunk_accounts: Annotated[int, typer.Option(min=1, help="How many accounts are drawn at once.")] = 2000,
    processes: Annotated[int, typer.Option(min=1, max=256, help="How many processes draw.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Draw a world to Parquet, one file a table; the bytes do not depend on chunks or processes."""
    from liveloop.worlds.stream import stream
    from liveloop.worlds.world import World

    world = World.from_settings(parse_settings(settings))
    counts = stream(world, seed, folder, chunk_accounts=chunk_accounts, processes=processes)
    if as_json:
        show_json(counts)
        return
    console().print(table(("table", "rows"), ((name, f"{rows:,}") for name, rows in counts.items())))
