"""Is what a job asked for named, and is ordinary work left alone?"""

from __future__ import annotations

import ctypes
import os
import platform

import pytest

from liveloop.exam.sandbox import watch
from liveloop.exam.sandbox.seccomp import Notice
from liveloop.exam.sandbox.syscalls import numbers

pytestmark = pytest.mark.skipif(not numbers(platform.machine()), reason="the watch needs Linux's calls")
NUMBERS = numbers(platform.machine())
WATCH = watch.Watch(
    read=("/opt/python/lib", "/opt/site"),
    package="/opt/site/liveloop",
    pieces=("/opt/site/liveloop/base", "/opt/site/liveloop/exam/sandbox"),
    scratch="/scratch/0",
    guards=False,
)


def judge(name, path, flags=os.O_RDONLY, by=WATCH):
    held = ctypes.create_string_buffer(path.encode())
    arguments = [0] * 6
    places = {"openat": 1, "mkdirat": 1, "linkat": 1, "symlinkat": 0, "renameat2": 1, "chdir": 0}
    arguments[places[name]] = ctypes.addressof(held)
    if name == "openat":
        arguments[2] = flags
    return by.judge(Notice(1, os.getpid(), NUMBERS[name], tuple(arguments)))


@pytest.mark.parametrize(
    "path",
    [
        "/opt/python/lib/os.py", "/opt/site/numpy/x.so", "/opt/site", "/opt/site/liveloop/base/errors.py",
        "/opt/site/liveloop", "/opt/site/liveloop/exam", "mine.csv", "a/b", "../0/x", "..", "../..", "/scratch/0/x",
        "/proc/self/maps", "/sys/fs/cgroup/memory.max", "/usr/share/zoneinfo/UTC", "/dev/null", "/lib/x.so",
        "/opt/site/attempt.py",
    ],
)  # fmt: skip
def test_ordinary_paths_are_left_alone(path):
    assert judge("openat", path) == watch.Verdict(None, 0)


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd", "/root", "/", "//etc/passwd", "/opt/site/../../etc/passwd", "../../etc/passwd", "../1/x",
        "/proc/1/environ", "/proc/self/environ", "/proc/self/mem", "/opt/sitename", "/scratch/01",
    ],
)  # fmt: skip
def test_a_look_outside_is_told(path):
    assert judge("openat", path) == watch.Verdict(f"open {path.replace('/opt/site/', '(import path)/')!r}", 0)


AWAY = watch.Watch(
    ("/home/ada/site",), "/home/ada/src/liveloop", ("/home/ada/src/liveloop/base",), "/scratch/0", guards=False
)


def test_the_lines_of_a_traceback_are_no_look_outside():
    """Python itself looks for them along the import path when an error ends a thread or a `__del__`."""
    assert judge("openat", "/home/ada/src/attempt.py", by=AWAY).says is None
    assert judge("openat", "/home/ada/src/attempt.py", os.O_WRONLY, by=AWAY).says == "write '(import path)/attempt.py'"
    assert judge("openat", "/home/ada/src/another.py", by=AWAY).says == "open '(import path)/another.py'"


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/home/ada/src/liveloop/_drills/sql/x/reference.sql", "(liveloop)/_drills/sql/x/reference.sql"),
        ("/home/ada/src/liveloop/worlds/truth.py", "(liveloop)/worlds/truth.py"),
        ("/home/ada/site/../notes", "(libraries)/../notes"),
    ],
)
def test_where_things_are_installed_is_not_told(path, shown):
    assert judge("openat", path, by=AWAY).says == f"open {shown!r}"


@pytest.mark.parametrize("path", ["/opt/site/numpy/x.py", "/dev/shm/x", "/tmp/x", "/proc/self/oom_score_adj"])
def test_a_write_outside_the_scratch_is_told(path):
    shown = path.replace("/opt/site/", "(import path)/")
    assert judge("openat", path, os.O_WRONLY | os.O_CREAT) == watch.Verdict(f"write {shown!r}", 0)
    assert judge("mkdirat", path).says == f"mkdir {shown!r}"
    assert judge("renameat2", path).says == f"renameat2 {shown!r}"


def test_a_link_out_is_told_and_a_step_back_in_is_not():
    assert judge("symlinkat", "/etc/passwd").says == "symlink '/etc/passwd'"
    assert judge("chdir", "/scratch/0/a").says is None
    assert judge("chdir", "/home").says == "chdir '/home'"


def test_a_guard_refuses_what_it_tells():
    guard = watch.Watch(**{**WATCH.__dict__, "guards": True})
    assert judge("openat", "/etc/passwd", by=guard).code != 0
    assert judge("openat", "mine", by=guard).code == 0


def test_other_calls_are_refused_by_name():
    for name, says in (("ptrace", "ptrace"), ("clone", "fork"), ("bpf", "bpf")):
        verdict = WATCH.judge(Notice(1, os.getpid(), NUMBERS[name], (0,) * 6))
        assert (verdict.says, verdict.code != 0) == (says, True)
    assert WATCH.judge(Notice(1, os.getpid(), 99_999, (0,) * 6)).says == "call 99999"


def test_a_path_that_cannot_be_read_is_left_to_the_kernel():
    assert watch.read_path(os.getpid(), 0) is None
    assert WATCH.judge(Notice(1, os.getpid(), NUMBERS["openat"], (0,) * 6)) == watch.Verdict(None, 0)


def test_a_path_without_an_end_is_cut():
    held = ctypes.create_string_buffer(b"x" * 5000)
    assert len(watch.read_path(os.getpid(), ctypes.addressof(held))) == 1024
