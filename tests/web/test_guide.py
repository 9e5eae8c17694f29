"""Does the guide name every request, every setting and every signal?"""

from __future__ import annotations

import re
from pathlib import Path

from liveloop.base.settings import READERS
from liveloop.coach import signal
from liveloop.web.openapi import describe

GUIDE = (Path(__file__).parents[2] / "docs" / "guide" / "app.md").read_text(encoding="utf-8")


def test_every_request():
    told = set(re.findall(r"^\| `((?:GET|PUT|POST) /\S+)` \|", GUIDE, re.MULTILINE))
    paths = describe()["paths"]
    assert told == {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods}


def test_every_setting():
    assert set(re.findall(r"^\| `(LIVELOOP_\w+)` \|", GUIDE, re.MULTILINE)) == set(READERS)


def test_every_signal_by_the_rule_that_the_code_states():
    stated = re.findall(r"^((?:strong |lean )?(?:yes|no)) {2,}(.+)$", signal.__doc__, re.MULTILINE)
    assert [name for name, _ in stated] == list(reversed(signal.SIGNALS))
    for name, rule in stated:
        assert f"| {name} | {rule} |" in GUIDE
