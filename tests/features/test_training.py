"""Is every answer of the loop that of thirty plain lines, to the last bit?"""

import sys
from pathlib import Path

import pyarrow as pa
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from logs import SOURCE, VIEWS, asked_table, chance_of, draw_asked, draw_log, table_of
from oracle import feature, same

from liveloop.base.errors import BadInput
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


def test_no_row_is_lost_whatever_is_known():
    """Feast's Dask store drops a row whose only events lie in the future, and rows that share key and time (#6787)."""
    (fact,) = draw_log(chance_of(1), size=1)
    fact |= {"user_id": 1, "happened": 50, "known": 90, "deleted": False}
    times = {"only in the future": (1, 10), "not known yet": (1, 60), "known": (1, 90), "nothing at all": (9, 90)}
    asked = [{"user_id": user, "account_id": 1, "message_id": 9, "t": t} for user, t in times.values()]
    twice = [*asked, *reversed(asked), *asked]
    made = training_set(VIEWS, {"messages": read_facts(SOURCE, table_of([fact]))}, asked_table(twice))
    assert made.select(["user_id", "decided_at"]) == asked_table(twice).select(["user_id", "decided_at"])
    assert made.column("count_ever").to_pylist() == [0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 1, 0]
    nobody = training_set(VIEWS, {"messages": read_facts(SOURCE, table_of([]))}, asked_table(asked))
    assert nobody.column("count_ever").to_pylist() == [0] * 4
    assert training_set(VIEWS, {"messages": read_facts(SOURCE, table_of([fact]))}, asked_table([])).num_rows == 0


def test_rows_that_cannot_be_asked_about_are_refused():
    facts = {"messages": read_facts(SOURCE, table_of(draw_log(chance_of(1), size=5)))}
    asked = asked_table(draw_asked(chance_of(1), size=2))
    with pytest.raises(BadInput, match="the rows have a column 'since' already"):
        training_set(VIEWS, facts, asked.append_column("since", pa.array([1.0, 2.0])))
    with pytest.raises(BadInput, match="the rows have no column 'when'"):
        training_set(VIEWS, facts, asked, at="when")
    with pytest.raises(BadInput, match="asks about 'user_id', which the rows have not"):
        training_set(VIEWS, facts, asked.drop_columns(["user_id"]))
    with pytest.raises(BadInput, match="of which there are no facts"):
        training_set(VIEWS, {}, asked)
