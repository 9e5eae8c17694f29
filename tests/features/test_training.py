"""Is every answer of the loop that of thirty plain lines, to the last bit?"""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from logs import SOURCE, VIEWS, asked_table, chance_of, draw_asked, draw_log, table_of
from oracle import feature, same

from liveloop.features.facts import read_facts
from liveloop.features.training import training_set


@pytest.mark.parametrize("ties", ["until", "before"])
@pytest.mark.parametrize("seed", range(60))
def test_what_is_given_is_what_was_known(seed, ties):
    chance = chance_of(seed)
    log, asked = draw_log(chance), draw_asked(chance)
    facts = read_facts(SOURCE, table_of(log))
    made = training_set(VIEWS, {"messages": facts}, asked_table(asked), ties=ties)
    assert made.num_rows == len(asked)
    for view in VIEWS:
        got = made.column(view.name).to_pylist()
        for row, one in enumerate(asked):
            wanted = feature(log, one[view.by], one["t"], view, ties=ties, own=one["message_id"])
            assert same(got[row], wanted), (view.name, row, got[row], wanted)
