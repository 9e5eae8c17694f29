"""What stands warm and forks one job after the other?

The zygote is the only process inside the cage that is ours for long. It imports the libraries once, waits for
orders, forks, keeps the wall clock, writes down which calls the kernel refused, and says how each job ended. It
never runs foreign code and never reads what a job gives back.
"""

from __future__ import annotations

import contextlib
import gc
import os
import platform
import resource
import selectors
import signal
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from liveloop.exam.sandbox import child, landlock, scratch, seccomp, warm, watch, wire

MOST_REFUSED = 64
LOOK_SECONDS = 0.2  # how often the scratches that have no size of their own are weighed


@dataclass
class Job:
    """One running job."""

    pid: int
    slot: int
    lease: socket.socket
    handover: socket.socket | None
    began: float
    deadline: float
    listener: int | None = None
    killed: str | None = None
    refused: list[str] = field(default_factory=list)


@dataclass
class Zygote:  # pragma: no cover - runs in the zygote
    """The loop and what it holds; `scratches` are the directories that jobs write in, one job at a time each."""

    control: socket.socket
    scratches: list[str]
    cage: dict[str, Any]
    cells: dict[str, Callable[[bytes], bytes]]
    watches: list[watch.Watch]
    scratch_bytes: int  # 0 where the scratches are file systems of a fixed size
    jobs: dict[int, Job] = field(default_factory=dict)
    cleaning: dict[int, int] = field(default_factory=dict)  # janitor's pid -> slot
    waiting: list[tuple[wire.Order, list[int]]] = field(default_factory=list)
    free: list[int] = field(default_factory=list)
    selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)
    resident: int = 0

    def serve(self) -> None:
        """Take orders until the app is gone."""
        self.free = list(range(len(self.scratches)))
        self.resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        woken, wake = os.pipe()
        for end in (woken, wake):
            os.set_blocking(end, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
        self.selector.register(woken, selectors.EVENT_READ, (None, lambda: self._reap(woken)))
        self.selector.register(self.control, selectors.EVENT_READ, (None, self._take))
        while True:
            soonest = min((job.deadline for job in self.jobs.values() if not job.killed), default=None)
            patience = None if soonest is None else max(0.0, soonest - time.monotonic())
            if self.scratch_bytes and patience is not None:
                patience = min(patience, LOOK_SECONDS)
            for key, _ in self.selector.select(patience):
                job, act = key.data
                if job is None or job.pid in self.jobs:  # else it ended earlier in this round
                    act()
            self._stop_late()

    def _take(self) -> None:
        try:
            taken = wire.receive_order(self.control)
        except OSError:
            taken = None
        if taken is None:
            self._end()
        else:
            self.waiting.append(taken)
            self._start_waiting()

    def _end(self) -> None:
        for job in self.jobs.values():
            _kill(job.pid)
        os._exit(0)

    def _start_waiting(self) -> None:
        while self.waiting and self.free:
            order, descriptors = self.waiting.pop(0)
            try:
                self._start(order, descriptors)
            finally:
                for descriptor in descriptors:
                    os.close(descriptor)

    def _start(self, order: wire.Order, descriptors: list[int]) -> None:
        lease = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, fileno=os.dup(descriptors[4]))
        lease.settimeout(0)
        slot = self.free.pop(0)
        ours, theirs = socket.socketpair()
        wire.say(lease, started=True)  # before the fork: from here on it may have begun, and is not tried again
        began = time.monotonic()
        pid = os.fork()
        if pid == 0:
            cage = child.Confinement(scratch=self.scratches[slot], **self.cage)
            child.become_job(order, self.cells[order.cell], cage, [*descriptors[:4], theirs.fileno()])
        theirs.close()
        job = Job(pid, slot, lease, ours, began, began + order.wall_seconds)
        self.jobs[pid] = job
        self.selector.register(lease, selectors.EVENT_READ, (job, lambda: self._kill_asked(job)))
        self.selector.register(ours, selectors.EVENT_READ, (job, lambda: self._adopt(job)))

    def _kill_asked(self, job: Job) -> None:
        """The app wrote on the lease or closed it: either way it wants the job gone."""
        self.selector.unregister(job.lease)
        job.killed = job.killed or "asked"
        _kill(job.pid)

    def _adopt(self, job: Job) -> None:
        """Take the listener that the job hands over before foreign code runs."""
        handover = job.handover
        if handover is None:
            return
        try:
            _, descriptors, _, _ = socket.recv_fds(handover, 1, 1)
        except OSError:
            descriptors = []
        self.selector.unregister(handover)
        handover.close()
        job.handover = None
        if descriptors:
            job.listener = descriptors[0]
            self.selector.register(job.listener, selectors.EVENT_READ, (job, lambda: self._hear(job)))

    def _hear(self, job: Job) -> None:
        """Write down one refused call and refuse it; a job that asks and asks is ended."""
        if job.listener is None:
            return
        notice = seccomp.receive(job.listener)
        if notice is None:
            return
        verdict = self.watches[job.slot].judge(notice)
        seccomp.answer(job.listener, notice, verdict.code)
        if verdict.says is None:
            return
        job.refused.append(verdict.says)
        if len(job.refused) >= MOST_REFUSED:
            job.killed = job.killed or "refused"
            _kill(job.pid)

    def _stop_late(self) -> None:
        now = time.monotonic()
        for job in self.jobs.values():
            if not job.killed and job.deadline <= now:
                job.killed = "wall"
                _kill(job.pid)
            elif self.scratch_bytes and not job.killed and scratch.weigh(self.scratches[job.slot]) > self.scratch_bytes:
                job.killed = "scratch"
                _kill(job.pid)

    def _reap(self, woken: int) -> None:
        with contextlib.suppress(BlockingIOError):
            os.read(woken, 4096)
        for pid in list(self.jobs):
            found, status, usage = os.wait4(pid, os.WNOHANG)
            if found:
                self._finish(self.jobs.pop(pid), status, usage)
        for pid in list(self.cleaning):
            found, status = os.waitpid(pid, os.WNOHANG)
            if found:
                self._take_back(self.cleaning.pop(pid), clean=status == 0)
        self._start_waiting()

    def _finish(self, job: Job, status: int, usage: resource.struct_rusage) -> None:
        unit = 1 if platform.system() == "Darwin" else 1024
        wire.say(
            job.lease,
            status=status,
            seconds=time.monotonic() - job.began,
            cpu_seconds=usage.ru_utime + usage.ru_stime,
            peak_bytes=max(0, usage.ru_maxrss - self.resident) * unit,
            killed=job.killed,
            refused=list(dict.fromkeys(job.refused)),
        )
        for end in (job.lease, job.handover):
            if end is not None:
                self._forget(end)
                end.close()
        if job.listener is not None:
            self._forget(job.listener)
            os.close(job.listener)
        self._clean(job.slot)

    def _forget(self, end: socket.socket | int) -> None:
        with contextlib.suppress(KeyError, ValueError):
            self.selector.unregister(end)

    def _clean(self, slot: int) -> None:
        """Empty a scratch before the next job gets it; in a process of its own, for a job can leave many files."""
        if not any(Path(self.scratches[slot]).iterdir()):
            self.free.append(slot)
            return
        pid = os.fork()
        if pid == 0:
            try:
                scratch.empty(self.scratches[slot])
            finally:
                os._exit(1 if any(Path(self.scratches[slot]).iterdir()) else 0)
        self.cleaning[pid] = slot

    def _take_back(self, slot: int, *, clean: bool) -> None:
        """Use a scratch again; one that cannot be emptied is not, and with the last of them another zygote is due."""
        if clean:
            self.free.append(slot)
            return
        sys.stderr.write(f"{self.scratches[slot]} cannot be emptied\n")
        sys.stderr.flush()
        if not self.free and not self.jobs and not self.cleaning:
            self._end()


