"""Is what a SQL attempt is shown and accused of true: the visible data, the times taken, the smallest database?"""

import importlib.util
import sys
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from liveloop.base.clock import system_clock
from liveloop.exam import sql
from liveloop.exam.examine import examine
from liveloop.exam.sandbox.limits import Stop
from liveloop.exam.sql import SqlExhibit, run_visible
from liveloop.probe import Trial
from liveloop.sqldiff.database import Outcome

_SPEC = importlib.util.spec_from_file_location("sql_liars", Path(__file__).with_name("sql_liars.py"))
liars = importlib.util.module_from_spec(_SPEC)
sys.modules["sql_liars"] = liars
_SPEC.loader.exec_module(liars)
RETENTION = liars.CASES["retention"]
DRILL = liars.drill_of(RETENTION)


def exhibit_of(text):
    return SqlExhibit(DRILL, liars.attempt_of(text), liars.HereBox())


def test_the_visible_data_are_shown_as_a_sheet():
    shown = run_visible(DRILL, "SELECT count(*) AS n, max(happened_at) AS last FROM warnings", liars.HereBox())
    assert shown.error is None
    assert shown.sheet.columns == ("n", "last")
    assert shown.sheet.rows[0][0] > 0
    assert shown.sheet.rows[0][1].endswith("+00:00")


def test_the_visible_data_are_the_same_each_time_and_cut_where_they_are_many():
    first, second = (run_visible(DRILL, "SELECT * FROM sessions ORDER BY ALL", liars.HereBox()) for _ in range(2))
    assert first.sheet == second.sheet
    assert len(first.sheet.rows) == sql.MOST_SHOWN
    assert first.sheet.cut > 0


@pytest.mark.parametrize("text", ["SELEC 1", "SELECT nosuch FROM warnings", "SELECT 1; SELECT 2"])
def test_an_error_on_the_visible_data_is_told_in_words(text):
    shown = run_visible(DRILL, text, liars.HereBox())
    assert shown.sheet is None
    assert shown.error


class Clock:
    """Stands for a runner whose runs take the seconds it is given, one after the other."""

    def __init__(self, *seconds, stop=None):
        self.seconds, self.stop, self.asked = list(seconds), stop, 0

    def once(self, tables, limits):
        self.asked += 1
        took = self.seconds.pop(0) if len(self.seconds) > 1 else self.seconds[0]
        return Outcome(), took, self.stop

    def large(self, tables, limits):
        return Outcome()


@pytest.mark.parametrize(
    ("attempt", "reference", "runs"),
    [
        (Clock(0.2), Clock(0.001), None),  # nobody waits for so little, whatever the ratio
        (Clock(0.9), Clock(0.1), None),  # nine times as long is allowed
        (Clock(1.2, 1.3, 0.9), Clock(0.1), None),  # slow twice, by the machine: once it was not
        (Clock(1.2), Clock(0.1), 3),
        (Clock(5.0), Clock(0.1), 1),  # far beyond: no second run
        (Clock(6.0, stop=Stop("cpu", "6 s")), Clock(0.1), 1),
    ],
)
def test_only_what_is_slow_in_every_run_is_accused(attempt, reference, runs, monkeypatch):
    exhibit = exhibit_of(RETENTION.reference)
    monkeypatch.setattr(sql, "larger_tables", lambda drill, seed: {"warnings": pa.table({"a": [1, 2]})})
    monkeypatch.setattr(exhibit, "runner", attempt)
    monkeypatch.setattr(exhibit.stage, "reference", reference)
    timing = exhibit.timing()
    assert (timing.runs if timing else None) == runs
    if timing:
        assert (timing.rows, timing.stopped is not None) == (2, attempt.stop is not None)
        assert timing.attempt_seconds > 10 * timing.reference_seconds


def test_a_shrinker_that_lies_is_caught_by_the_plain_replay(monkeypatch):
    """It gives back a database on which nothing breaks, and says that it does."""
    text = RETENTION.attempts["boundary--lt-24h"]
    honest = liars.put(RETENTION, text, 0).findings[0]

    def lie(trials, try_all):
        return [Trial(t.contrast.__class__(t.contrast.calm[0], (), t.contrast.says), True, False, 1) for t in trials]

    monkeypatch.setattr(sql, "shrink", lie)
    (finding,) = liars.put(RETENTION, text, 0).findings
    assert finding.probe == honest.probe == "boundary"
    assert finding.evidence.expected.rows != finding.evidence.got.rows


def test_where_only_the_order_is_wrong_that_is_said():
    (finding,) = liars.put(liars.LIST, liars.LIST.attempts["disagrees--by-name"], 0).findings
    assert "the rows are right, their order is not" in finding.claim
    assert sorted(finding.evidence.expected.rows) == sorted(finding.evidence.got.rows)


def test_the_batch_keeps_the_order_that_a_query_asks_for():
    """Whether it does is DuckDB's choice: an ordered drill is screened in batches only while this holds."""
    exhibit = SqlExhibit(liars.drill_of(liars.LIST), liars.attempt_of(liars.LIST.reference), liars.HereBox())
    bases = exhibit.bases()
    batched, plain = exhibit.runner.screen(bases), exhibit.runner.plain(bases)
    assert sum(len(outcome.rows) > 2 for outcome in plain) > 10
    assert [outcome.rows for outcome in batched] == [outcome.rows for outcome in plain]


def test_what_the_plain_replay_refutes_explains_nothing_else(monkeypatch):
    """The screen says of each shuffled database that it breaks; played plainly none does: what disagrees is told."""
    text = liars.VERDICT.attempts["disagrees--first"]
    trials = SqlExhibit.trials

    def accuse(exhibit, contrasts):
        return [replace(t, calm_agrees=True, agrees=False) if t.contrast.as_stored else t
                for t in trials(exhibit, contrasts)]  # fmt: skip

    monkeypatch.setattr(SqlExhibit, "trials", accuse)
    assert liars.raised(liars.VERDICT, text, 0) == "disagrees"


LARGE = [
    ("(SELECT count(*) FROM warnings) < 300 OR error('too many') IS NULL", "too many"),
    ("(SELECT count(*) FROM warnings) < 300", "it gives 0 rows, "),
    (
        "(SELECT coalesce(len(list(repeat('x', 900) || a.user_id || b.user_id)), 0) FROM warnings a, warnings b) >= 0",
        "memory: Out of Memory",
    ),
]


@pytest.mark.parametrize(("limit", "words"), LARGE, ids=["error", "empty", "memory"])
def test_what_gives_another_result_on_the_large_database_was_not_quick(limit, words):
    text = f"SELECT * FROM ({RETENTION.reference}) AS whole WHERE {limit}"
    drill = liars.drill_of(RETENTION, ("disagrees", "null", "brittle", "slow"))
    examination = examine(drill, liars.attempt_of(text), sandbox=liars.HereBox(), seed=0, clock=system_clock)
    assert examination.unknown == ()
    (finding,) = examination.findings
    assert finding.probe == "slow"
    assert words in finding.evidence.stopped
    assert words in finding.claim


def test_an_error_takes_the_time_it_took():
    outcome, seconds, stop = exhibit_of("SELECT sum(a.range + b.range) + error('late')::INT FROM range(3000) a,"
                                        " range(3000) b").runner.once({}, sql.TIMING)  # fmt: skip
    assert "late" in outcome.error and stop is None
    assert seconds > 0.0
