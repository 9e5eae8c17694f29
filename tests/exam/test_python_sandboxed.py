"""What does a hostile or hanging attempt do to its neighbours, in the real sandbox?"""

import importlib.util
import itertools
import time
from pathlib import Path

from liveloop.exam import cases, python_runs
from liveloop.exam.python_runs import CALL_SECONDS, LIMITS, Outcome, Runner, read_reply
from liveloop.exam.sandbox.limits import Reply, Stop

SPEC = importlib.util.spec_from_file_location("python_stage", Path(__file__).with_name("python_stage.py"))
stage = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(stage)
PROBES = ("disagrees", "empty-group")


def found(text, sandbox):
    return stage.found(text, drill=stage.toy(probes=PROBES), box=sandbox)


def with_first_lines(lines):
    return stage.REFERENCE.replace("    known_at =", f"{lines}\n    known_at =", 1)


def test_a_right_attempt_is_left_in_peace(sandbox):
    assert found(stage.REFERENCE, sandbox) == {}


def test_one_call_that_hangs_does_not_take_the_others_with_it(sandbox):
    text = with_first_lines("    while not len(events):\n        pass")
    assert "empty-group" in found(text, sandbox) and "disagrees" not in found(text, sandbox)


def test_one_call_that_leaves_does_not_take_the_others_with_it(sandbox):
    text = with_first_lines("    import os\n    if not len(events):\n        os._exit(0)")
    assert "empty-group" in found(text, sandbox) and "disagrees" not in found(text, sandbox)


def test_who_rewrites_the_judge_rewrites_only_their_own_values(sandbox):
    forged = (
        "import json\nfrom liveloop.exam.sandbox import cell_python, tagged\n"
        "cell_python.encode = tagged.encode = lambda value: ['same', 'as', 'expected']\n"
        'json.dumps = lambda *given, **named: \'{"load": null, "calls": []}\'\n'
        "def summarise(*given):\n    return 1\n"
    )
    assert "disagrees" in found(forged, sandbox)


def first_line(line):
    return with_first_lines(f"    {line}")


def test_an_error_whose_words_never_end_costs_one_call_and_not_the_job(sandbox):
    text = "class E(Exception):\n    def __str__(self):\n        while True:\n            pass\n" + first_line(
        "if not len(events):\n        raise E"
    )
    assert "empty-group" in found(text, sandbox) and "disagrees" not in found(text, sandbox)


def test_what_hears_no_alarm_ends_the_job_with_what_there_is(sandbox):
    """An exception in `__del__` is swallowed: the alarm's too."""
    body = "class D:\n    def __del__(self):\n        D(); D()\n\n\ndef summarise(*given):\n    {}\n"
    for last in ("D()\n    return 1", "return D()"):
        runner = Runner(sandbox, stage.toy().python, body.format(last))
        reply = runner.job([cases.base(stage.toy(), 1, 1)] * 3, LIMITS)
        (first, *rest) = read_reply(reply, 3)
        assert rest == [None, None]
        if first is None:  # so deep that the alarm itself finds no room to run: the job's own limit ends it
            assert reply.stopped is not None
            assert reply.cpu_seconds < LIMITS.cpu_seconds + 0.5
        else:
            assert first.stopped.limit == "wall"
            assert reply.cpu_seconds < 2 * CALL_SECONDS + 0.5


def test_a_reply_of_many_megabytes_is_cut_and_one_of_many_parts_is_not_read(sandbox):
    """The reply is written around the cell, by its descriptor, as the cell would frame it."""
    forge = (
        "def summarise(*given):\n    import os\n"
        "    body = b'{{\"load\": null, \"calls\": [' + b'{0},' * ({1} // len(b'{0},')) + b'null]}}'\n"
        "    view = memoryview(b'LLREPLY1' + len(body).to_bytes(8, 'little') + body)\n"
        "    while view:\n        view = view[os.write(4, view):]\n    os._exit(0)\n"
    )
    for size, word in ((60_000_000, "reply: 2 MiB"), (2_000_000, "parts")):
        began = time.perf_counter()
        finding = found(forge.format('["none"]', size), sandbox)["disagrees"]
        assert finding.evidence.limit == "output" and word in finding.evidence.detail
        assert time.perf_counter() - began < 30


def test_the_time_that_reading_takes_counts(monkeypatch):
    """A box whose jobs cost nothing, and a reply that takes long to read: it is not asked for ever."""
    jobs = []

    class Box:
        def run(self, cell, payload, *, limits):
            jobs.append(payload)
            return Reply(b"slow", "", "", None, 0.001, 0, 0.001)

    ticks = itertools.count(0, 2)  # each look at the clock is two seconds later
    monkeypatch.setattr(python_runs, "perf_counter", lambda: next(ticks))
    monkeypatch.setattr(python_runs, "read_reply", lambda reply, count: [Outcome(), *[None] * (count - 1)])
    made = Runner(Box(), stage.toy().python, "").run([cases.base(stage.toy(), 1, 1)] * 30)
    assert len(made) == 30 and len(jobs) < 10


def test_a_text_of_which_no_call_comes_back_is_not_tried_for_long():
    jobs = []

    class Box:
        def run(self, cell, payload, *, limits):
            jobs.append(payload)
            return Reply(None, "", "", Stop("output", "reply: 2 MiB"), 0.01, 0, 0.01)

    made = Runner(Box(), stage.toy().python, "").run([cases.base(stage.toy(), 1, 1)] * 200)
    assert {str(one.stopped) for one in made} == {"output: reply: 2 MiB"} and len(jobs) < 20


def test_a_thread_that_fails_by_an_error_is_no_look_outside(sandbox):
    line = (
        "import threading\n    thread = threading.Thread(target=lambda: 1 / 0)\n    thread.start()\n    thread.join()"
    )
    assert found(first_line(line), sandbox) == {}
