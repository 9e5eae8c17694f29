"""Where does foreign code run, and how is it asked for?"""

from __future__ import annotations

import contextlib
import os
import queue
import threading
from typing import Self

from liveloop.base.closing import Closing
from liveloop.base.errors import BadInput
from liveloop.exam.sandbox import job, levels
from liveloop.exam.sandbox.limits import Level, Limits, Reply, Stop
from liveloop.exam.sandbox.start import Zygote, launch

DEFAULT = Limits()


class Sandbox(Closing):
    """Run foreign code in one forked job per call, at one level of isolation.

    `start` returns at once: the libraries are loaded in the background, and the first `run` waits for them. `run`
    may be called from any thread; at most `slots` jobs run at a time. A zygote that dies is started again.

    Parameters
    ----------
    level
        The level to run at; None takes the best that this machine has.
    minimum
        The lowest level at which foreign code may run: below it, `run` raises BadInput that says why.
    slots
        How many jobs run at a time; None takes the number of cores.

    Examples
    --------
    >>> with Sandbox() as sandbox:
    ...     reply = sandbox.run("no such cell", b"")
    Traceback (most recent call last):
    liveloop.base.errors.BadInput: sandbox.cell: there is no cell 'no such cell'. Allowed: ...
    """

    def __init__(self, level: Level | None = None, *, minimum: Level = "process", slots: int | None = None) -> None:
        self._asked, self._minimum = level, minimum
        self.slots = slots or os.cpu_count() or 1
        self._places = threading.BoundedSemaphore(self.slots)
        self._lock = threading.Lock()
        self._state = _Booting()
        self._orders: queue.SimpleQueue[_Booting | None] = queue.SimpleQueue()
        self._keeper: threading.Thread | None = None
        self._alive: Zygote | None = None
        self._closed = False

    @property
    def level(self) -> Level:
        """The level that foreign code runs at; BadInput when what was asked for is not there."""
        return levels.choose(self._asked, self._minimum)

    def start(self) -> None:
        """Begin to warm up in the background; harmless when it has begun."""
        with self._lock:
            if self._closed:
                raise BadInput("this sandbox is closed", where="sandbox")
            if self._keeper is None:
                # bubblewrap dies with the thread that started it, so that thread lives as long as the sandbox.
                self._keeper = threading.Thread(target=self._keep, name="sandbox", daemon=True)
                self._keeper.start()
                self._orders.put(self._state)

    def run(self, cell: str, payload: bytes, *, limits: Limits = DEFAULT) -> Reply:
        """Run one job and wait for its end; a limit that is met is in the reply, not an exception."""
        self.start()
        with self._places:
            for last in (False, True):
                state = self._state
                zygote = state.wait()
                self._admit(zygote, cell)
                try:
                    return job.follow(zygote, cell, payload, limits)
                except job.Gone as gone:
                    said = zygote.last_words()
                    self._renew(state)
                    if gone.started or last:
                        return Reply(None, "", "", Stop("crashed", f"{gone}: {said}"), 0.0, 0)
        raise AssertionError("unreachable: the second round always returns")

    def close(self) -> None:
        """End the zygote and every job in it."""
        with self._lock:
            self._closed = True
            keeper, self._keeper = self._keeper, None
            alive = self._alive
        if keeper is not None:
            self._orders.put(None)
            if alive is not None:
                alive.process.kill()  # it may be warming up still, and nobody needs it any more
            keeper.join()

    def __enter__(self) -> Self:
        self.start()
        return self

    @staticmethod
    def _admit(zygote: Zygote, cell: str) -> None:
        if cell in zygote.failed:
            raise BadInput(f"the cell {cell!r} cannot be imported: {zygote.failed[cell]}", where="sandbox.cell")
        if cell not in zygote.cells:
            known = ", ".join(sorted(zygote.cells))
            raise BadInput(f"there is no cell {cell!r}", where="sandbox.cell", allowed=known)

    def _renew(self, gone: _Booting) -> None:
        """Have another zygote started, once for all threads that saw the same one go."""
        with self._lock:
            if self._state is gone and not self._closed:
                self._state = _Booting()
                self._orders.put(self._state)

    def _keep(self) -> None:
        """Start zygotes as they are asked for, one alive at a time; the keeper thread's life."""
        while True:
            wanted = self._orders.get()
            if self._alive is not None:
                with contextlib.suppress(OSError):
                    self._alive.end()
                self._alive = None
            if wanted is None:
                return
            try:
                if self._closed:
                    raise RuntimeError("the sandbox was closed")
                self._alive = launch(self.level, slots=self.slots)
                self._alive.wait_ready()
                wanted.settle(self._alive)
            except Exception as error:  # noqa: BLE001 - whoever waits is told; the keeper stays
                wanted.settle(error)


class _Booting:
    """A zygote to be: whoever needs it waits here."""

    def __init__(self) -> None:
        self._done = threading.Event()
        self._came: Zygote | Exception | None = None

    def settle(self, came: Zygote | Exception) -> None:
        self._came = came
        self._done.set()

    def wait(self) -> Zygote:
        self._done.wait()
        if isinstance(self._came, Zygote):
            return self._came
        raise self._came or RuntimeError("the sandbox was closed")
