"""What do many tests share? One warm sandbox a process; and a note of the lines that it ran, where one is wanted."""

import os
from pathlib import Path

import pytest

NOTES = Path(os.environ["NOTE_LINES"]) if os.environ.get("NOTE_LINES") else None
if NOTES:  # before the modules whose lines are noted are imported
    from tests.covered import Lines

    NOTED = Lines()

from liveloop.exam.sandbox import Sandbox  # noqa: E402

collect_ignore = ["hostile"]  # to look for doctests there would run hostile code outside the sandbox


def pytest_sessionfinish():
    if NOTES:
        NOTED.write(NOTES)


@pytest.fixture(scope="session")
def sandbox():
    with Sandbox() as warm:
        yield warm
