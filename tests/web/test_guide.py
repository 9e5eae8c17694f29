"""Does the guide name every setting and every signal?"""

from __future__ import annotations

import re
from pathlib import Path

from liveloop.base.settings import READERS
from liveloop.coach import signal

FOLDER = Path(__file__).parents[2] / "docs" / "guide"
GUIDE = (FOLDER / "app.md").read_text(encoding="utf-8")
MODEL = (FOLDER / "model-examiner.md").read_text(encoding="utf-8")


def test_every_setting():
    rows = re.findall(r"^\| (`LIVELOOP_.+?`) \|", f"{GUIDE}\n{MODEL}", re.MULTILINE)
    told = {name for row in rows for name in re.findall(r"LIVELOOP_\w+", row) if not name.endswith("_")}
    assert told == set(READERS)


def test_every_signal_by_the_rule_that_the_code_states():
    stated = re.findall(r"^((?:strong |lean )?(?:yes|no)) {2,}(.+)$", signal.__doc__, re.MULTILINE)
    assert [name for name, _ in stated] == list(reversed(signal.SIGNALS))
    for name, rule in stated:
        assert f"| {name} | {rule} |" in GUIDE
