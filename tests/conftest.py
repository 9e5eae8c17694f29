"""What do many tests share? One warm sandbox a process; and which of them are traced for their coverage."""

from collections import Counter

import pytest

from liveloop.exam.sandbox import Sandbox

collect_ignore = ["hostile"]  # to look for doctests there would run hostile code outside the sandbox
TRACED = ("tests/cli/", "tests/coach/", "tests/exam/", "tests/web/", "tests/worlds/")  # what has a floor


def pytest_collection_modifyitems(items):
    """Trace no test that says nothing of coverage, and two that differ in a parameter: it doubles their time."""
    counts = Counter()
    for item in items:
        one = item.nodeid.partition("[")[0]
        counts[one] += 1
        if "slow" in item.keywords or not item.nodeid.startswith(TRACED) or counts[one] > 2:
            item.add_marker("no_cover")


@pytest.fixture(scope="session")
def sandbox():
    with Sandbox() as warm:
        yield warm
