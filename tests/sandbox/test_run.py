"""Does a job come back with what it gave, or with the limit that it met?"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from liveloop.base.errors import BadInput
from liveloop.exam.sandbox import Limits, Sandbox, Stop, doctor

WORKING = [state.level for state in doctor().levels if state.works]
FAST = Limits(wall_seconds=30, cpu_seconds=30)


@pytest.fixture(scope="module", params=["bwrap", "landlock", "process"])
def sandbox(request):
    if request.param not in WORKING:
        pytest.skip(doctor().state(request.param).why)
    with Sandbox(request.param, slots=2) as sandbox:
        yield sandbox


def run(sandbox, text, **limits):
    return sandbox.run("plain", text.encode(), limits=Limits(**{"wall_seconds": 30, "cpu_seconds": 30, **limits}))


def wait_for_job(sandbox):
    """Return once a job is locked in, which ends with its priority: the last process of the zygote's is nice."""
    pid = sandbox._state.wait().process.pid
    while not any(niceness(one) >= 10 for one in descendants(pid)):
        time.sleep(0.01)


def niceness(pid):
    try:
        return int(Path("/proc", str(pid), "stat").read_text().rsplit(")", 1)[1].split()[16])
    except OSError:
        return 0


def test_a_job_gives_back_its_value_and_what_it_printed(sandbox):
    reply = run(sandbox, "import sys\nprint('out')\nprint('err', file=sys.stderr)\nresult = 6 * 7")
    assert (reply.payload, reply.stdout, reply.stderr, reply.stopped) == (b"42", "out\n", "err\n", None)
    assert reply.seconds > 0
    assert reply.peak_bytes >= 0


def test_every_library_works_after_the_fork(sandbox):
    text = """
import duckdb, numpy as np, pandas as pd, polars as pl, pyarrow as pa, scipy.stats, sqlglot
frame = pd.DataFrame({"key": ["a", "b", "a"], "value": [1.0, 2.0, 4.0]})
table = pa.table({"when": pa.array([0], pa.timestamp("us", "Europe/Vienna"))})
result = [
    frame.groupby("key").value.mean().tolist(),
    pl.from_pandas(frame).lazy().group_by("key").agg(pl.col("value").sum()).sort("key").collect().rows(),
    pl.DataFrame({"a": range(100_000)}).with_columns(pl.col("a").rolling_mean(7)).height,
    duckdb.connect().execute("select sum(value) from frame").fetchone()[0],
    round(scipy.stats.norm.ppf(0.975), 2),
    round(float(np.linalg.inv(np.eye(200) * 2).sum())),
    table.to_pandas().when[0].isoformat(),
    pd.Timestamp("2026-03-29 01:30", tz="UTC").tz_convert("Europe/Vienna").hour,
    sqlglot.parse_one("select 1").sql(),
]
"""
    reply = run(sandbox, text)
    assert reply.stopped is None, reply
    assert reply.payload == (
        b"[[2.5, 2.0], [('a', 5.0), ('b', 2.0)], 100000, 7.0, np.float64(1.96), 100, "
        b"'1970-01-01T01:00:00+01:00', 3, 'SELECT 1']"
    )


@pytest.mark.parametrize(
    ("text", "limits", "stopped"),
    [
        ("while True: pass", {"wall_seconds": 0.3}, Stop("wall", "0.3 s")),
        ("while True: pass", {"cpu_seconds": 0.5}, Stop("cpu", "0.5 s")),
        ("bytearray(1 << 40)", {"memory_bytes": 1 << 28}, Stop("memory", "256 MiB")),
        ("print('x' * 5000)", {"output_bytes": 4096}, Stop("output", "stdout: 4096 bytes")),
        ("result = 'x' * 5000", {"reply_bytes": 4096}, Stop("output", "reply: 4112 bytes")),
        ("import os; os.abort()", {}, Stop("signal", "SIGABRT")),
        ("import os; os._exit(3)", {}, Stop("crashed", "left with exit code 3")),
        ("import os; os._exit(0)", {}, Stop("crashed", "left without a reply")),
        ("import os; os.write(4, b'x'); os._exit(0)", {}, Stop("refused", "a reply that is not the cell's")),
        ("import sys; sys.exit('so')", {}, Stop("crashed", "SystemExit: so")),
        ("1 / 0", {}, Stop("crashed", "ZeroDivisionError: division by zero")),
        ("import os; os.fork()", {}, Stop("processes", "fork")),
        ("import socket; socket.socket()", {}, Stop("refused", "socket")),
        ("open('/etc/shadow')", {}, Stop("refused", "open '/etc/shadow'")),
    ],
)
def test_a_limit_that_is_met_is_named(sandbox, text, limits, stopped):
    assert run(sandbox, text, **limits).stopped == stopped


