"""Are the contrasts of the probes what they say, on calls?"""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from liveloop.drill import Argument, FrameColumn, PythonForm
from liveloop.exam.ask import builtin_probes
from liveloop.probes.calls import Call, Grid, Row, fellows, groups, pairs

COLUMNS = (
    FrameColumn("event_id", "key", "int"),
    FrameColumn("grp", "group", "text"),
    FrameColumn("flag", "flag", "bool"),
    FrameColumn("score", "value", "float", nullable=True),
    FrameColumn("happened_at", "time", "timestamp"),
    FrameColumn("known_at", "known_at", "timestamp"),
)
START = datetime(2026, 3, 2, tzinfo=UTC)
ROWS = tuple(
    Row(
        at, (at, "ab"[at % 2], at % 3 == 0, at / 7, START + timedelta(hours=at), START + timedelta(hours=at, minutes=5))
    )
    for at in range(8)
)
BASE = Call(("events", "as_of", "least"), (Grid(COLUMNS, ROWS), START + timedelta(days=30), 5))
FORM = PythonForm("f", "def f(events, as_of, least):", (Argument("least", "literal", values=(5, 6)),))
EXHIBIT = SimpleNamespace(
    bases=lambda: (BASE,) * 4, seed=3, drill=SimpleNamespace(kind="python", python=FORM, reference="x = 0.5")
)
ASKED = [
    "disagrees", "boundary", "null", "tie", "fan-out", "empty-group", "nondeterminism", "time-zone", "future-read",
    "brittle",
]  # fmt: skip


def contrasts(code):
    return builtin_probes()[code].contrasts(EXHIBIT)


@pytest.mark.parametrize("code", ASKED)
def test_every_nasty_call_differs_from_its_neighbours(code):
    made = contrasts(code)
    assert made
    for contrast in made:
        assert contrast.says
        assert all(contrast.nasty != calm for calm in contrast.calm)
        assert contrast.calm or code == "disagrees"


def events(call):
    return call.arguments[0]


def test_the_later_version_of_a_row_may_say_nothing():
    late = next(one for one in contrasts("null") if "later of two rows" in one.says)
    version, before = late.calm
    assert events(before) == events(BASE) and len(events(version).rows) == 9
    assert events(version).rows[-1].cells[3] is not None and events(late.nasty).rows[-1].cells[3] is None
    assert events(late.nasty).rows[-1].cells[5] > max(events(BASE).column(5))


def test_a_null_stands_beside_the_row_present_and_absent():
    first = contrasts("null")[0]
    assert None in events(first.nasty).column(3)
    assert [len(events(calm).rows) for calm in first.calm] == [8, 7]
    assert all(None not in events(calm).column(3) for calm in first.calm)


def test_a_tie_stands_beside_both_orders():
    first = next(one for one in contrasts("tie") if "score" in one.says)
    assert len(set(events(first.nasty).column(3))) == 7
    assert all(len(set(events(calm).column(3))) == 8 for calm in first.calm)


def test_a_boundary_stands_between_its_neighbours():
    on_value = next(one for one in contrasts("boundary") if "`score` is exactly 0.5" in one.says)
    below, above = (events(calm).rows[0].cells[3] for calm in on_value.calm)
    assert below < events(on_value.nasty).rows[0].cells[3] == 0.5 < above
    counts = next(one for one in contrasts("boundary") if "exactly 5 rows" in one.says)
    assert [len(groups(events(call))["a",]) for call in (counts.nasty, *counts.calm)] == [5, 4, 6]


def test_a_fact_of_the_future_was_in_time_before():
    moment = BASE.arguments[1]
    for contrast in contrasts("future-read"):
        assert max(events(contrast.nasty).column(5)) > moment
        assert all(max(events(calm).column(5)) < moment for calm in contrast.calm)


def test_a_repeated_row_stands_behind_itself():
    first = contrasts("fan-out")[0]
    cells = [row.cells for row in events(first.nasty).rows]
    assert cells[0] == cells[1] and len(cells) == 9 and len(set(first.nasty.tags())) == 9


def test_a_shuffle_keeps_the_rows():
    for contrast in contrasts("nondeterminism"):
        assert sorted(contrast.nasty.tags()) == sorted(BASE.tags())


def test_rows_that_say_one_thing_of_a_key_change_together():
    rows = tuple(Row(at, (at // 2, "ab"[at // 2], True, 1.0, START, START)) for at in range(4))
    grid = Grid(COLUMNS, rows)
    assert fellows(grid, 0, 1) == [0, 1]
    assert pairs(grid) == [(0, 1), (2, 3)]
    assert fellows(events(BASE), 0, 1) == [0]
