"""How does the app start, and where is it to be opened?"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer


def open_app(
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="The port; 0 takes a free one.")] = None,
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
) -> None:
    """Start the app on this machine and say where to open it."""
    from liveloop.base.settings import read_settings
    from liveloop.web.serve import serve

    settings = read_settings()
    given = {name: value for name, value in (("port", port), ("host", host)) if value is not None}
    serve(replace(settings, **given), ready=say)  # type: ignore[arg-type]  # each option has its field's type


def say(address: str) -> None:
    """Say where to open the app, once it listens."""
    typer.echo(f"liveloop is open at {address}  (Ctrl-C to close)")
