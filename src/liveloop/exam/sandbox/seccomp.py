"""How is a job's filter of system calls written, put on, and listened to?

Plain BPF of our own, put on the job just before foreign code runs. A call that is *told* is handed by the kernel to
the zygote (user notification), which writes it down and answers, so that an attempt that swallows the error is
found out all the same. Which calls those are says `calls`.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import platform
import struct
from dataclasses import dataclass
from typing import Final

from liveloop.exam.sandbox import calls, syscalls

_ALLOW, _TELL, _ERRNO = 0x7FFF0000, 0x7FC00000, 0x00050000
_LOAD, _EQUAL, _AND, _ABOVE, _GIVE = 0x20, 0x15, 0x54, 0x25, 0x06
_SET_MODE_FILTER, _NEW_LISTENER, _PR_SET_NO_NEW_PRIVS = 1, 8, 38
_RECEIVE, _ANSWER = 0xC0502100, 0xC0182101
_STRUCT_NOTICE, _STRUCT_ANSWER = struct.Struct("=QIIiIQ6Q"), struct.Struct("=Qqii")
_CLONE_THREAD, _MAP_ANYWAY, _MAP_FORBIDDEN = 0x10000, 0x21, 0x40100  # shared+anonymous; grows-down, huge pages
_MAP_STACK, _SMALLEST_STACK = 0x20000, 256 * 1024
_PRCTL = (15, 16, 3, 0x53564D41)  # PR_SET_NAME, PR_GET_NAME, PR_GET_DUMPABLE, PR_SET_VMA
_IOCTL = (0x5401, 0x541B, 0x5450, 0x5451, 0x5421)  # TCGETS, FIONREAD, FIONCLEX, FIOCLEX, FIONBIO
_FCNTL_REFUSED = (8, 10, 15, 1024, 1026, 1031, 1033)  # owner, signal, lease, notify, pipe size, seals
_PID: Final = 0x50494421  # stands for the job's process id; above any that Linux gives
_Op = tuple[int, int, int, int]  # code, jump if true, jump if false, operand
_YES: Final = (_GIVE, 0, 0, _ALLOW)


@dataclass(frozen=True)
class Notice:
    """One call that the kernel handed to us: its number, its arguments, the thread that waits."""

    id: int
    thread: int
    number: int
    arguments: tuple[int, ...]


def build(machine: str, *, handover: int, told: bool) -> bytes:
    """Write the BPF program for all jobs; `own` makes it one job's.

    Parameters
    ----------
    handover
        The descriptor over which the job hands the listener to the zygote, closed right after.
    told
        Whether the kernel can hand refused calls to the zygote; else they end in EPERM.
    """
    number = syscalls.numbers(machine)
    refuse = _TELL if told else _ERRNO | errno.EPERM
    ops: list[_Op] = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, syscalls.ARCHITECTURES[machine][0]), _give(errno.ENOSYS)]
    ops += [(_LOAD, 0, 0, 0), (_ABOVE, 0, 1, max(number.values())), _give(errno.ENOSYS)]
    plain = dict.fromkeys(calls.ALLOWED, _ALLOW) | dict.fromkeys(calls.PATHS, _TELL if told else _ALLOW)
    for code, names in calls.QUIET.items():
        plain |= dict.fromkeys(names, _ERRNO | code)
    for name in sorted(plain.keys() & number.keys()):
        ops += [(_EQUAL, 0, 1, number[name]), (_GIVE, 0, 0, plain[name])]
    for name in sorted(calls.BY_ARGUMENT & number.keys()):
        body = _decide(name, handover=handover, no=(_GIVE, 0, 0, refuse))
        ops += [(_EQUAL, 0, len(body), number[name]), *body]
    for gap in sorted(set(range(max(number.values()))) - set(number.values())):
        ops += [(_EQUAL, 0, 1, gap), _give(errno.ENOSYS)]
    ops.append((_GIVE, 0, 0, refuse))
    return b"".join(struct.pack("=HBBI", *op) for op in ops)


def own(program: bytes, pid: int) -> bytes:  # pragma: no cover - runs in the job
    """Put a job's process id, the only one it may signal, in the placeholder's place."""
    return program.replace(struct.pack("=I", _PID), struct.pack("=I", pid))


def _give(code: int) -> _Op:
    return (_GIVE, 0, 0, _ERRNO | code)


def _decide(name: str, *, handover: int, no: _Op) -> list[_Op]:
    """Write the rules of one call whose arguments decide; every path ends in an answer."""
    if name == "mmap":
        return _decide_mmap()
    if name == "clone":  # threads, no processes
        return [(_LOAD, 0, 0, 16), (_AND, 0, 0, _CLONE_THREAD), (_EQUAL, 1, 0, 0), _YES, no]
    if name == "prlimit64":  # reading one's own limits only
        reads = [rule for half in (32, 36) for rule in ((_LOAD, 0, 0, half), (_EQUAL, 1, 0, 0), no)]
        return [*reads, *_one_of(0, (0, _PID), _YES, no)]
    rules = {
        "fcntl": (1, _FCNTL_REFUSED, no, _YES),
        "ioctl": (1, _IOCTL, _YES, _give(errno.ENOTTY)),  # libraries try others in passing
        "prctl": (0, _PRCTL, _YES, no),
        "sendmsg": (0, (handover,), _YES, no),
    }
    return _one_of(*rules.get(name, (0, (_PID,), _YES, no)))  # kill, tgkill, rt_tgsigqueueinfo: only itself


def _one_of(argument: int, values: tuple[int, ...], then: _Op, otherwise: _Op) -> list[_Op]:
    rules: list[_Op] = [(_LOAD, 0, 0, 16 + 8 * argument)]
    for value in values:
        rules += [(_EQUAL, 0, 1, value), then]
    return [*rules, otherwise]


def _decide_mmap() -> list[_Op]:
    """Keep every mapping inside what RLIMIT_DATA counts, and every thread's stack big enough to count."""
    no = _give(errno.ENOMEM)
    length, length_high, protection, flags = 16 + 8, 16 + 8 + 4, 16 + 8 * 2, 16 + 8 * 3
    return [
        (_LOAD, 0, 0, flags),
        (_AND, 0, 0, _MAP_FORBIDDEN),
        (_EQUAL, 1, 0, 0),
        no,
        (_LOAD, 0, 0, flags),
        (_AND, 0, 0, _MAP_ANYWAY),
        (_EQUAL, 0, 1, _MAP_ANYWAY),
        no,
        (_LOAD, 0, 0, flags),
        (_AND, 0, 0, _MAP_STACK),
        (_EQUAL, 6, 0, 0),
        (_LOAD, 0, 0, protection),  # a thread's stack is mapped without any; posix_spawn's small one is not
        (_EQUAL, 0, 4, 0),
        (_LOAD, 0, 0, length_high),
        (_EQUAL, 0, 2, 0),
        (_LOAD, 0, 0, length),
        (_ABOVE, 0, 1, _SMALLEST_STACK - 1),
        _YES,
        no,
    ]


