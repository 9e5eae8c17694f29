"""Does evidence show a person what the database holds?"""

from liveloop.exam.sql_show import result_sheet
from liveloop.sqldiff.database import Outcome


def test_a_sum_of_counts_is_shown_as_a_whole_number():
    outcome = Outcome(("peak", "share"), ("DECIMAL128(38, 0)", "DOUBLE"), ((3.0, 1.0), (None, 0.5)))
    rows = result_sheet(outcome, ()).rows
    assert [repr(cell) for row in rows for cell in row] == ["3", "1.0", "None", "0.5"]
