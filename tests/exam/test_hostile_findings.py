"""Does a hostile attempt come back as a finding, and as the sandbox's own word where it was stopped?"""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from liveloop.attempt import Attempt
from liveloop.base.clock import system_clock
from liveloop.exam.examine import examine
from liveloop.exam.load import find, load
from liveloop.finding import ContainmentEvidence

DRILL = next(folder for folder in find() if folder.name == "interval-for-a-rare-rate")
HOSTILE = Path(__file__).parents[1] / "hostile" / "python"


@pytest.mark.parametrize(
    ("body", "contained"),
    [
        ("import socket; socket.socket()", True),
        ("import os; os.fork()", True),
        ("open('/etc/passwd').read()", True),
        ("import os; os._exit(0)", False),
        ("print('all probes passed')", False),
    ],
    ids=["socket", "fork", "file", "leaves", "forged"],
)
def test_a_hostile_attempt_is_a_finding(sandbox, body, contained):
    drill = load(DRILL)
    text = f"def {drill.python.entry}(*arguments, **named):\n    {body}\n"
    attempt = Attempt("hostile", drill.id, "python", text, datetime(2026, 1, 5, tzinfo=UTC))
    told = examine(drill, attempt, sandbox=sandbox, seed=1, clock=system_clock)
    assert told.findings
    assert (
        contained in {isinstance(finding.evidence, ContainmentEvidence) for finding in told.findings} or not contained
    )


def test_there_are_as_many_as_promised():
    assert len(list(HOSTILE.parent.glob("*/*.*"))) >= 120