_libc = ctypes.CDLL(None, use_errno=True)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def install(program: bytes, *, told: bool) -> int | None:  # pragma: no cover - runs in the job
    """Put the filter on this process for good; give the listener's descriptor when refused calls are told."""
    if _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "no_new_privs was refused")
    filled = _Program(len(program) // 8, program)
    number = syscalls.numbers(platform.machine())["seccomp"]
    flags = _NEW_LISTENER if told else 0
    given = _libc.syscall(number, _SET_MODE_FILTER, flags, ctypes.byref(filled))
    if given < 0:
        raise OSError(ctypes.get_errno(), "the seccomp filter was refused")
    return int(given) if told else None


def receive(listener: int) -> Notice | None:  # pragma: no cover - runs in the zygote
    """Take one notice; None when the thread that waited has died meanwhile."""
    room = bytearray(_STRUCT_NOTICE.size)
    try:
        fcntl.ioctl(listener, _RECEIVE, room)
    except OSError:
        return None
    id_, thread, _flags, number, _arch, _ip, *arguments = _STRUCT_NOTICE.unpack(room)
    return Notice(id_, thread, number, tuple(arguments))


def answer(listener: int, notice: Notice, code: int) -> None:  # pragma: no cover - runs in the zygote
    """Let the waiting call end with this errno; 0 lets the kernel carry it out."""
    packed = bytearray(_STRUCT_ANSWER.pack(notice.id, 0, -code, 1 if code == 0 else 0))
    try:
        fcntl.ioctl(listener, _ANSWER, packed)
    except OSError:  # the thread was killed between the notice and the answer
        return


def available() -> tuple[bool, str]:
    """Say whether this kernel takes filters and can tell of refused calls.

    Examples
    --------
    >>> works, why = available()
    >>> isinstance(works, bool) and bool(why)
    True
    """
    machine = platform.machine()
    number = syscalls.numbers(machine)
    if os.name != "posix" or platform.system() != "Linux" or not number:
        return False, f"no filter is written for {platform.system()} on {machine}"
    sizes = (ctypes.c_uint16 * 3)()
    if _libc.syscall(number["seccomp"], 3, 0, ctypes.byref(sizes)) != 0:  # SECCOMP_GET_NOTIF_SIZES, Linux 5.0
        return False, "the kernel cannot tell of refused calls (Linux 5.0 can)"
    if sizes[0] != _STRUCT_NOTICE.size or sizes[1] != _STRUCT_ANSWER.size:
        return False, f"the kernel's notices have {sizes[0]} bytes, {_STRUCT_NOTICE.size} were expected"
    return True, "filters, and tells of refused calls"
