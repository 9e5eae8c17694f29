"""What do many tests share? One warm sandbox a process."""

import pytest

from liveloop.exam.sandbox import Sandbox

collect_ignore = ["hostile"]  # to look for doctests there would run hostile code outside the sandbox


@pytest.fixture(scope="session")
def sandbox():
    with Sandbox() as warm:
        yield warm
