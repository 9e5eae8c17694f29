"""Does each wrong query raise exactly the findings of its class, and a right one none?"""

import importlib.util
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from liveloop.base.clock import system_clock
from liveloop.base.errors import BadInput
from liveloop.coach.mark import mark
from liveloop.exam.examine import examine
from liveloop.exam.sandbox.limits import Reply, Stop
from liveloop.exam.sql import STAGES
from liveloop.finding import ContainmentEvidence, DatabaseEvidence
from liveloop.probe import Probe
from liveloop.sqldiff.twist import legal
from liveloop.sqldiff.wire import read_frame, write_frame

_SPEC = importlib.util.spec_from_file_location("sql_liars", Path(__file__).with_name("sql_liars.py"))
liars = importlib.util.module_from_spec(_SPEC)
sys.modules["sql_liars"] = liars
_SPEC.loader.exec_module(liars)
CASES, HereBox, attempt_of = liars.CASES, liars.HereBox, liars.attempt_of
drill_of, put, raised = liars.drill_of, liars.put, liars.raised
RETENTION = CASES["retention"]


def wanted(name: str) -> str:
    return "+".join(sorted(name.partition("--")[0].split("+")))


EVERY = [pytest.param(case, name, id=f"{case.name}-{name}") for case in CASES.values() for name in case.attempts]


@pytest.mark.parametrize(("case", "name"), EVERY)
def test_each_attempt_raises_exactly_its_findings(case, name):
    assert raised(case, case.attempts[name], 0) == wanted(name)


REWRITES = [
    lambda text: text.lower().replace("'utc'", "'UTC'"),
    lambda text: f"SELECT * FROM ({text}) AS whole",
    lambda text: "-- said again\n" + text.replace("SELECT avg", "SELECT AVG"),
]


@pytest.mark.parametrize("rewrite", REWRITES, ids=["lower case", "as a whole", "with a remark"])
def test_a_rewritten_reference_is_never_accused(rewrite):
    """On one seed; `liveloop drill rehearse --seeds` asks the right samples of every drill on as many as one likes."""
    assert raised(RETENTION, rewrite(RETENTION.reference), 100) == "clean"


def test_a_claim_names_the_cell_that_differs():
    (finding,) = put(CASES["rate"], CASES["rate"].attempts["disagrees--halved"], 0).findings
    assert re.search(r"^the data are ordinary: `share` is 0\.5, not 1\b", finding.claim)


def test_evidence_is_small_and_shows_both_results():
    examination = put(RETENTION, RETENTION.attempts["boundary--lt-24h"], 0)
    (finding,) = examination.findings
    evidence = finding.evidence
    assert isinstance(evidence, DatabaseEvidence)
    assert sum(len(sheet.rows) for sheet in evidence.database.values()) <= 4
    assert evidence.expected.rows != evidence.got.rows
    assert evidence.expected.marked
    assert evidence.got.marked
    assert "exactly 1 day after" in finding.claim


def test_a_finding_of_zone_names_the_zone():
    examination = put(RETENTION, RETENTION.attempts["time-zone--dates"], 0)
    assert examination.findings[0].evidence.time_zone != "UTC"


def test_two_statements_are_refused_in_words():
    (finding,) = put(RETENTION, "SELECT 1; DROP TABLE users", 0).findings
    assert finding.probe == "brittle"
    assert "one SELECT" in finding.claim


def test_reaching_outside_is_shown_as_contained():
    (finding,) = put(RETENTION, "SELECT * FROM read_csv('/etc/passwd')", 0).findings
    assert isinstance(finding.evidence, ContainmentEvidence)
    assert finding.evidence.limit == "refused"


class StopsAttempts(HereBox):
    """A sandbox that lets the reference run and stops all else."""

    def run(self, cell, payload, *, limits):
        if b"endless" in payload:
            return Reply(None, "", "", Stop("wall", "4 s"), 4.0, 0)
        return super().run(cell, payload, limits=limits)


def test_an_endless_query_is_a_finding():
    (finding,) = put(RETENTION, "SELECT 'endless'", 0, StopsAttempts()).findings
    assert (finding.probe, finding.evidence) == ("slow", ContainmentEvidence("wall", "4 s"))


