"""Is every attempt examined once, whatever happens in between?"""

from __future__ import annotations

import logging
import os
import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from tests.coach.conftest import NOW, make_attempt
from tests.coach.test_mark import Examination, found, make_drill

from liveloop.base.errors import BadInput, TooLong
from liveloop.coach.examiner import GIVEN_UP, MOST_TRIES, Done, Examiner, Failed, Progress, owners
from liveloop.coach.journal import JournalShut, own

DRILL = make_drill()


@dataclass
class Exam:
    gate: threading.Event = field(default_factory=threading.Event)
    reached: threading.Event = field(default_factory=threading.Event)
    seen: list[str] = field(default_factory=list)
    fails: int = 0

    def __call__(self, drill, attempt, tell):
        self.seen.append(attempt.id)
        tell(Progress("worlds", 1, 2))
        self.reached.set()
        if "wait" in attempt.text:
            assert self.gate.wait(20)
        if self.fails:
            self.fails -= 1
            raise RuntimeError("the exam broke")
        return Examination((found("boundary"),) if "<=" in attempt.text else ())


@pytest.fixture
def exam():
    return Exam()


@pytest.fixture
def make(journal, exam):
    made = []

    def make(drills=(DRILL,), **changes):
        clock = changes.pop("clock", lambda: NOW)
        given = {drill.slug: drill for drill in drills}
        made.append(Examiner(journal, lambda: given, exam, clock=clock, **changes))
        return made[-1]

    yield make
    exam.gate.set()
    for examiner in made:
        examiner.close()


def test_hand_in_then_debrief(make, journal):
    examiner = make()
    attempt = examiner.hand_in(DRILL, "a <= b", confidence=0.5, started_at=NOW)
    heard = []
    debrief = examiner.wait(attempt.id, heard.append)
    assert debrief == journal.debrief(attempt.id) and debrief.signal == "lean yes"
    assert journal.attempt(attempt.id) == attempt
    assert heard[-1] == Done(attempt.id, "lean yes")
    assert examiner.wait(attempt.id) == debrief


def test_it_is_in_the_journal_before_it_is_examined(make, journal, exam):
    examiner = make()
    attempt = examiner.hand_in(DRILL, "wait")
    assert journal.attempt(attempt.id) == attempt
    assert exam.reached.wait(10)
    assert journal.entry(attempt.id).state == "examining"
    exam.gate.set()
    assert examiner.wait(attempt.id).signal == "strong yes"


@pytest.mark.parametrize("text", ["", " \n\t", "a\0b", "\ud800", "x" * 200_001, "é" * 100_001])
def test_what_cannot_be_an_attempt_is_not_written(make, journal, text):
    with pytest.raises(BadInput) as refusal:
        make().hand_in(DRILL, text)
    assert isinstance(refusal.value, TooLong) == (len(text) > 100)
    assert journal.entries() == []


@pytest.mark.parametrize("confidence", [-0.1, 1.1, float("nan")])
def test_confidence_is_a_probability(make, journal, confidence):
    with pytest.raises(BadInput, match="0 to 1"):
        make().hand_in(DRILL, "x", confidence=confidence)
    assert journal.entries() == []


def test_a_failed_examination_is_told_and_taken_up_again(make, journal, exam, caplog):
    exam.fails = 1
    examiner = make()
    attempt = examiner.hand_in(DRILL, "x")
    with pytest.raises(BadInput, match=r"the exam broke.*kept"):
        examiner.wait(attempt.id)
    heard = []
    examiner.listen(attempt.id, heard.append)()
    assert heard == [Failed("RuntimeError: the exam broke")]
    again = make()
    assert again.resume() == 1
    assert again.wait(attempt.id).signal == "strong yes"
    assert "the exam broke" in caplog.text


def test_a_drill_that_is_gone(make, journal):
    examiner = make(drills=())
    attempt = examiner.hand_in(DRILL, "x")
    with pytest.raises(BadInput, match="not here any more"):
        examiner.wait(attempt.id)
    again = make()
    again.resume()
    assert again.wait(attempt.id).signal == "strong yes"


def test_what_a_dead_process_left_is_taken_up_once(make, journal, exam):
    dead = own(owners(journal.path))
    for number in range(3):
        journal.write_attempt(make_attempt(number))
    journal.claim("att_0", dead, now=NOW, lease=timedelta(hours=1))
    os.close(dead.handle)
    first, second = make(), make()
    assert first.resume() == 3
    second.resume()
    for number in range(3):
        assert first.wait(f"att_{number}").signal == "strong yes"
    assert sorted(exam.seen) == ["att_0", "att_1", "att_2"]


