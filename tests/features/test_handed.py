"""Is each way in which a handed-over table can leak found, by its name, and is no clean table blamed?"""

import handed
import pytest
from handed_clean import CLEAN, TOLD_APART
from handed_leaks import LEAKS

from liveloop.features.audit import audit


@pytest.fixture(scope="module")
def corpus():
    return handed.drawn(350, handed.chance_of(5))


@pytest.mark.parametrize("name", LEAKS)
def test_a_leak_is_called_by_its_name(name, corpus):
    kind, leak = LEAKS[name]
    made = leak(handed.handed(corpus, 1))
    assert {one.kind for one in audit(made.rows, made.asked)} == {kind}


@pytest.mark.parametrize("name", CLEAN)
def test_a_clean_table_is_not_blamed(name, corpus):
    made = CLEAN[name](handed.handed(corpus, 2))
    assert audit(made.rows, made.asked) == []


def test_there_are_thirty_of_each():
    assert len(LEAKS) >= 30 <= len(CLEAN) - len(TOLD_APART)
