"""Do the app and the zygote understand each other, and does nobody believe a forged frame?"""

from __future__ import annotations

import json
import os
import platform
import socket
import subprocess
import sys

import pytest

from liveloop.exam.sandbox import job, landlock, seccomp, start, warm, wire
from liveloop.exam.sandbox.limits import Limits, Stop


@pytest.fixture
def ends():
    ours, theirs = socket.socketpair()
    yield ours, theirs
    ours.close()
    theirs.close()


def test_an_order_arrives_with_its_descriptors(ends):
    ours, theirs = ends
    reading, writing = os.pipe()
    order = wire.Order("plain", 1.5, 2.5, 3)
    wire.send_order(ours, order, [writing])
    got, descriptors = wire.receive_order(theirs)
    assert got == order
    os.write(descriptors[0], b"x")
    assert os.read(reading, 1) == b"x"
    for descriptor in (reading, writing, *descriptors):
        os.close(descriptor)


def test_an_app_that_is_gone_is_noticed(ends):
    ours, theirs = ends
    ours.sendall(b"\x00")
    ours.close()
    with pytest.raises(ConnectionError, match="in the middle of an order"):
        wire.receive_order(theirs)
    assert wire.receive_order(theirs) is None


def test_a_word_to_nobody_is_no_error(ends):
    ours, theirs = ends
    wire.say(ours, started=True)
    assert json.loads(theirs.recv(100)) == {"started": True}
    theirs.close()
    wire.say(ours, started=True)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"short",
        wire.frame(b"six")[:-1],
        wire.frame(b"six") + b"x",
        b"x" + wire.frame(b"six"),
        wire.REPLY_HEAD.pack(wire.MAGIC, 1 << 62) + b"x",
        wire.REPLY_HEAD.pack(b"WRONGONE", 1) + b"x",
    ],
)
def test_what_is_not_one_whole_frame_is_no_reply(raw):
    assert wire.unframe(raw) is None


def word(status=0, killed=None, refused=(), stderr=b"", reply=b"", **use):
    streams = {name: job.Stream(name, 1 << 20) for name in ("reply", "stdout", "stderr")}
    streams["stderr"].take(stderr)
    streams["reply"].take(reply)
    ended = wire.Ended(status, 0.1, use.get("cpu", 0.0), 0, killed, refused)
    return job._word(ended, streams, Limits(cpu_seconds=2)).stopped


@pytest.mark.parametrize(
    ("given", "stopped"),
    [
        ({"reply": wire.frame(b"x")}, None),
        ({"status": 24}, Stop("cpu", "2 s")),
        ({"status": 9, "cpu": 2.1}, Stop("cpu", "2 s")),
        ({"status": 9}, Stop("signal", "SIGKILL")),
        ({"status": 40}, Stop("signal", "40")),
        ({"status": 6, "stderr": b"memory allocation of 99 bytes failed"}, Stop("memory", "512 MiB")),
        ({"status": wire.OUT_OF_MEMORY << 8}, Stop("memory", "512 MiB")),
        ({"status": wire.CELL_RAISED << 8}, Stop("crashed", "the cell raised")),
        ({"status": 9, "killed": "refused", "refused": ("socket",)}, Stop("refused", "socket")),
        ({"refused": ("fork", "socket"), "reply": wire.frame(b"x")}, Stop("refused", "fork, socket")),
        ({"refused": ("fork", "execve"), "reply": wire.frame(b"x")}, Stop("processes", "fork, execve")),
        ({"status": 11, "refused": ("bpf",)}, Stop("signal", "SIGSEGV; refused: bpf")),
        ({"status": 9, "killed": "scratch"}, Stop("output", "files: 64 MiB")),
    ],
)
def test_how_a_job_ended_is_put_in_a_word(given, stopped):
    assert word(**given) == stopped


def test_what_is_warm_can_be_loaded_and_measured():
    assert warm.import_libraries() == {}
    cells, failed = warm.load_cells()
    assert {"plain", "python", "sql"} <= cells.keys() | failed.keys()
    measured = warm.measure_data()
    assert measured is None if platform.system() != "Linux" else measured > 1 << 20


def test_a_missing_library_and_a_broken_cell_are_named(monkeypatch):
    monkeypatch.setattr(warm, "PRELOAD", ("json", "no_such_library"))
    assert warm.import_libraries().keys() == {"no_such_library"}

    def fail(name):
        raise SyntaxError(f"broken {name}")

    monkeypatch.setattr(warm.importlib, "import_module", fail)
    cells, failed = warm.load_cells()
    assert cells == {}
    assert "broken liveloop.exam.sandbox.cell_plain" in failed["plain"]


def test_elsewhere_memory_is_not_measured(monkeypatch):
    monkeypatch.setattr(warm.platform, "system", lambda: "Darwin")
    assert warm.measure_data() is None


def test_paths_that_are_not_there_are_not_held(tmp_path):
    held = landlock.hold([str(tmp_path), str(tmp_path / "none")], landlock.READ)
    assert len(held) == 1
    assert held[0][0] >= 100
    os.close(held[0][0])


def test_the_filter_is_made_for_one_job():
    program = seccomp.build("x86_64", handover=5, told=False)
    assert seccomp.own(program, 4242).count((4242).to_bytes(4, "little")) == 4  # kill, tgkill, queue, prlimit64


def test_a_zygote_that_does_not_end_is_killed(tmp_path):
    ours, theirs = socket.socketpair()
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    log = (tmp_path / "log").open("w+b")
    zygote = start.Zygote(process, ours, str(tmp_path), log)
    assert zygote.last_words() == "it said nothing"
    zygote.end()
    assert process.returncode == -9
    assert zygote.last_words() == "its log is closed"
    assert not tmp_path.exists()
    process.stdin.close()
    theirs.close()
