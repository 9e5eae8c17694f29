"""Which system calls may a job make, and who is told of the others?

A filter of our own in plain BPF, put on the job just before foreign code runs. What the data stack needs is
allowed; what only an attack needs is *told*: the kernel hands the call to the zygote (user notification), which
writes it down and answers EPERM, so that an attempt that swallows the error is found out all the same. What
libraries ask for in passing (memory policy, scheduling) is refused quietly.
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

from liveloop.exam.sandbox import syscalls

ALLOWED: Final = frozenset(
    """
    access alarm arch_prctl brk capget chdir chmod clock_getres clock_gettime clock_nanosleep close close_range
    copy_file_range creat dup dup2 dup3 epoll_create epoll_create1 epoll_ctl epoll_pwait epoll_pwait2 epoll_wait
    eventfd eventfd2 exit exit_group faccessat faccessat2 fadvise64 fallocate fchdir fchmod fchmodat fdatasync
    fgetxattr flistxattr flock fstat fstatfs fsync ftruncate futex futex_waitv futimesat get_mempolicy
    get_robust_list getcpu getcwd getdents getdents64 getegid geteuid getgid getgroups getitimer getpgid getpgrp
    getpid getppid getpriority getrandom getresgid getresuid getrlimit getrusage getsid gettid gettimeofday getuid
    getxattr lgetxattr link linkat listxattr llistxattr lseek lstat madvise membarrier mincore mkdir mkdirat
    mprotect mremap msync munlock munlockall munmap nanosleep newfstatat open openat pause pipe pipe2 poll ppoll
    pread64 preadv preadv2 pselect6 pwrite64 pwritev pwritev2 read readahead readlink readlinkat readv rename
    renameat renameat2 restart_syscall rmdir rseq rt_sigaction rt_sigpending rt_sigprocmask rt_sigreturn
    rt_sigsuspend rt_sigtimedwait sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr
    sched_getparam sched_getscheduler sched_yield select sendfile set_robust_list set_tid_address setitimer
    sigaltstack splice stat statfs statx symlink symlinkat sysinfo tee time timer_create timer_delete
    timer_getoverrun timer_gettime timer_settime timerfd_create timerfd_gettime timerfd_settime times truncate
    umask uname unlink unlinkat utime utimensat utimes wait4 waitid write writev
    """.split()
)
QUIET: Final = {
    errno.ENOSYS: frozenset("clone3 openat2 cachestat map_shadow_stack io_pgetevents sysfs ustat uselib".split()),
    errno.EPERM: frozenset(
        """
        chown fchown fchownat ioprio_get ioprio_set lchown mbind migrate_pages mlock mlock2 mlockall
        move_pages pkey_alloc pkey_free pkey_mprotect sched_setaffinity sched_setattr sched_setparam
        sched_setscheduler set_mempolicy set_mempolicy_home_node setpriority sync sync_file_range syncfs
        """.split()
    ),
}
# Calls whose arguments decide; see _decide.
BY_ARGUMENT: Final = frozenset("clone mmap kill tgkill rt_tgsigqueueinfo prctl ioctl fcntl prlimit64 sendmsg".split())

_ALLOW, _TELL, _ERRNO = 0x7FFF0000, 0x7FC00000, 0x00050000
_LOAD, _EQUAL, _AND, _ABOVE, _GIVE = 0x20, 0x15, 0x54, 0x25, 0x06
_SET_MODE_FILTER, _NEW_LISTENER, _PR_SET_NO_NEW_PRIVS, _SECCOMP_NR = 1, 8, 38, "seccomp"
_RECEIVE, _ANSWER = 0xC0502100, 0xC0182101
_STRUCT_NOTICE, _STRUCT_ANSWER = struct.Struct("=QIIiIQ6Q"), struct.Struct("=Qqii")
_CLONE_THREAD, _MAP_ANYWAY, _MAP_FORBIDDEN = 0x10000, 0x21, 0x40100  # shared+anonymous; grows-down, huge pages
_MAP_STACK, _SMALLEST_STACK = 0x20000, 256 * 1024
_PRCTL = (15, 16, 3, 0x53564D41)  # PR_SET_NAME, PR_GET_NAME, PR_GET_DUMPABLE, PR_SET_VMA
_IOCTL = (0x5401, 0x541B, 0x5450, 0x5451, 0x5421)  # TCGETS, FIONREAD, FIONCLEX, FIOCLEX, FIONBIO
_FCNTL_REFUSED = (8, 10, 15, 1024, 1026, 1031, 1033)  # owner, signal, lease, notify, pipe size, seals


@dataclass(frozen=True)
class Notice:
    """One call that the kernel handed to us: its number, its arguments, the thread that waits."""

    id: int
    thread: int
    number: int
    arguments: tuple[int, ...]


def build(machine: str, *, pid: int, handover: int, told: bool) -> bytes:
    """Write the BPF program for one job.

    Parameters
    ----------
    pid
        The job's own process id: the only one it may signal.
    handover
        The descriptor over which the job hands the listener to the zygote, closed right after.
    told
        Whether the kernel can hand refused calls to the zygote; else they end in EPERM.
    """
    number = syscalls.numbers(machine)
    refuse = _TELL if told else _ERRNO | errno.EPERM
    ops = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, syscalls.ARCHITECTURES[machine][0]), (_GIVE, 0, 0, _ERRNO | errno.ENOSYS)]
    ops += [(_LOAD, 0, 0, 0), (_ABOVE, 0, 1, max(number.values())), (_GIVE, 0, 0, _ERRNO | errno.ENOSYS)]
    for name in sorted(ALLOWED & number.keys()):
        ops += [(_EQUAL, 0, 1, number[name]), (_GIVE, 0, 0, _ALLOW)]
    for code, names in QUIET.items():
        for name in sorted(names & number.keys()):
            ops += [(_EQUAL, 0, 1, number[name]), (_GIVE, 0, 0, _ERRNO | code)]
    for name in sorted(BY_ARGUMENT & number.keys()):
        body = _decide(name, pid=pid, handover=handover, refuse=refuse)
        ops += [(_EQUAL, 0, len(body), number[name]), *body]
    known = set(number.values())
    for gap in range(max(known)):
        if gap not in known:
            ops += [(_EQUAL, 0, 1, gap), (_GIVE, 0, 0, _ERRNO | errno.ENOSYS)]
    ops.append((_GIVE, 0, 0, refuse))
    return b"".join(struct.pack("=HBBI", *op) for op in ops)


def _decide(name: str, *, pid: int, handover: int, refuse: int) -> list[tuple[int, int, int, int]]:
    """Write the rules of one call whose arguments decide; every path ends in an answer."""
    yes, no = (_GIVE, 0, 0, _ALLOW), (_GIVE, 0, 0, refuse)

    def one_of(argument: int, values: tuple[int, ...]) -> list[tuple[int, int, int, int]]:
        rules: list[tuple[int, int, int, int]] = [(_LOAD, 0, 0, 16 + 8 * argument)]
        for value in values:
            rules += [(_EQUAL, 0, 1, value), yes]
        return [*rules, no]

    if name == "mmap":
        return _decide_mmap(yes)
    if name == "clone":
        return [(_LOAD, 0, 0, 16), (_AND, 0, 0, _CLONE_THREAD), (_EQUAL, 1, 0, 0), yes, no]
    if name == "fcntl":
        rules: list[tuple[int, int, int, int]] = [(_LOAD, 0, 0, 24)]
        for value in _FCNTL_REFUSED:
            rules += [(_EQUAL, 0, 1, value), no]
        return [*rules, yes]
    if name == "prlimit64":  # reading one's own limits only
        reads = [rule for half in (32, 36) for rule in ((_LOAD, 0, 0, half), (_EQUAL, 1, 0, 0), no)]
        return [*reads, *one_of(0, (0, pid))]
    if name == "ioctl":  # libraries try these on pipes in passing
        return [*one_of(1, _IOCTL)[:-1], (_GIVE, 0, 0, _ERRNO | errno.ENOTTY)]
    if name == "prctl":
        return one_of(0, _PRCTL)
    if name == "sendmsg":
        return one_of(0, (handover,))
    return one_of(0, (pid,))  # kill, tgkill, rt_tgsigqueueinfo


def _decide_mmap(yes: tuple[int, int, int, int]) -> list[tuple[int, int, int, int]]:
    """Keep every mapping inside what RLIMIT_DATA counts, and every thread's stack big enough to count."""
    no = (_GIVE, 0, 0, _ERRNO | errno.ENOMEM)
    flags, length, length_high = 16 + 8 * 3, 16 + 8, 16 + 8 + 4
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
        (_EQUAL, 4, 0, 0),
        (_LOAD, 0, 0, length_high),
        (_EQUAL, 0, 2, 0),
        (_LOAD, 0, 0, length),
        (_ABOVE, 0, 1, _SMALLEST_STACK - 1),
        yes,
        no,
    ]


_libc = ctypes.CDLL(None, use_errno=True)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def install(program: bytes, *, machine: str, told: bool) -> int | None:
    """Put the filter on this process for good; give the listener's descriptor when refused calls are told."""
    if _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "no_new_privs was refused")
    filled = _Program(len(program) // 8, program)
    number = syscalls.numbers(machine)[_SECCOMP_NR]
    flags = _NEW_LISTENER if told else 0
    given = _libc.syscall(number, _SET_MODE_FILTER, flags, ctypes.byref(filled))
    if given < 0:
        raise OSError(ctypes.get_errno(), "the seccomp filter was refused")
    return int(given) if told else None


def receive(listener: int) -> Notice | None:
    """Take one notice; None when the thread that waited has died meanwhile."""
    room = bytearray(_STRUCT_NOTICE.size)
    try:
        fcntl.ioctl(listener, _RECEIVE, room)
    except OSError:
        return None
    id_, thread, _flags, number, _arch, _ip, *arguments = _STRUCT_NOTICE.unpack(room)
    return Notice(id_, thread, number, tuple(arguments))


def answer(listener: int, notice: Notice, code: int) -> None:
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