def _kill(pid: int) -> None:  # pragma: no cover - runs in the zygote
    """Kill a job with all that it could have started; before its setsid it has no group of its own."""
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGKILL)


def _write_filter() -> bytes:  # pragma: no cover - runs in the zygote
    return seccomp.build(platform.machine(), handover=child.HANDOVER, told=True)


def serve(settings: dict[str, Any]) -> None:  # pragma: no cover - runs in the zygote
    """Warm up, tell the app, take orders. `settings` come from `liveloop.exam.sandbox.start`."""
    control = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, fileno=settings["control"])
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]),) * 2)
    os.environ.update(settings["environment"])
    time.tzset()
    gc.disable()
    missing = warm.import_libraries()
    cells, failed = warm.load_cells()
    held: list[tuple[int, int]] = []
    if settings["landlock_version"]:
        held = landlock.hold(settings["read"], landlock.READ) + landlock.hold(settings["list"], landlock.LIST)
        held += landlock.hold(settings["devices"], landlock.READ_FILE | 1 << 1)
    gc.collect()
    gc.freeze()
    cage = {
        "program": _write_filter() if settings["filtered"] else b"",
        "told": settings["filtered"],
        "landlock_version": settings["landlock_version"],
        "held": tuple(held),
        "data_bytes": warm.measure_data(),
        "file_bytes": settings["file_bytes"],
        "threads": settings["threads"],
        "zygote": os.getpid(),
        "highest": resource.getrlimit(resource.RLIMIT_NOFILE)[0],
    }
    sys.stdout.flush()
    wire.say(control, ready=sorted(cells), failed=failed, missing=missing)
    guards = settings["level"] == "process"
    watches = [watch.Watch(**settings["watch"], scratch=each, guards=guards) for each in settings["scratches"]]
    Zygote(control, settings["scratches"], cage, cells, watches, settings["scratch_bytes"]).serve()
