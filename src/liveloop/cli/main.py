"""Which commands are there, and how does a refusal leave?"""

from __future__ import annotations

import sys
from importlib.metadata import version
from typing import Annotated

import typer

from liveloop.base.errors import BadInput
from liveloop.cli import app as local_app
from liveloop.cli import (
    archive,
    baseline,
    case,
    doctor,
    drill,
    experiment,
    features,
    journal,
    library,
    narrative,
    offer,
    plan,
    review,
    sql,
    world,
)
from liveloop.cli.show import refuse

REFUSED = 2

app = typer.Typer(
    help="Rehearse a data-science interview loop: every attempt is executed in a world whose truth is known.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
app.add_typer(drill.app, name="drill")
app.add_typer(world.app, name="world")
app.add_typer(journal.app, name="journal")
app.add_typer(plan.app, name="plan")
app.add_typer(case.app, name="case")
app.add_typer(narrative.app, name="narrative")
app.add_typer(library.app, name="library")
app.add_typer(offer.app, name="offer")
app.add_typer(experiment.app, name="experiment")
app.add_typer(features.app, name="features")
app.add_typer(sql.app, name="sql")
app.command("open")(local_app.open_app)
app.command("today")(plan.show_today)
app.command("baseline")(baseline.take_baseline)
app.command("review")(review.review_cards)
app.command("doctor")(doctor.examine_machine)
app.command("export")(archive.export_archive)
app.command("import")(archive.import_archive)
app.command("delete")(archive.delete_everything)


def say_version(wanted: bool) -> None:
    """Print the version and leave."""
    if wanted:
        typer.echo(version("liveloop"))
        raise typer.Exit


@app.callback()
def main(
    _: Annotated[bool, typer.Option("--version", callback=say_version, is_eager=True, help="Say the version.")] = False,
) -> None:
    """Run liveloop; each command says more with --help."""


def run() -> None:
    """Run the command line; bad input leaves with exit code 2 and says what is allowed."""
    try:
        app()
    except BadInput as refusal:
        refuse(refusal)
        sys.exit(REFUSED)
    except BrokenPipeError:
        sys.exit(1)
