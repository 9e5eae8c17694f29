"""How does the app listen, and how does it stop?"""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

import uvicorn
from fastapi import FastAPI

from liveloop.base.errors import BadInput
from liveloop.base.settings import Settings
from liveloop.coach.journal import open_journal
from liveloop.web.app import make_app
from liveloop.web.engine import Engine

PATIENCE_SECONDS = 5
SWITCH_SECONDS = 0.0005  # threads that examine give way sooner than by default: requests do not queue behind them
BACKLOG = 128


class Server(uvicorn.Server):
    """A server that tells the open streams that it is leaving: they would hold it open."""

    def __init__(self, config: uvicorn.Config, app: FastAPI, ready: Callable[[str], None] | None) -> None:
        super().__init__(config)
        self.app, self.ready = app, ready

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Leave: no new work, streams end."""
        desk = getattr(self.app.state, "desk", None)
        if desk is not None:
            desk.leaving.set()
        super().handle_exit(sig, frame)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then say that it listens."""
        await super().startup(sockets)
        if self.started and self.ready is not None:
            self.ready(address_of(self.servers[0].sockets[0]))


def serve(settings: Settings, *, ready: Callable[[str], None] | None = None, engine: Engine | None = None) -> None:
    """Serve the app until it is told to stop; `ready` is called with its address once it listens.

    `engine` stands in for the exam where the exam is not what is tried.

    Raises
    ------
    BadInput
        When the port is taken or the home cannot be used: before anything was started.
    """
    listener = listen(settings.host, settings.port)
    sys.setswitchinterval(SWITCH_SECONDS)
    try:
        open_journal(settings.journal).close()
        app = make_app(settings, engine=engine)
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=PATIENCE_SECONDS,
            lifespan="on",
            ws="none",
        )
        with suppress(KeyboardInterrupt):  # raised again once all is closed; for a server it is the usual end
            Server(config, app, ready).run(sockets=[listener])
    finally:
        listener.close()


def address_of(listener: socket.socket) -> str:
    """Say where a browser finds a listening socket."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"http://{host}:{port}"


def listen(host: str, port: int) -> socket.socket:
    """Take the port; BadInput when it is taken or the address is not this machine's."""
    where = f"{host}:{port}"
    try:
        family, kind, number, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, number)
    except OSError as refusal:
        raise BadInput(
            f"cannot listen: {refusal.strerror}", where=where, allowed="an address of this machine"
        ) from None
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as refusal:
        listener.close()
        raise BadInput(
            f"cannot listen: {refusal.strerror}",
            where=where,
            allowed="a free port: give --port, set LIVELOOP_PORT, or use 0 for any",
        ) from None
    return listener