def test_a_refusal_that_is_swallowed_is_told_and_the_value_still_comes(sandbox):
    reply = run(sandbox, "import os\ntry:\n    os.kill(1, 9)\nexcept OSError:\n    result = 'so what'")
    assert (reply.payload, reply.stopped) == (b"'so what'", Stop("refused", "kill"))


def test_a_limit_names_the_refusals_before_it(sandbox):
    text = "import os\ntry:\n    os.setuid(0)\nexcept OSError:\n    pass\nwhile True: pass"
    assert run(sandbox, text, wall_seconds=0.3).stopped == Stop("wall", "0.3 s; refused: setuid")


def test_ordinary_work_is_not_told(sandbox):
    text = """
import os, tempfile, pathlib, traceback, zoneinfo, locale, warnings, logging, uuid, platform, decimal, pandas as pd
pathlib.Path("deep/er").mkdir(parents=True)
with tempfile.TemporaryDirectory() as folder:
    path = pathlib.Path(folder, "x.csv")
    pd.DataFrame({"a": [1]}).to_csv(path)
    pd.read_csv(path)
    path.rename(path.with_suffix(".old"))
    pd.DataFrame({"a": [1]}).to_parquet(folder + "/x.parquet")
os.chdir("deep"); os.listdir(".."); os.chdir("..")
try:
    1 / 0
except ZeroDivisionError:
    traceback.format_exc()
zoneinfo.ZoneInfo("Asia/Tokyo"); locale.getlocale(); uuid.uuid4(); logging.getLogger("x").warning("y")
pd.Timestamp("2026-01-01", tz="America/New_York"); open("/dev/null", "w").write("x"); os.urandom(3)
import statistics, sqlite3, scipy.optimize, scipy.signal, concurrent.futures, threading
list(concurrent.futures.ThreadPoolExecutor(2).map(abs, [1, 2]))
sqlite3.connect("mine.db").execute("create table t (a)")
print(pd.DataFrame({"a": [1.5]}).describe())
"""
    reply = run(sandbox, text)
    assert reply.stopped is None, (reply.stopped, reply.stderr[-500:])


def test_a_scratch_has_a_size(sandbox):
    text = "for n in range(40):\n    open(str(n), 'wb').write(b'x' * (30 << 20))\nimport time; time.sleep(20)"
    reply = run(sandbox, text)
    if sandbox.level == "bwrap":
        assert reply.stopped == Stop("crashed", "OSError: [Errno 28] No space left on device")
    else:
        assert reply.stopped == Stop("output", "files: 64 MiB")
    assert run(sandbox, "import os; result = os.listdir('.')").payload == b"[]"


def test_one_job_leaves_nothing_for_the_next(sandbox):
    run(sandbox, "import os, numpy\nnumpy.sum = None\nos.environ['X'] = '1'\nos.makedirs('a/b')\nopen('a/b/c', 'w')")
    after = "import os, numpy\nresult = os.listdir('.'), numpy.sum is None, 'X' in os.environ"
    assert {run(sandbox, after).payload for _ in range(4)} == {b"([], False, False)"}


def test_the_environment_is_not_there(sandbox, monkeypatch):
    monkeypatch.setenv("LIVELOOP_SECRET", "x")
    reply = run(sandbox, "import os\nresult = sorted(os.environ)")
    assert b"SECRET" not in reply.payload
    assert b"PATH" in reply.payload


def test_many_threads_get_their_own_replies(sandbox):
    def ask(number):
        return run(sandbox, f"import time; time.sleep(0.01); print({number}); result = {number}")

    with ThreadPoolExecutor(12) as pool:
        replies = list(pool.map(ask, range(48)))
    assert [reply.payload for reply in replies] == [str(number).encode() for number in range(48)]
    assert [reply.stdout for reply in replies] == [f"{number}\n" for number in range(48)]


def test_a_large_payload_and_a_large_reply_pass(sandbox):
    payload = b"result = len('" + b"x" * (20 << 20) + b"')"
    assert sandbox.run("plain", payload, limits=FAST).payload == str(20 << 20).encode()
    assert len(run(sandbox, f"result = 'x' * {20 << 20}").payload) == (20 << 20) + 2


def test_a_job_runs_at_a_low_priority(sandbox):
    assert int(run(sandbox, "import os; result = os.getpriority(os.PRIO_PROCESS, 0)").payload) >= 10


