"""How do the app, the zygote and a job speak to each other?

The app sends the zygote one order per job over a stream socket: four bytes of length, then JSON, with the job's
descriptors attached. The zygote answers on the job's own lease, one JSON object per line. The job writes its reply
on its own pipe: a magic word, eight bytes of length, then exactly so many bytes.
"""

from __future__ import annotations

import array
import json
import socket
import struct
from dataclasses import asdict, dataclass, field
from typing import Final

MAGIC: Final = b"LLREPLY1"
REPLY_HEAD: Final = struct.Struct("=8sQ")
OUT_OF_MEMORY: Final = 71  # a job's exit codes
CELL_RAISED: Final = 70
DESCRIPTORS: Final = 5  # payload, reply, stdout, stderr, lease
_LENGTH: Final = struct.Struct("=I")


@dataclass(frozen=True)
class Order:
    """One job, as the zygote is told of it."""

    cell: str
    wall_seconds: float
    cpu_seconds: float
    memory_bytes: int


@dataclass(frozen=True)
class Ended:
    """How one job ended, as the zygote saw it: wait status, use, why it killed it, which calls were refused."""

    status: int
    seconds: float
    cpu_seconds: float
    peak_bytes: int
    killed: str | None = None
    refused: tuple[str, ...] = field(default=())


def send_order(control: socket.socket, order: Order, descriptors: list[int]) -> None:
    """Send one order with the job's descriptors; the caller holds the lock of the control socket."""
    body = json.dumps(asdict(order)).encode()
    rights = array.array("i", descriptors)
    head = _LENGTH.pack(len(body)) + body
    sent = control.sendmsg([head], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])
    control.sendall(head[sent:])


def receive_order(control: socket.socket) -> tuple[Order, list[int]] | None:
    """Wait for the next order; None when the app is gone."""
    head, descriptors, _, _ = socket.recv_fds(control, _LENGTH.size, DESCRIPTORS)
    if not head:
        return None
    head += _exactly(control, _LENGTH.size - len(head))
    (length,) = _LENGTH.unpack(head)
    return Order(**json.loads(_exactly(control, length))), descriptors


def _exactly(control: socket.socket, count: int) -> bytes:
    parts = b""
    while len(parts) < count:
        more = control.recv(count - len(parts))
        if not more:
            raise ConnectionError("the app went away in the middle of an order")
        parts += more
    return parts


def say(lease: socket.socket, **words: object) -> None:
    """Write one line on a lease; whoever held the other end may be gone."""
    try:
        lease.sendall(json.dumps(words).encode() + b"\n")
    except OSError:
        return


def frame(payload: bytes) -> bytes:
    """Wrap a reply.

    Examples
    --------
    >>> unframe(frame(b"six")), unframe(b"forged" + frame(b"six")), unframe(frame(b"six") + b"forged")
    (b'six', None, None)
    """
    return REPLY_HEAD.pack(MAGIC, len(payload)) + payload


def unframe(raw: bytes | bytearray) -> bytes | None:
    """Unwrap a reply; None unless it is one whole frame and nothing else."""
    if len(raw) < REPLY_HEAD.size:
        return None
    magic, length = REPLY_HEAD.unpack_from(raw)
    if magic != MAGIC or len(raw) != REPLY_HEAD.size + length:
        return None
    return bytes(memoryview(raw)[REPLY_HEAD.size :])