def test_what_a_living_process_examines_is_left_to_it(make, journal, exam, owner):
    journal.write_attempt(make_attempt())
    journal.claim("att_1", owner, now=NOW, lease=timedelta(hours=1))
    examiner = make()
    examiner.resume()
    while (turn := examiner.queue("att_1")) is None:  # the turn that the start gave it is still under way
        time.sleep(0.01)
    turn.result(10)
    assert exam.seen == [] and journal.entry("att_1").state == "examining"


def test_a_second_request_leaves_the_running_examination_alone(make, exam):
    examiner = make()
    attempt = examiner.hand_in(DRILL, "wait")
    assert exam.reached.wait(10)
    heard = []
    assert examiner.queue(attempt.id) is None
    examiner.hand_in(DRILL, "x")  # on the other thread, after whatever was queued there
    assert examiner.wait(examiner.hand_in(DRILL, "x").id).signal == "strong yes"
    examiner.listen(attempt.id, heard.append)()
    assert heard == [Progress("worlds", 1, 2)]
    exam.gate.set()
    assert examiner.wait(attempt.id).signal == "strong yes"
    assert exam.seen.count(attempt.id) == 1


def test_the_pulse_keeps_claims_and_takes_up_those_of_the_dead(make, journal, exam):
    journal.write_attempt(make_attempt())
    dead = own(owners(journal.path))
    journal.claim("att_1", dead, now=NOW, lease=timedelta(hours=1))
    examiner = make(lease_seconds=0.02)
    attempt = examiner.hand_in(DRILL, "wait")
    assert exam.reached.wait(10)
    os.close(dead.handle)
    exam.gate.set()
    assert examiner.wait("att_1").signal == "strong yes"
    assert examiner.wait(attempt.id).signal == "strong yes"
    assert sorted(exam.seen) == sorted(["att_1", attempt.id])


def test_an_attempt_that_ends_the_app_is_tried_three_times(make, journal, exam):
    journal.write_attempt(make_attempt())
    for _ in range(3):
        dead = own(owners(journal.path))
        assert journal.unexamined(most_tries=MOST_TRIES) == ["att_1"]
        journal.claim("att_1", dead, now=NOW, lease=timedelta(hours=1))
        os.close(dead.handle)
    examiner = make()
    assert examiner.resume() == 0 and exam.seen == []
    assert examiner.outcome("att_1") == Failed(GIVEN_UP.format(tries=3))
    assert journal.entry("att_1").state == "waiting"
    examiner.queue("att_1")  # who asks for it gets it
    assert examiner.wait("att_1").signal == "strong yes"


def test_what_somebody_examines_just_now_is_not_given_up(make, journal, owner):
    journal.write_attempt(make_attempt())
    for _ in range(MOST_TRIES):
        journal.claim("att_1", owner, now=NOW, lease=timedelta(0))
    journal.renew(owner, now=NOW, lease=timedelta(hours=1))
    assert make().resume() == 0
    assert journal.entry("att_1").state == "examining" and journal.entry("att_1").failed is None


def test_closing_finishes_what_runs_and_leaves_the_rest(make, journal, exam):
    examiner = make(threads=1)
    first, second = examiner.hand_in(DRILL, "wait"), examiner.hand_in(DRILL, "x")
    assert exam.reached.wait(10)
    closing = threading.Thread(target=examiner.close)
    closing.start()
    exam.gate.set()
    closing.join(10)
    assert not closing.is_alive()
    assert journal.entry(first.id).state == "debriefed" and journal.entry(second.id).state == "waiting"
    assert examiner.queue(second.id) is None
    assert list(owners(journal.path).iterdir()) == []
    again = make()
    again.resume()
    assert again.wait(second.id).signal == "strong yes"
    assert exam.seen == [first.id, second.id]


def test_a_journal_that_refuses_is_told(make, journal, monkeypatch, caplog):
    caplog.set_level(logging.CRITICAL)
    examiner = make()

    def refuse(*_, **__):
        raise JournalShut("the disk is full")

    monkeypatch.setattr(journal, "write_debrief", refuse)
    heard, ended = [], threading.Event()

    def hear(news):
        heard.append(news)
        if isinstance(news, Failed):
            ended.set()

    journal.write_attempt(make_attempt())
    examiner.listen("att_1", hear)
    examiner.queue("att_1")
    assert ended.wait(10)
    assert "journal could not be written" in heard[-1].message
    monkeypatch.undo()


def test_many_at_once(make, journal):
    examiner = make(threads=4)
    ids = [examiner.hand_in(DRILL, f"select {n}").id for n in range(30)]
    assert {examiner.wait(i).attempt_id for i in ids} == set(ids)
    assert all(entry.state == "debriefed" for entry in journal.entries())
