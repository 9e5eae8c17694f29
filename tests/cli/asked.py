"""What does a command of features say, and what does it refuse?"""

import sys

import pytest
from typer.testing import CliRunner

from liveloop.cli.main import app, run

runner = CliRunner()


def said(*arguments, code=0):
    done = runner.invoke(app, ["features", *map(str, arguments)], catch_exceptions=False)
    assert done.exit_code == code, done.output
    return done.output


def refused(monkeypatch, capsys, *arguments):
    monkeypatch.setattr(sys, "argv", ["liveloop", "features", *map(str, arguments)])
    with pytest.raises(SystemExit) as left:
        run()
    assert left.value.code == 2
    return " ".join(capsys.readouterr().err.split())
