"""Does a text from anybody's file reach a terminal without what the terminal would obey?"""

from __future__ import annotations

import io
import sys

import pytest
from rich.markdown import Markdown
from rich.panel import Panel

from liveloop.base.errors import BadInput
from liveloop.cli.show import Terminal, console, print_text, refuse, table

ODD = "a\x1b[2J\x9b31m\u202eb\r\x07c"
PLAIN = "a[2J31mbc"


@pytest.mark.parametrize("lay", [str, Markdown, Panel, lambda text: table((text,), [(text,)], title=text)])
def test_no_control_character_is_printed(lay, capsys):
    console().print(lay(ODD), markup=False)
    out = capsys.readouterr().out
    assert "[2J" in out and not any(letter in out for letter in "\x1b\x9b\u202e\r\x07")


def test_a_refusal_repeats_none(capsys):
    refuse(BadInput("no such thing", where=ODD))
    err = capsys.readouterr().err
    assert PLAIN in err.replace("\n", "") and "\x1b" not in err


def test_its_own_colours_stay():
    stream = io.StringIO()
    Terminal(file=stream, force_terminal=True, color_system="standard").print("[red]a[/red]" + ODD)
    assert "\x1b[31m" in stream.getvalue() and "\x1b[2J" not in stream.getvalue()


def test_a_name_makes_no_second_row(capsys):
    console().print(table(("name",), [("one\ntwo",)]))
    assert "one two" in capsys.readouterr().out


def test_a_text_leaves_as_it_is_but_to_a_terminal(capsys, monkeypatch):
    print_text("a\x0cb\n")
    assert capsys.readouterr().out == "a\x0cb\n"
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    print_text(ODD + "\n")
    assert capsys.readouterr().out == PLAIN + "\n"
