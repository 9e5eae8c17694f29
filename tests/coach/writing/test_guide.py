"""Is the guide's own case loaded, and are the guide's samples what it says?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from liveloop.coach.writing import examine, load_cases, read_shelf, reveal

GUIDE = Path(__file__).parents[3] / "docs" / "guide" / "cases.md"
FILE = re.compile(r"`((?:cases|frames|prompts)/[^`]+)`:\n\n```\w+\n(.*?)```", re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = FILE.findall(GUIDE.read_text(encoding="utf-8"))
    assert len(files) == 11
    for name, text in files:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_what_the_guide_adds_is_there(folder):
    shelf = read_shelf(folder)
    case = shelf.cases["alarms-double"]
    assert case.frame == "two-steps" and len(shelf.frames["two-steps"].steps) == 2
    assert "a-number-you-doubted" in shelf.prompts and len(shelf.cases) == len(load_cases()) + 1
    assert "one account" in reveal(case, "Is it one customer?").says


def test_its_samples_are_found_as_it_says(folder):
    for sample in load_cases(folder)["alarms-double"].samples:
        found = examine({"Page": sample.text}, load_cases(folder)["alarms-double"].criteria).found
        assert set(sample.found) <= found and not set(sample.missing) & found, sample.file
