"""What did a job ask for that it may not have?

The kernel holds the line; this only finds out and names it, from the calls that are told. A path is read out of the
waiting job's memory, so another thread of the job could change it afterwards: good enough to tell, not to guard.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from liveloop.exam.sandbox import calls, syscalls
from liveloop.exam.sandbox.seccomp import Notice

_NAMES: Final = {number: name for name, number in syscalls.numbers(platform.machine()).items()}
_PATH_BYTES: Final = 1024
_WRITES: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
# What libraries and the C library look for in passing, there or not.
_PASSING: Final = (
    "/proc/self/", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/sys/devices/system/", "/sys/fs/cgroup",
    "/sys/kernel/mm/transparent_hugepage", "/etc/localtime", "/etc/timezone", "/etc/ld.so", "/usr/share/zoneinfo",
    "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo", "/usr/share/locale", "/usr/lib/locale", "/lib",
    "/usr/lib", "/usr/local/lib",
)  # fmt: skip
# Python looks for the lines of a traceback along the import path: of an attempt, and of what called it.
_SOURCES: Final = ("attempt.py", "cell_python.py", "tagged.py", "child.py", "zygote.py")
_SELF: Final = ("/proc/self/environ", "/proc/self/mem", "/proc/self/root", "/proc/self/fd", "/proc/self/task")


class _Piece(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Verdict:
    """What to write down about a told call (None: nothing), and the errno to answer with (0: carry it out)."""

    says: str | None
    code: int


@dataclass(frozen=True)
class Watch:
    """Judge the told calls of jobs whose view is `read`, of `package` only `pieces`, and who may write in `scratch`.

    `guards` makes a look outside end in EACCES: for the level that hides nothing.
    """

    read: Sequence[str]
    package: str
    pieces: Sequence[str]
    scratch: str
    guards: bool

    def judge(self, notice: Notice) -> Verdict:
        """Name what was asked for."""
        name = _NAMES.get(notice.number, f"call {notice.number}")
        if name not in calls.PATHS:
            return Verdict("fork" if name == "clone" else name, errno.EPERM)
        writes = name not in calls.FLAGS or bool(notice.arguments[calls.FLAGS[name]] & _WRITES)
        if name == "chdir":
            writes = False
        for argument in calls.PATHS[name]:
            path = read_path(notice.thread, notice.arguments[argument])
            if path is not None and self._is_outside(path, writes=writes):
                verb = "write" if writes else "open"
                verb = verb if name in calls.FLAGS else name.removesuffix("at")
                return Verdict(f"{verb} {self._shown(path)[:120]!r}", errno.EACCES if self.guards else 0)
        return Verdict(None, 0)

    def _is_outside(self, path: str, *, writes: bool) -> bool:
        if not set(path.split("/")) - {"..", "."} and not path.startswith("/"):
            return False  # a step up: where from is not known
        full = os.path.normpath(path if path.startswith("/") else f"{self.scratch}/{path}")
        if full.startswith("//"):
            full = full[1:]
        if _is_under(full, (self.scratch,)) or full in ("/dev/null",):
            return False
        if writes:
            return True
        if any(full.startswith(start) for start in _SELF):
            return True
        if _is_under(full, (self.package,)):
            return not (_is_under(full, self.pieces) or any(piece.startswith(full + "/") for piece in self.pieces))
        beside = os.path.dirname(self.package)  # noqa: PTH120 - the import path itself
        if full in (beside, *(f"{beside}/{source}" for source in _SOURCES)):
            return False
        return not (_is_under(full, self.read) or any(full.startswith(start) for start in _PASSING))

    def _shown(self, path: str) -> str:
        """Name a path without what only this machine's owner knows: where things are installed."""
        beside = os.path.dirname(self.package)  # noqa: PTH120
        places = ((self.package, "(liveloop)"), (beside, "(import path)"), (self.scratch, "(scratch)"))
        for place, name in (*places, *((place, "(libraries)") for place in self.read)):
            if _is_under(path, (place,)):
                return name + path[len(place) :]
        return path


def _is_under(full: str, folders: Sequence[str]) -> bool:
    return any(full == folder or full.startswith(folder + "/") for folder in folders)


def read_path(thread: int, address: int) -> str | None:
    """Read a path out of a waiting job's memory; None when it cannot be read or does not end.

    A read stops at the first page that is not there, so it goes page by page.
    """
    found = b""
    while len(found) < _PATH_BYTES:
        room = min(_PATH_BYTES - len(found), 4096 - (address + len(found)) % 4096)
        buffer = ctypes.create_string_buffer(room)
        ours = _Piece(ctypes.cast(buffer, ctypes.c_void_p), room)
        theirs = _Piece(address + len(found), room)
        got = _libc.process_vm_readv(thread, ctypes.byref(ours), 1, ctypes.byref(theirs), 1, 0)
        if got <= 0:
            return None
        found += buffer.raw[:got]
        if b"\0" in found:
            return os.fsdecode(found[: found.index(b"\0")])
    return os.fsdecode(found)
