"""How does a forked job lock itself in before foreign code runs?

Everything up to `main(payload)` is ours; from there on nothing in this process can be believed. What holds then is
held by the kernel: the mounts or Landlock, the filter, the resource limits.
"""

from __future__ import annotations

import ctypes
import gc
import math
import os
import platform
import resource
import signal
import socket
import sys
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import dataclass

from liveloop.exam.sandbox import landlock, seccomp, syscalls, wire

PAYLOAD, REPLY, HANDOVER, FIRST_FREE = 3, 4, 5, 6
ADDRESS_SPACE = 16 << 30  # a backstop: jemalloc reserves far more than it uses
_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)
_ways_out: list[tuple[Callable[[int, bytes | memoryview], int], Callable[[int], None]]] = []  # empty but in a job


@dataclass(frozen=True)
class Confinement:
    """What the zygote knows of the cage when it forks: what differs by level and by machine."""

    scratch: str
    program: bytes  # the filter, with a placeholder for the job's own process id; empty where there is none
    told: bool
    landlock_version: int
    held: tuple[tuple[int, int], ...]
    data_bytes: int | None  # what the warm interpreter holds already, None where it cannot be limited
    file_bytes: int
    threads: int | None  # None where the limit would count the user's other processes too
    zygote: int
    highest: int  # above every descriptor that the zygote can have open


def become_job(
    order: wire.Order, main: Callable[[bytes], bytes], cage: Confinement, descriptors: list[int]
) -> None:  # pragma: no cover - runs in the job
    """Turn this fresh fork into a job; never returns.

    `descriptors` are payload, reply, stdout, stderr and the handover socket.
    """
    write, leave = os.write, os._exit  # foreign code may replace them; it cannot reach these names by theirs
    try:
        _arrange(descriptors)
        _die_with_zygote(cage.zygote)
        payload = _read_all(PAYLOAD)
        os.close(PAYLOAD)
        _settle(cage)
        _drop_capabilities()
        _confine(cage)
        os.closerange(FIRST_FREE, cage.highest)
        _limit(order, cage)
        os.nice(10)
        _filter(cage)
    except BaseException:  # noqa: BLE001 - a job that is not locked in must not run
        write(2, traceback.format_exc().encode())
        leave(wire.CELL_RAISED)
    _ways_out.append((write, leave))
    try:
        leave(_answer(main, payload, write))
    finally:
        leave(wire.CELL_RAISED)


def _arrange(descriptors: list[int]) -> None:  # pragma: no cover - runs in the job
    """Give the descriptors their places."""
    import fcntl  # noqa: PLC0415 - not on every platform that imports this file

    payload, reply, out, err, handover = [fcntl.fcntl(fd, fcntl.F_DUPFD, 64) for fd in descriptors]
    for fd, place in ((out, 1), (err, 2), (payload, PAYLOAD), (reply, REPLY), (handover, HANDOVER)):
        os.dup2(fd, place, inheritable=True)
    os.dup2(os.open("/dev/null", os.O_RDONLY), 0)


def _die_with_zygote(zygote: int) -> None:  # pragma: no cover - runs in the job
    os.setsid()
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGINT, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    if platform.system() == "Linux":
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != zygote:
        raise ProcessLookupError("the zygote is gone already")


def _settle(cage: Confinement) -> None:  # pragma: no cover - runs in the job
    os.chdir(cage.scratch)
    os.environ.update(HOME=cage.scratch, TMPDIR=cage.scratch)
    tempfile.tempdir = cage.scratch
    os.umask(0o077)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8", errors="replace", buffering=1, closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", errors="replace", buffering=1, closefd=False)  # noqa: SIM115
    gc.enable()


