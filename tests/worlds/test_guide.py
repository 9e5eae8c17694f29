"""Is every sentence of the guide that can be run true?"""

import doctest
from pathlib import Path

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "world.md"


def test_the_guide_runs():
    found = doctest.testfile(str(GUIDE), module_relative=False)
    assert found.attempted > 5
    assert found.failed == 0
