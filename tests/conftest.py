"""What do many tests share? One warm sandbox a process."""

import pytest

from liveloop.exam.sandbox import Sandbox


@pytest.fixture(scope="session")
def sandbox():
    with Sandbox() as warm:
        yield warm
