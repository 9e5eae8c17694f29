"""Which texts does a reader stumble over, and which not?"""

import pytest

from liveloop.exam.reading import read
from liveloop.exam.sandbox import cell_reading
from liveloop.exam.sandbox.limits import Reply, Stop
from liveloop.exam.sandbox.reading_python import read_python
from liveloop.exam.sandbox.reading_sql import read_sql
from liveloop.finding import LinesEvidence, Remark
from liveloop.probes.unreadable import ENOUGH, weight

GOOD = '''
"""Share of flagged messages."""

import pandas as pd

LEAST = 7


def rate(frame: pd.DataFrame) -> float | None:
    """Give the share, None when there is too little."""
    known = frame.dropna(subset=["flag"])
    for i, x in enumerate(known["flag"]):
        if i > LEAST and x:
            return float(known["flag"].mean())
    return None
'''
PYTHON = {
    "mutable-default": "def f(rows=[]):\n    return rows\n",
    "bare-except": "try:\n    f()\nexcept:\n    pass\n",
    "broad-except": "try:\n    f()\nexcept Exception:\n    pass\n",
    "unused": "import json\n",
    "wildcard-import": "from math import *\nprint(pi)\n",
    "dead-code": "def f():\n    return 1\n    x = 2\n",
    "hides-builtin": "def f(list):\n    return list\n",
    "meaningless-name": "tmp = 1\n",
    "letters": "a = b = c = d = e = f = 1\n",
    "magic-number": "def f(x):\n    return x * 17.3\n",
    "row-loop": "for _, row in frame.iterrows():\n    f(row)\n",
    "print": "print(1)\n",
    "no-docstring": "def f():\n    return 1\n",
    "complex": "def f(x):\n" + "".join(f"    if x == {i}:\n        return {i}\n" for i in range(11)),
    "deep": "def f(x):\n for i in x:\n  for j in i:\n   if j:\n    while j:\n     if i:\n      f()\n",
    "long": "def f():\n" + "    f()\n" * 61,
    "wide": "x = '" + "y" * 130 + "'\n",
    "odd-comparison": "x = y == None\n",
    "position-loop": "for i in range(len(x)):\n    f(i)\n",
    "global": "def f():\n    global x\n    x = 1\n",
    "undefined-name": "def f():\n    return nothing_binds_this\n",
}
SQL = {
    "select-star": "SELECT *\nFROM users",
    "position": "SELECT plan, count(*)\nFROM accounts\nGROUP BY 1",
    "unused": "WITH a AS (SELECT 1 AS x)\nSELECT user_id\nFROM users",
    "comma-join": "SELECT u.user_id\nFROM users u, sessions s\nWHERE u.user_id = s.user_id",
    "plaster": "SELECT DISTINCT u.user_id\nFROM users u\nJOIN sessions s USING (user_id)",
    "one-line": "SELECT " + ", ".join(f"column_number_{i}" for i in range(30)) + " FROM users",
    "wide": "SELECT user_id\nFROM users\nWHERE user_id IN (" + ", ".join(str(i) for i in range(40)) + ")",
    "mixed-case": "SELECT user_id\nFROM users\njoin sessions USING (user_id)\nwhere user_id > 1",
    "deep": "SELECT x FROM (SELECT x FROM (SELECT x FROM (SELECT 1 AS x) AS a) AS b) AS c",
    "letters": "SELECT 1\nFROM users a\nJOIN users b ON 1 = 1\nJOIN users c ON 1 = 1\nJOIN users d ON 1 = 1",
}
CLEAN_SQL = "WITH late AS (\n    SELECT user_id FROM sessions -- select all\n)\nSELECT count(*) FROM late"


@pytest.mark.parametrize("rule", PYTHON)
def test_each_rule_of_python_wakes(rule):
    assert rule in {remark[1] for remark in read_python(PYTHON[rule])}


@pytest.mark.parametrize("rule", SQL)
def test_each_rule_of_sql_wakes(rule):
    assert rule in {remark[1] for remark in read_sql(SQL[rule])}


def test_good_texts_are_silent():
    assert read_python(GOOD) == []
    assert read_sql(CLEAN_SQL) == []


def test_texts_that_cannot_be_parsed_are_left_to_others():
    assert read_python("def (:") == [] and read_sql("SELEC ((") == []


def test_a_changed_input_is_found_on_its_line():
    text = (
        'def f(frame):\n    """F."""\n    copy = frame.copy()\n    copy["x"] = 1\n    frame["x"] = 1\n    return copy\n'
    )
    assert [remark[0] for remark in read_python(text, ("frame",))] == [5]
    hidden = 'def f(frame):\n    """F."""\n    return frame.pop("x")\n'
    assert [remark[1] for remark in read_python(hidden, ("frame",))] == ["mutates-input"]


class Here:
    def __init__(self, payload=None, stopped=None):
        self.payload, self.stopped = payload, stopped

    def run(self, cell, payload, *, limits):
        assert cell == "reading"
        made = cell_reading.main(payload) if self.payload is None and self.stopped is None else self.payload
        return Reply(made, "", "", self.stopped, 0.0, 0)


def test_remarks_quote_their_lines():
    evidence = read("python", "import json\n", sandbox=Here())
    assert evidence.remarks == (Remark(1, "import json", "'json' imported but unused", "unused"),)
    assert read("python", GOOD, sandbox=Here()) is None


@pytest.mark.parametrize("forged", [b"{", b"7", b'[["x"]]', b"[[1]]", b"\xff", b'{"a": 1}'])
def test_a_forged_reading_says_nothing(forged):
    assert read("python", "x = 1\n", sandbox=Here(forged)) is None


def test_a_reading_that_is_stopped_says_nothing():
    assert read("python", "x = 1\n", sandbox=Here(stopped=Stop("wall", "2 s"))) is None


def remarks(*rules):
    return LinesEvidence(tuple(Remark(at, "", "", rule) for at, rule in enumerate(rules)))


def test_a_slip_is_silent_and_what_costs_a_caller_speaks():
    assert weight(remarks("unused", "wide", "magic-number")) < ENOUGH
    assert weight(remarks(*["magic-number"] * 50)) < ENOUGH
    assert weight(remarks("mutates-input")) >= ENOUGH
    assert weight(remarks("complex", "unused")) >= ENOUGH
