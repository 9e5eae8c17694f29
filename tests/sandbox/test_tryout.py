"""Is a level at which no job runs found out, and do jobs run under a limit that the app was started with?"""

import json
import subprocess
import sys

import pytest

from liveloop.cli import doctor as command
from liveloop.exam.sandbox import doctor, try_job

CODE = "from liveloop.exam.sandbox import doctor, try_job; print(try_job(doctor().best))"


def test_a_job_runs_at_the_level_that_is_best_here():
    assert try_job(doctor().best) is None


def test_jobs_run_under_a_hard_limit_of_the_address_space():
    """`ulimit -v 16000000` leaves less than the sandbox's own backstop; a hard limit is never raised."""
    text = f"ulimit -v 16000000; exec {sys.executable} -c '{CODE}'"
    ended = subprocess.run(["sh", "-c", text], capture_output=True, text=True, timeout=120, check=True)
    assert ended.stdout.strip() == "None"


def test_a_level_at_which_no_job_runs_is_told(monkeypatch, capsys):
    monkeypatch.setattr("liveloop.exam.sandbox.try_job", lambda level: "crashed: not allowed to raise maximum limit")
    for as_json in (True, False):
        with pytest.raises(SystemExit) as left:
            command.examine_machine(as_json=as_json)
        assert left.value.code == 1
        said = capsys.readouterr().out
        told = json.loads(said)["job"] if as_json else " ".join(said.split())
        assert "did not run: crashed: not allowed" in told