class Garbles(HereBox):
    """A sandbox whose child answers nonsense for attempts."""

    def run(self, cell, payload, *, limits):
        reply = super().run(cell, payload, limits=limits)
        if b"nonsense" in payload:
            return Reply(reply.payload[: len(reply.payload) // 2], "", "", None, 0.0, 0)
        return reply


def test_a_garbled_reply_is_never_a_pass():
    (finding,) = put(RETENTION, "SELECT 'nonsense'", 0, Garbles()).findings
    assert isinstance(finding.evidence, ContainmentEvidence)
    assert finding.evidence.limit == "crashed"


def test_a_probe_that_fails_is_unknown_and_the_others_are_asked(monkeypatch):
    def fail(self, exhibit):
        raise RuntimeError("out of order")

    probe = next(kind for kind in Probe.__subclasses__() if kind.code == "tie")
    monkeypatch.setattr(probe, "contrasts", fail)
    examination = put(RETENTION, RETENTION.attempts["boundary--gt-7d"], 77)
    assert examination.unknown == ("tie: RuntimeError: out of order",)
    assert [finding.probe for finding in examination.findings] == ["boundary"]


def test_progress_is_told_in_order():
    told = []
    drill = drill_of(RETENTION)
    examine(drill, attempt_of(RETENTION.reference), sandbox=HereBox(), seed=0, clock=system_clock, tell=told.append)
    assert [step.done for step in told] == sorted(step.done for step in told)
    assert all(step.done < step.total for step in told)


def test_contrasts_of_the_stage_are_legal():
    stage = STAGES.of(drill_of(RETENTION), 0, HereBox())
    put(RETENTION, RETENTION.reference, 0)
    checked = [d for some in stage.picked.values() for contrast in some for d in (contrast.nasty, *contrast.calm)]
    assert len(checked) > 500
    assert all(legal(database) for database in checked)


UNARRIVED = "SELECT avg(1.0) FROM warnings WHERE 'late' = 'late'"


class NeverArrives(HereBox):
    """A sandbox in which some text gets through a few databases of each job and never through all."""

    def run(self, cell, payload, *, limits):
        reply = super().run(cell, payload, limits=limits)
        late = cell == "sql" and b"late" in payload
        return Reply(cell_late(payload), "", "", None, 0.0, 0) if late else reply


def cell_late(payload):
    """Answer as the cell does whose time is over before the first database."""
    header, _ = read_frame(payload)
    return write_frame({"refused": None, "groups": [[] for _ in header["groups"]]}, [])


def test_what_does_not_arrive_survives_nothing():
    """Time ran out for the attempt where the reference had enough: that is told, whatever the drill asks."""
    findings = put(RETENTION, UNARRIVED, 0, NeverArrives()).findings
    assert [(finding.probe, finding.evidence.kind) for finding in findings] == [("slow", "containment")]
    assert "no result on" in findings[0].claim


def test_far_too_many_rows_are_a_wrong_result():
    text = "SELECT 1.0 AS retention_rate FROM range(30000)"
    assert "disagrees" in {finding.probe for finding in put(RETENTION, text, 0).findings}


def test_names_behind_the_rewriting_are_not_there():
    text = f"SELECT q.* FROM ({RETENTION.reference}) AS q WHERE liveloop_d.w >= 0"
    (finding,) = put(RETENTION, text, 0).findings
    assert "does not run" in finding.claim
    assert finding.dimension == "correctness"


class GivesNothing(HereBox):
    """A sandbox in which every job dies."""

    def run(self, cell, payload, *, limits):
        return Reply(None, "", "", Stop("crashed", "killed"), 0.0, 0)


def test_where_the_reference_gives_nothing_there_is_no_signal():
    case = replace(RETENTION, name="dead")
    examination = put(case, RETENTION.reference, 0, GivesNothing())
    assert any(line.startswith("disagrees: ") for line in examination.unknown)
    with pytest.raises(BadInput, match="could not be asked"):
        mark(drill_of(case), attempt_of(""), examination, examined_at=system_clock())


def test_a_probe_that_is_gone_is_unknown():
    drill = drill_of(RETENTION, ("disagrees", "vanished"))
    attempt = attempt_of(RETENTION.reference)
    examination = examine(drill, attempt, sandbox=HereBox(), seed=0, clock=system_clock)
    assert examination.unknown == ("vanished: there is no such probe any more",)
