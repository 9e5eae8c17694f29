"""Which system calls may a job make, and which of them are told?

What the data stack needs is allowed. What only an attack needs is refused and told. Calls that name a file are
told too, so that a look at a path outside the job's view is known even where the file is not there; the kernel
then carries them out as usual. What libraries ask for in passing (memory policy, scheduling) is refused quietly.
Modes and times of files are never changed: Landlock does not guard them, and a device node that root sees inside
is the real one.
"""

from __future__ import annotations

import errno
from typing import Final

_FREE: Final = """
access alarm arch_prctl brk capget clock_getres clock_gettime clock_nanosleep close close_range copy_file_range
dup dup2 dup3 epoll_create epoll_create1 epoll_ctl epoll_pwait epoll_pwait2 epoll_wait eventfd eventfd2 exit
exit_group faccessat faccessat2 fadvise64 fallocate fchdir fdatasync fgetxattr flistxattr flock fstat fstatfs
fsync ftruncate futex futex_waitv get_mempolicy get_robust_list getcpu getcwd getdents getdents64 getegid geteuid
getgid getgroups getitimer getpgid getpgrp getpid getppid getpriority getrandom getresgid getresuid getrlimit
getrusage getsid gettid gettimeofday getuid getxattr lgetxattr listxattr llistxattr lseek lstat madvise membarrier
mincore mprotect mremap msync munlock munlockall munmap nanosleep newfstatat pause pipe pipe2 poll ppoll pread64
preadv preadv2 pselect6 pwrite64 pwritev pwritev2 read readahead readlink readlinkat readv restart_syscall rseq
rt_sigaction rt_sigpending rt_sigprocmask rt_sigreturn rt_sigsuspend rt_sigtimedwait sched_get_priority_max
sched_get_priority_min sched_getaffinity sched_getattr sched_getparam sched_getscheduler sched_yield select sendfile
set_robust_list set_tid_address setitimer sigaltstack splice stat statfs statx sysinfo tee time timer_create
timer_delete timer_getoverrun timer_gettime timer_settime timerfd_create timerfd_gettime timerfd_settime times umask
uname wait4 waitid write writev
"""
_UNKNOWN: Final = "clone3 openat2 cachestat map_shadow_stack io_pgetevents sysfs ustat uselib"
_PASSING: Final = """
chown fchown fchownat ioprio_get ioprio_set lchown mbind migrate_pages mlock mlock2 mlockall move_pages pkey_alloc
pkey_free pkey_mprotect sched_setaffinity sched_setattr sched_setparam sched_setscheduler set_mempolicy
set_mempolicy_home_node setpriority sync sync_file_range syncfs
"""
_DECIDED: Final = "clone mmap kill tgkill rt_tgsigqueueinfo prctl ioctl fcntl prlimit64 sendmsg"

ALLOWED: Final = frozenset(_FREE.split())
QUIET: Final = {errno.ENOSYS: frozenset(_UNKNOWN.split()), errno.EPERM: frozenset(_PASSING.split())}
BY_ARGUMENT: Final = frozenset(_DECIDED.split())
# Which arguments are paths: told, judged by `watch`, then carried out.
PATHS: Final = {
    "open": (0,), "openat": (1,), "creat": (0,), "unlink": (0,), "unlinkat": (1,), "rmdir": (0,), "mkdir": (0,),
    "mkdirat": (1,), "rename": (0, 1), "renameat": (1, 3), "renameat2": (1, 3), "link": (0, 1), "linkat": (1, 3),
    "symlink": (0, 1), "symlinkat": (0, 2), "truncate": (0,), "chdir": (0,),
}  # fmt: skip
FLAGS: Final = {"open": 1, "openat": 2}  # which argument says how it is opened; the other calls all change things
NEW_PROCESS: Final = frozenset(("fork", "vfork", "clone", "execve", "execveat"))
