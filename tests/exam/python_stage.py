"""Which stand-ins do the Python tests share: a box in this process, a toy drill with every kind of column?"""

import threading
import warnings
from datetime import UTC, datetime
from pathlib import Path

from liveloop.attempt import Attempt
from liveloop.drill import Argument, Drill, FrameColumn, PythonForm, WorldSettings
from liveloop.exam.examine import examine
from liveloop.exam.sandbox import cell_python, cell_reading
from liveloop.exam.sandbox.limits import Reply
from liveloop.rubric import Criterion, Rubric

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
CELLS = {"python": cell_python, "reading": cell_reading}
SOURCE = """
SELECT i AS event_id, ['a', 'b', 'c'][1 + i % 3] AS grp, (i * 7) % 5 < 2 AS flag, ((i * 37) % 101) / 50.0 AS score,
       TIMESTAMPTZ '2026-03-02 00:00:00+00' + i * INTERVAL 97 MINUTE AS happened_at,
       TIMESTAMPTZ '2026-03-02 00:10:00+00' + i * INTERVAL 97 MINUTE AS known_at
FROM range(240) AS t(i)
"""
COLUMNS = (
    FrameColumn("event_id", "key", "int"),
    FrameColumn("grp", "group", "text", nullable=True),
    FrameColumn("flag", "flag", "bool", nullable=True),
    FrameColumn("score", "value", "float", nullable=True),
    FrameColumn("happened_at", "time", "timestamp"),
    FrameColumn("known_at", "known_at", "timestamp"),
)
REFERENCE = '''
"""Summary of each group."""

import pandas as pd


def summarise(events, as_of, min_score):
    """Count what was known, its flags, the event of the highest score and the latest one."""
    known_at = pd.to_datetime(events["known_at"], utc=True)
    known = events[(known_at <= as_of).to_numpy()].drop_duplicates("event_id")
    known = known[known["score"] >= min_score].assign(flag=lambda frame: frame["flag"].astype("boolean"))
    known["at"] = pd.to_datetime(known["happened_at"], utc=True)
    known = known.sort_values(["at", "event_id"])
    latest = known.groupby("grp", dropna=False)["event_id"].last()
    known = known.sort_values(["score", "event_id"])
    groups = known.groupby("grp", dropna=False)
    table = groups.agg(events=("event_id", "size"), flagged=("flag", "sum"), highest=("event_id", "last"))
    return table.assign(latest=latest).reset_index()
'''
PROBES = (
    "disagrees", "boundary", "null", "fan-out", "tie", "time-zone", "empty-group", "nondeterminism", "future-read",
    "brittle", "slow", "unreadable",
)  # fmt: skip


class HereBox:
    """Runs a cell in this process, one job at a time: quick, and good enough for texts that behave."""

    def __init__(self):
        self.lock = threading.Lock()
        self.jobs = 0

    def run(self, cell, payload, *, limits):
        del limits
        with self.lock, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self.jobs += 1
            return Reply(CELLS[cell].main(payload), "", "", None, 0.01, 0, 0.01)


def toy(reference=REFERENCE, probes=PROBES, form=None):
    """Make the toy drill."""
    form = form or PythonForm(
        "summarise",
        "def summarise(events: pd.DataFrame, as_of: datetime, min_score: float) -> pd.DataFrame:",
        (
            Argument("events", "frame", SOURCE, COLUMNS),
            Argument("as_of", "literal", values=(datetime(2026, 6, 1, tzinfo=UTC),)),
            Argument("min_score", "literal", values=(0.5, 0.25)),
        ),
    )
    return Drill(
        id="drl_0000000000", slug="toy", shelf="python", title="Toy", kind="python", skills=("python.groups",), week=1,
        minutes=10, difficulty=1, world=WorldSettings({"accounts": 2, "days": 7}), probes=tuple(probes),
        out_of_scope=(), prompt="", given={}, reference=reference,
        rubric=Rubric((Criterion("a", "a?", "a", 1.0),), {"correctness": 1.0}), pushbacks=(), after="", samples=(),
        folder=Path("nowhere"), python=form,
    )  # fmt: skip


def attempt(text):
    """Hand a text in."""
    return Attempt("att_1", "drl_0000000000", "python", text, NOW)


def found(text, *, drill=None, seed=1, box=None):
    """Examine a text and give its findings, by probe."""
    drill = drill or toy()
    examination = examine(drill, attempt(text), sandbox=box or HereBox(), seed=seed, clock=lambda: NOW)
    assert examination.unknown == ()
    return {finding.probe: finding for finding in examination.findings}
