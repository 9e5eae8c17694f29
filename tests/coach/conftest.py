"""What do the coach's tests stand on?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from liveloop.attempt import Attempt
from liveloop.base.tables import Sheet
from liveloop.coach.journal import Journal, Owner, open_journal, own
from liveloop.debrief import Debrief, NextThing, Score
from liveloop.finding import (
    CallEvidence,
    ContainmentEvidence,
    DatabaseEvidence,
    Finding,
    LinesEvidence,
    Remark,
    TimingEvidence,
)

NOW = datetime(2026, 1, 7, 12, tzinfo=UTC)
SHEET = Sheet(("n", "x"), ("BIGINT", "DOUBLE"), ((1, 0.5), (None, "NaN"), (True, 2.0)), (1,), 3)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "journal.db"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    with open_journal(path) as opened:
        yield opened


@pytest.fixture
def owner(path: Path) -> Iterator[Owner]:
    made = own(path.parent / "examiners")
    yield made
    made.leave()


def make_attempt(number: int = 1, **changes) -> Attempt:
    attempt = Attempt(f"att_{number}", "drl_1", "sql", f"select {number}", NOW + timedelta(minutes=number), 0.5, NOW)
    return replace(attempt, **changes)


def make_finding(probe: str = "boundary", **changes) -> Finding:
    evidence = DatabaseEvidence({"warnings": SHEET}, SHEET, SHEET)
    return replace(Finding(probe, "hour 24 counts twice", evidence, "edge cases", "sql.time-joins"), **changes)


EVIDENCE = (
    DatabaseEvidence({"warnings": SHEET}, SHEET, None, "division by zero", "Asia/Tokyo"),
    CallEvidence("f(a)", {"a": SHEET, "b": "[1, nan]"}, "1", SHEET),
    LinesEvidence((Remark(3, "except:", "hides everything", "bare-except"),)),
    TimingEvidence(1000, 2.0, 0.1, 3, 10.0, None),
    ContainmentEvidence("wall", "2.0 s"),
)


def make_debrief(attempt_id: str = "att_1", findings: tuple[Finding, ...] | None = None, **changes) -> Debrief:
    debrief = Debrief(
        attempt_id=attempt_id,
        drill_id="drl_1",
        findings=tuple(make_finding(evidence=e) for e in EVIDENCE) if findings is None else findings,
        scores=(Score("edge cases", 0.5, 1.0, 2, 1),),
        signal="lean yes",
        signal_rule="Lean yes: one.",
        next_thing=NextThing("do it", "sql.time-joins", "other"),
        asked=("disagrees", "boundary"),
        worlds=3,
        seconds=0.25,
        examined_at=NOW,
        pushback="And at hour 24?",
        unknown=("slow: no time",),
    )
    return replace(debrief, **changes)