def test_a_zygote_that_dies_is_started_again_and_the_job_is_told(sandbox):
    zygote = sandbox._state.wait()
    waiting = threading.Thread(target=lambda: replies.append(run(sandbox, "import time; time.sleep(20)")))
    replies = []
    waiting.start()
    wait_for_job(sandbox)
    os.killpg(zygote.process.pid, signal.SIGKILL)
    waiting.join()
    assert replies[0].stopped.limit == "crashed"
    assert "went away" in replies[0].stopped.detail
    assert run(sandbox, "result = 1").payload == b"1"
    assert sandbox._state.wait() is not zygote


def test_a_job_that_had_not_begun_is_tried_again(sandbox):
    zygote = sandbox._state.wait()
    group = {zygote.process.pid} | descendants(zygote.process.pid)
    os.killpg(zygote.process.pid, signal.SIGKILL)
    zygote.process.wait()
    while any(is_alive(pid) for pid in group):
        time.sleep(0.01)
    assert run(sandbox, "result = 1").payload == b"1"


def test_an_unknown_cell_is_bad_input(sandbox):
    with pytest.raises(BadInput, match=r"there is no cell 'no such'.*plain.*sql"):
        sandbox.run("no such", b"")


def test_a_cell_that_cannot_be_imported_is_bad_input(sandbox):
    zygote = sandbox._state.wait()
    zygote.failed["broken"] = "SyntaxError: x"
    with pytest.raises(BadInput, match="'broken' cannot be imported: SyntaxError: x"):
        sandbox.run("broken", b"")


def test_starting_does_not_wait():
    began = time.monotonic()
    sandbox = Sandbox()
    sandbox.start()
    sandbox.start()
    took = time.monotonic() - began
    sandbox.close()
    sandbox.close()
    assert took < 0.2
    with pytest.raises(BadInput, match="closed"):
        sandbox.run("plain", b"")


def test_closing_ends_a_job_that_runs():
    sandbox = Sandbox(slots=1)
    sandbox.start()
    replies = []

    def ask():
        replies.append(run(sandbox, "import time; time.sleep(25)"))

    waiting = threading.Thread(target=ask)
    waiting.start()
    wait_for_job(sandbox)
    sandbox.close()
    waiting.join(20)
    assert not waiting.is_alive()
    assert replies[0].stopped.limit == "crashed"


@pytest.mark.parametrize("level", ["bwrap", "landlock", "process"])
def test_everything_dies_with_the_app(level, tmp_path):
    if level not in WORKING:
        pytest.skip(doctor().state(level).why)
    text = """
import sys, threading, os
from liveloop.exam.sandbox import Limits, Sandbox
sandbox = Sandbox(sys.argv[1], slots=1)
sandbox.start()
print(sandbox._state.wait().process.pid, flush=True)
sandbox.run("plain", b"import time; time.sleep(60)", limits=Limits(wall_seconds=60, cpu_seconds=60))
"""
    app = subprocess.Popen([sys.executable, "-c", text, level], stdout=subprocess.PIPE, cwd=tmp_path)
    zygote = int(app.stdout.readline())
    while len(group := {zygote} | descendants(zygote)) < (4 if level == "bwrap" else 2):
        time.sleep(0.02)
    app.kill()
    app.communicate()
    for _ in range(200):
        left = {pid for pid in group if is_alive(pid)}
        if not left:
            return
        time.sleep(0.05)
    pytest.fail(f"still there: {left}")


def descendants(pid: int) -> set[int]:
    found = set()
    for path in Path("/proc", str(pid), "task").glob("*/children"):
        try:
            for child in map(int, path.read_text().split()):
                found |= {child} | descendants(child)
        except OSError:
            continue
    return found


def is_alive(pid: int) -> bool:
    try:
        return Path("/proc", str(pid), "stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_a_sandbox_may_be_started_by_a_thread_that_ends():
    sandbox = Sandbox(slots=1)
    starter = threading.Thread(target=sandbox.start)
    starter.start()
    starter.join()
    zygote = sandbox._state.wait()
    assert run(sandbox, "result = 1").payload == b"1"
    assert sandbox._state.wait() is zygote
    sandbox.close()


@pytest.mark.parametrize(
    "limits", [{"wall_seconds": 0}, {"cpu_seconds": -1}, {"memory_bytes": None}, {"output_bytes": True}]
)
def test_limits_that_are_none_are_refused(limits):
    with pytest.raises(BadInput, match="is not a limit"):
        Limits(**limits)
