"""How is a conversation over the network ended on time, whatever the other side does?

The timeouts of an HTTP client hold from one read to the next: a service that sends a byte now and then, in its head or
its body, keeps a reader for ever. So the conversation runs in a thread of its own, and when its time is up the sockets
that it opened are shut, which ends whatever it waits for.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")


class Cord:
    """Know the sockets of a conversation, and shut them when the cord is pulled."""

    def __init__(self) -> None:
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()
        self.pulled = threading.Event()

    def hear(self, name: str, info: dict[str, Any]) -> None:
        """Hear of a connection that was made; this is the client's `trace` extension."""
        if not name.endswith(("connect_tcp.complete", "start_tls.complete")):
            return
        made = info["return_value"].get_extra_info("socket")
        with self._lock:
            self._sockets.append(made)
        if self.pulled.is_set():
            self.pull()

    def pull(self) -> None:
        """Shut every socket; what is read from them ends at once."""
        self.pulled.set()
        with self._lock:
            for made in self._sockets:
                with suppress(OSError):  # closed already
                    socket.socket.shutdown(made, socket.SHUT_RDWR)

    def wait(self, seconds: float) -> bool:
        """Wait, but not longer than until the cord is pulled; say whether it was."""
        return self.pulled.wait(seconds)


def within(seconds: float, work: Callable[[], T], cord: Cord) -> T:
    """Do some work in a thread; pull the cord and raise TimeoutError when it takes longer.

    Examples
    --------
    >>> within(5.0, lambda: 6 * 7, Cord())
    42
    """
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except Exception as refusal:  # noqa: BLE001 - handed on to whoever waits
            future.set_exception(refusal)

    threading.Thread(target=run, name="model-examiner", daemon=True).start()
    try:
        return future.result(timeout=seconds)
    finally:
        if not future.done():
            cord.pull()
