"""What can be written about in the tests: a small case, a prompt, a rubric of narratives, all of one's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from liveloop.coach.journal import Journal, open_journal

CASE = """
id = "cas_00000000aa"
title = "Fewer alarms"
sort = "platform"
skills = ["platform.decisions", "stats.clustering"]
week = 5
minutes = 20
difficulty = 2
frame = "own-frame"
"""
FRAME = """
id = "own-frame"
title = "Two steps"
says = "Look, then say."
[[step]]
id = "look"
title = "Look"
asks = "What is there?"
minutes = 5
[[step]]
id = "say"
title = "Say"
asks = "What do you do?"
minutes = 5
"""
RUBRIC = """
[[criterion]]
id = "split"
text = "Breaks it down."
good = "By country."
weight = 0.6
evidence = ["slice-analysis"]
[[criterion]]
id = "units"
text = "Allows for repeats of a user."
good = "Errors clustered by user."
weight = 0.3
evidence = ["clustered-errors", "not:t-test"]
[[criterion]]
id = "tone"
text = "Could be said to a director."
good = "Calm."
weight = 0.1
"""
REVEALS = """
[[reveal]]
asks = ["what is an alarm", "definition of an alarm", "threshold"]
says = "An alarm is three bad hours in a row."
[[reveal]]
asks = ["by country", "where", "segment"]
says = "Most come from Brazil."
[[reveal]]
asks = ["experiment", "holdout", "a/b test"]
says = "There was none."
"""
PUSHBACKS = """
[[pushback]]
when = "units"
says = "Are the alarms independent?"
good = "No, one user makes several."
[[pushback]]
when = "any"
says = "And on Monday?"
good = "A name and a day."
"""
SAMPLES = """
[[sample]]
file = "strong.md"
found = ["split", "units"]
missing = []
"""
STRONG = "I would break the rate down by country, and cluster the standard errors by user. Not a t-test."
PROMPT = """
id = "prm_00000000aa"
title = "A mistake"
asks = "Tell me about a mistake of yours."
skills = ["behaviour.ownership"]
minutes = 5
[[criterion]]
id = "owned"
text = "Owns it."
good = "I did it."
weight = 1.0
evidence = ["own-mistake"]
[[pushback]]
when = "any"
says = "And then?"
good = "What changed."
"""


@dataclass(frozen=True)
class Own:
    """A folder of content of one's own, and a way to change a file of it."""

    folder: Path

    @property
    def case(self) -> Path:
        return self.folder / "cases" / "fewer-alarms"

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def change(self, name: str, before: str, after: str) -> Path:
        text = (self.folder / name).read_text()
        assert before in text
        return self.write(name, text.replace(before, after))


@pytest.fixture
def own(tmp_path: Path) -> Own:
    made = Own(tmp_path / "content")
    texts = {
        "case.toml": CASE,
        "prompt.md": "> There are too many alarms.\n",
        "reveals.toml": REVEALS,
        "rubric.toml": RUBRIC,
        "pushbacks.toml": PUSHBACKS,
        "after.md": "# After\n\nTrade-offs.\n",
        "samples.toml": SAMPLES,
        "samples/strong.md": STRONG,
    }
    for name, text in texts.items():
        made.write(f"cases/fewer-alarms/{name}", text)
    made.write("frames/own-frame.toml", FRAME)
    made.write("prompts/own-mistake.toml", PROMPT)
    return made


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with open_journal(tmp_path / "journal.db") as opened:
        yield opened


@dataclass
class Hand:
    """A clock that goes on by a minute each time it is read."""

    at: datetime = datetime(2026, 1, 7, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.at += timedelta(minutes=1)
        return self.at


@pytest.fixture
def clock() -> Hand:
    return Hand()
