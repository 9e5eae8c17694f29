"""What does a terminal print when a command is given?"""

from typer.testing import CliRunner

from liveloop.base.errors import BadInput
from liveloop.cli.main import app

RUN = CliRunner()


def say(*words: str, typed: str = "") -> str:
    """Give a command that must succeed, and what it prints; a refusal is raised."""
    done = RUN.invoke(app, words, input=typed)
    if isinstance(done.exception, BadInput):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.output
