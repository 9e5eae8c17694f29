"""Does a hostile attempt come back as a finding, and as the sandbox's own word where it was stopped?"""

import resource
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from liveloop.attempt import Attempt
from liveloop.base.clock import system_clock
from liveloop.exam import python, sql
from liveloop.exam.examine import examine
from liveloop.exam.load import find, load
from liveloop.finding import ContainmentEvidence

DRILL = next(folder for folder in find() if folder.name == "interval-for-a-rare-rate")
SQL_DRILL = next(folder for folder in find() if folder.name == "warned-unsupported-retention")
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


EXAMINED = [
    "python/output_reply_parts", "python/output_reply_infinity", "python/output_reply_line",
    "python/judge_signaling_nan", "python/judge_large_input", "python/time_error_words",
    "python/time_finalizer_recursion", "python/time_finalizer_error", "python/process_thread_error",
    "sql/result_labels", "sql/result_nested_labels", "sql/result_time_of_day", "sql/result_infinity",
    "sql/result_far_date", "sql/result_far_struct", "sql/result_huge_integer", "sql/result_error_when_large",
]  # fmt: skip
MOST_SECONDS = 60.0  # on a machine with other work; alone each takes a few
MOST_MEGABYTES = 600  # more than before: what one job's results may weigh, and what is compared with them


@pytest.mark.parametrize("name", EXAMINED)
def test_a_hostile_text_is_a_finding_in_bounded_time_and_memory_of_the_app(sandbox, name):
    kind, stem = name.split("/")
    drill = load(DRILL if kind == "python" else SQL_DRILL)
    text = (HOSTILE.parent / kind / f"{stem}.{'py' if kind == 'python' else 'sql'}").read_text()
    if drill.python:
        text += f"\n\ndef {drill.python.entry}(*given, **named):\n    return answer(*given, **named)\n"
    attempt = Attempt("hostile", drill.id, kind, text, datetime(2026, 1, 5, tzinfo=UTC))
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    told = examine(drill, attempt, sandbox=sandbox, seed=1, clock=system_clock)
    assert told.findings
    assert told.unknown == ()
    assert time.perf_counter() - began < MOST_SECONDS
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) >> 10 < MOST_MEGABYTES
    module = python if kind == "python" else sql
    assert module.run_visible(drill, text, sandbox)


def test_there_are_as_many_as_promised():
    assert len(list(HOSTILE.parent.glob("*/*.*"))) >= 120
