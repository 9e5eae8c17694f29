"""Is the level chosen that the machine has, and is foreign code refused below the one asked for?"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from liveloop.base.errors import BadInput
from liveloop.exam.sandbox import Doctor, LevelState, Sandbox, doctor, landlock, levels, seccomp, start, view


@pytest.fixture
def machine(monkeypatch):
    """Pretend that only some levels work."""

    def pretend(*working):
        states = tuple(LevelState(level, level in working, f"{level} was tried") for level in levels.LEVELS)
        monkeypatch.setattr(levels, "doctor", lambda: Doctor(states, {}))

    return pretend


@pytest.mark.parametrize(
    ("working", "best"),
    [
        (("bwrap", "landlock", "process"), "bwrap"),
        (("landlock", "process"), "landlock"),
        (("process",), "process"),
    ],
)
def test_the_best_level_that_works_is_taken(machine, working, best):
    machine(*working)
    assert Sandbox().level == best


def test_a_level_that_does_not_work_is_refused_with_the_reason(machine):
    machine("process")
    with pytest.raises(BadInput, match=r"cannot run foreign code at level 'bwrap': bwrap was tried.*process"):
        _ = Sandbox("bwrap").level


def test_foreign_code_is_refused_below_the_minimum(machine):
    machine("process")
    sandbox = Sandbox(minimum="landlock")
    with pytest.raises(BadInput, match=r"'landlock' is asked for, and only 'process' is given here"):
        sandbox.run("plain", b"result = 1")
    sandbox.close()


def test_a_level_below_the_minimum_is_refused_even_when_asked_for(machine):
    machine("bwrap", "landlock", "process")
    with pytest.raises(BadInput, match=r"sandbox.minimum.*Allowed: bwrap\."):
        _ = Sandbox("process", minimum="bwrap").level


@pytest.mark.parametrize("asked", [{"level": "vm"}, {"minimum": "none"}])
def test_an_unknown_level_is_refused(asked):
    with pytest.raises(BadInput, match=r"there is no level.*bwrap, landlock, process"):
        _ = Sandbox(**asked).level


def test_the_doctor_says_what_was_found():
    found = doctor()
    assert found.best == next(state.level for state in found.levels if state.works)
    assert all(state.why for state in found.levels)
    assert {"kernel", "user", "user namespaces", "Landlock", "seccomp", "bwrap"} <= found.facts.keys()


def test_a_bwrap_that_fails_is_passed_over_with_its_words(monkeypatch, tmp_path):
    broken = tmp_path / "bwrap"
    broken.write_text("#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n")
    broken.chmod(0o755)
    silent = tmp_path / "silent"
    silent.write_text("#!/bin/sh\nexit 3\n")
    silent.chmod(0o755)
    monkeypatch.setattr(levels, "_candidates", lambda: [str(broken), str(silent), str(tmp_path / "none")])
    monkeypatch.setattr(levels.platform, "system", lambda: "Linux")
    path, tried = levels.find_bwrap.__wrapped__()
    assert path is None
    assert "Permission denied" in tried[0]
    assert "exit code 3" in tried[1]
    assert "No such file" in tried[2]


def test_without_any_bwrap_or_linux_the_reason_is_said(monkeypatch):
    monkeypatch.setattr(levels, "_candidates", list)
    assert levels.find_bwrap.__wrapped__() == (None, ("no bwrap is installed",))
    monkeypatch.setattr(levels.platform, "system", lambda: "Darwin")
    assert "needs Linux" in levels.find_bwrap.__wrapped__()[1][0]


def test_on_another_system_only_limits_are_left(monkeypatch):
    for module in (levels, landlock, seccomp):
        monkeypatch.setattr(module.platform, "system", lambda: "Darwin")
    monkeypatch.setattr(levels, "find_bwrap", lambda: (None, ("bubblewrap needs Linux",)))
    assert [state.works for state in doctor().levels] == [False, False, True]


def test_a_wrapper_without_a_filter_does_not_count(monkeypatch):
    monkeypatch.setattr(seccomp, "available", lambda: (False, "no filter here"))
    monkeypatch.setattr(levels, "find_bwrap", lambda: ("/usr/bin/bwrap", ()))
    assert [state.works for state in doctor().levels] == [False, False, True]


def test_an_old_kernel_is_found_out(monkeypatch):
    monkeypatch.setattr(seccomp, "_libc", type("Libc", (), {"syscall": staticmethod(lambda *_: -1)}))
    assert seccomp.available() == (False, "the kernel cannot tell of refused calls (Linux 5.0 can)")
    monkeypatch.setattr(seccomp, "_libc", type("Libc", (), {"syscall": staticmethod(lambda *_: 0)}))
    assert "0 bytes" in seccomp.available()[1]


def test_the_view_holds_no_drill_no_world_and_no_home():
    seen = view.look()
    shown = {*seen.read, *seen.pieces(), *view.SYSTEM}
    hidden = [view.PACKAGE / "worlds", view.PACKAGE / "coach", view.PACKAGE / "_drills", Path.home()]
    for path in shown:
        for secret in hidden:
            assert not secret.is_relative_to(path), f"{path} shows {secret}"
            assert not Path(path).is_relative_to(secret) or secret == Path.home()


def test_an_installed_package_is_covered_and_its_pieces_shown(tmp_path):
    site = tmp_path / "site-packages"
    package = site / "liveloop"
    (package / "_drills").mkdir(parents=True)
    (site / "numpy").mkdir()
    seen = view.View(sys.executable, (str(site),), (str(site),), str(package))
    words = view.wrap(seen, scratches=1, scratch_bytes=1)
    covered = words.index(str(package))
    assert words[covered - 1] == "--tmpfs"
    assert covered > words.index(str(site))
    assert all(words.index(piece) > covered for piece in seen.pieces())
    lists = start._lists("landlock", seen)
    assert str(site / "numpy") in lists["read"]
    assert not {str(site), str(package), str(package / "_drills")} & set(lists["read"])


def test_a_zygote_that_cannot_start_says_why(monkeypatch):
    monkeypatch.setattr(start, "_CODE", "raise SystemExit('no libraries here')")
    with Sandbox("process") as sandbox, pytest.raises(RuntimeError, match="did not start: no libraries here"):
        sandbox.run("plain", b"")


def test_a_virtual_environment_behind_links_works(tmp_path):
    """The interpreter's real prefix is bound, wherever the environment's links point."""
    if not doctor().state("bwrap").works:
        pytest.skip("no bwrap here")
    linked = tmp_path / "python"
    linked.symlink_to(os.path.realpath(sys.executable))
    sites = [path for path in sys.path if path.endswith("site-packages")]
    text = f"""
