"""Which files may a job touch, when the kernel's Landlock holds the line?"""

from __future__ import annotations

import ctypes
import fcntl
import os
import platform
import struct
from collections.abc import Iterable
from typing import Final

from liveloop.exam.sandbox import syscalls

READ: Final = 1 << 0 | 1 << 2 | 1 << 3  # execute (a library is mapped so), read a file, list a directory
READ_FILE: Final = 1 << 0 | 1 << 2
LIST: Final = 1 << 3
# Within its scratch: write, read, list, remove, make directories, files and symlinks, refer, truncate. No devices,
# sockets or pipes.
OWN: Final = 1 << 1 | READ_FILE | LIST | 1 << 4 | 1 << 5 | 1 << 7 | 1 << 8 | 1 << 12 | 1 << 13 | 1 << 14
_BY_ABI: Final = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
_SCOPES: Final = 3  # abstract UNIX sockets, signals (ABI 6)
_libc = ctypes.CDLL(None, use_errno=True)


def abi() -> int:
    """Give the version of Landlock that the kernel speaks; 0 when it has none."""
    number = syscalls.numbers(platform.machine()).get("landlock_create_ruleset")
    if number is None or platform.system() != "Linux":
        return 0
    return max(0, int(_libc.syscall(number, None, 0, 1)))


def hold(paths: Iterable[str], rights: int) -> list[tuple[int, int]]:
    """Open each path that exists, for `restrict`: pairs of a descriptor and the rights beneath it."""
    held = []
    for path in paths:
        try:
            found = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            continue
        held.append((fcntl.fcntl(found, fcntl.F_DUPFD_CLOEXEC, 100), rights))
        os.close(found)
    return held


def restrict(held: Iterable[tuple[int, int]], *, version: int) -> None:  # pragma: no cover - runs in the job
    """Leave this process (one thread, no new privileges) only what is held, for good."""
    number = syscalls.numbers(platform.machine())
    handled = _BY_ABI[min(version, 5)]
    attributes = struct.pack("=QQQ", handled, 3 if version >= 4 else 0, _SCOPES if version >= 6 else 0)
    size = 8 if version < 4 else 16 if version < 6 else 24
    ruleset = _call(number["landlock_create_ruleset"], attributes, ctypes.c_size_t(size), 0)
    for descriptor, rights in held:
        allowed = rights & handled
        if not _is_directory(descriptor):
            allowed &= ~(LIST | OWN) | READ_FILE | 1 << 1 | 1 << 14
        if allowed:
            rule = struct.pack("=Qi", allowed, descriptor)
            _call(number["landlock_add_rule"], ruleset, 1, rule, 0)
    _call(number["landlock_restrict_self"], ruleset, 0)
    os.close(ruleset)


def _is_directory(descriptor: int) -> bool:  # pragma: no cover - runs in the job
    return os.fstat(descriptor).st_mode & 0o170000 == 0o040000


def _call(number: int, *arguments: object) -> int:  # pragma: no cover - runs in the job
    given = int(_libc.syscall(number, *arguments))
    if given < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"Landlock: {os.strerror(code)}")
    return given