def _limit(order: wire.Order, cage: Confinement) -> None:  # pragma: no cover - runs in the job
    cpu = math.ceil(order.cpu_seconds)
    wanted = [
        (resource.RLIMIT_CPU, cpu, cpu + 1),
        (resource.RLIMIT_FSIZE, cage.file_bytes, cage.file_bytes),
        (resource.RLIMIT_NOFILE, 64, 64),
        (resource.RLIMIT_CORE, 0, 0),
    ]
    if cage.data_bytes is not None:
        data = cage.data_bytes + order.memory_bytes
        space = max(ADDRESS_SPACE, 4 * data)
        wanted += [(resource.RLIMIT_DATA, data, data), (resource.RLIMIT_AS, space, space)]
        wanted += [
            (resource.RLIMIT_MEMLOCK, 0, 0),
            (resource.RLIMIT_MSGQUEUE, 0, 0),
            (resource.RLIMIT_SIGPENDING, 64, 64),
        ]
    if cage.threads is not None:
        wanted.append((resource.RLIMIT_NPROC, cage.threads, cage.threads))
    for kind, soft, hard in wanted:
        resource.setrlimit(kind, within(resource.getrlimit(kind)[1], soft, hard))


def within(inherited: int, soft: int, hard: int) -> tuple[int, int]:
    """Keep a limit within the hard one that this process was started with, which it may lower and never raise.

    Examples
    --------
    >>> within(resource.RLIM_INFINITY, 5, 6), within(4, 5, 6), within(9, 5, 6)
    ((5, 6), (4, 4), (5, 6))
    """
    if inherited == resource.RLIM_INFINITY:
        return soft, hard
    return min(soft, inherited), min(hard, inherited)


def _drop_capabilities() -> None:  # pragma: no cover - runs in the job
    """Leave root's powers behind; bubblewrap has done it already at its level."""
    number = syscalls.numbers(platform.machine()).get("capset")
    if platform.system() != "Linux" or number is None:
        return
    head = (ctypes.c_uint32 * 2)(0x20080522, 0)
    _libc.syscall(number, head, (ctypes.c_uint32 * 6)())


def _confine(cage: Confinement) -> None:  # pragma: no cover - runs in the job
    if not cage.landlock_version:
        return
    _libc.prctl(38, 1, 0, 0, 0)  # no new privileges, which Landlock asks for
    own = landlock.hold([cage.scratch], landlock.OWN) + landlock.hold(["/proc/self"], landlock.READ)
    landlock.restrict([*cage.held, *own], version=cage.landlock_version)
    for descriptor, _ in own:
        os.close(descriptor)


def _filter(cage: Confinement) -> None:  # pragma: no cover - runs in the job
    """Put the filter on; from then on any call that is told waits for the zygote to have the listener."""
    handover = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, fileno=HANDOVER)
    if cage.program:
        listener = seccomp.install(seccomp.own(cage.program, os.getpid()), told=cage.told)
        if listener is not None:
            socket.send_fds(handover, [b"L"], [listener])
            os.close(listener)
    handover.close()


def _answer(
    main: Callable[[bytes], bytes], payload: bytes, write: Callable[[int, bytes | memoryview], int]
) -> int:  # pragma: no cover - runs in the job
    """Run the cell and write its reply; give the exit code."""
    try:
        reply = wire.frame(main(payload))
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
    except MemoryError:
        return wire.OUT_OF_MEMORY
    except BaseException:  # noqa: BLE001 - SystemExit too: a cell must not let foreign code end the job quietly
        write(2, traceback.format_exc(limit=20).encode()[:8192])
        return wire.CELL_RAISED
    _send(reply, write)
    return 0


def _send(reply: bytes, write: Callable[[int, bytes | memoryview], int]) -> None:  # pragma: no cover - runs in the job
    view = memoryview(reply)
    while view:
        view = view[write(REPLY, view[: 1 << 20]) :]


def leave_with(reply: bytes) -> None:
    """End this job with a reply, from wherever it is; outside a job this does nothing."""
    for write, leave in _ways_out:  # pragma: no cover - runs in the job
        _send(wire.frame(reply), write)
        leave(0)


def _read_all(descriptor: int) -> bytes:  # pragma: no cover - runs in the job
    size = os.fstat(descriptor).st_size
    os.lseek(descriptor, 0, os.SEEK_SET)
    parts = []
    while size > 0 and (part := os.read(descriptor, min(size, 1 << 24))):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