import sys
sys.path += {[*sites, str(view.PACKAGE.parent)]!r}
from liveloop.exam.sandbox import Sandbox
with Sandbox("bwrap", slots=1) as sandbox:
    print(sandbox.run("plain", b"import pandas; result = 42").payload)
"""
    ended = subprocess.run([linked, "-S", "-c", text], capture_output=True, check=True, cwd=tmp_path)
    assert ended.stdout == b"b'42'\n"


def test_the_tables_of_calls_hold_what_the_filter_names():
    from liveloop.exam.sandbox import calls, syscalls

    both = syscalls.numbers("x86_64").keys() | syscalls.numbers("aarch64").keys()
    quiet = {name for names in calls.QUIET.values() for name in names}
    named = calls.ALLOWED | quiet | calls.BY_ARGUMENT | calls.PATHS.keys() | calls.NEW_PROCESS
    assert named <= both
    assert not calls.ALLOWED & (quiet | calls.BY_ARGUMENT | calls.PATHS.keys() | calls.NEW_PROCESS - {"clone"})
    for machine in syscalls.ARCHITECTURES:
        program = seccomp.build(machine, handover=5, told=True)
        assert len(program) % 8 == 0
        assert len(program) // 8 <= 4096
    assert platform.machine() not in syscalls.ARCHITECTURES or syscalls.numbers(platform.machine())["read"] >= 0
