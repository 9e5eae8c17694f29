"""How is one job followed from its order to its reply?"""

from __future__ import annotations

import contextlib
import json
import os
import platform
import re
import selectors
import signal
import socket
import tempfile
import time
from dataclasses import dataclass, field
from typing import Any

from liveloop.exam.sandbox import calls, wire
from liveloop.exam.sandbox.limits import MIB, Limits, Reply, Stop
from liveloop.exam.sandbox.start import SCRATCH_BYTES, Zygote

GRACE_SECONDS = 3.0
_RAISED = re.compile(r"^[\w.]+(?:: .*)?$", re.MULTILINE)  # the line of a traceback that names the exception


class Gone(Exception):
    """The zygote went away; `started` says whether the job had begun."""

    def __init__(self, *, started: bool) -> None:
        super().__init__("the sandbox's zygote went away")
        self.started = started


@dataclass
class Stream:
    """What one pipe of a job gave so far, and how much it may."""

    name: str
    most: int
    got: bytearray = field(default_factory=bytearray)
    over: bool = False

    def take(self, part: bytes) -> None:
        """Keep what fits; once over, drop the rest."""
        room = self.most - len(self.got)
        self.over = self.over or len(part) > room
        self.got += part[:room]


def follow(zygote: Zygote, cell: str, payload: bytes, limits: Limits) -> Reply:
    """Send one order, read its pipes within their caps, wait for its end."""
    ends: dict[str, int] = {}
    lease, theirs = socket.socketpair()
    began = time.monotonic()
    try:
        given = [_hold(payload)]
        for name in ("reply", "stdout", "stderr"):
            ends[name], writing = os.pipe()
            given.append(writing)
        order = wire.Order(cell, limits.wall_seconds, limits.cpu_seconds, limits.memory_bytes)
        try:
            with zygote.sending:
                wire.send_order(zygote.control, order, [*given, theirs.fileno()])
        except OSError as error:
            raise Gone(started=False) from error
        finally:
            theirs.close()
            for descriptor in given:
                os.close(descriptor)
        streams = {
            "reply": Stream("reply", limits.reply_bytes + wire.REPLY_HEAD.size),
            "stdout": Stream("stdout", limits.output_bytes),
            "stderr": Stream("stderr", limits.output_bytes),
        }
        ended = _listen(lease, ends, streams, began + limits.wall_seconds)
        return _word(ended, streams, limits)
    finally:
        lease.close()
        for descriptor in ends.values():
            os.close(descriptor)


def _hold(payload: bytes) -> int:
    """Put the payload where a job reads it at once, of whatever size."""
    if platform.system() == "Linux":
        held = os.memfd_create("payload")
    else:
        with tempfile.TemporaryFile() as file:
            held = os.dup(file.fileno())
    view = memoryview(payload)
    while view:
        view = view[os.write(held, view) :]
    return held


def _listen(lease: socket.socket, ends: dict[str, int], streams: dict[str, Stream], due: float) -> wire.Ended:
    """Read until the zygote says that the job has ended and every pipe is empty."""
    said: dict[str, Any] = {}
    line = b""
    with selectors.DefaultSelector() as selector:
        selector.register(lease, selectors.EVENT_READ, "lease")
        for name, end in ends.items():
            selector.register(end, selectors.EVENT_READ, name)
        while selector.get_map():
            ready = selector.select(max(0.0, due + GRACE_SECONDS - time.monotonic()))
            if not ready and time.monotonic() >= due + GRACE_SECONDS:
                raise Gone(started=True)
            for key, _ in ready:
                if key.data == "lease":
                    more = lease.recv(65536)
                    line += more
                    if not more:
                        raise Gone(started=b"started" in line)
                    said = _last(line)
                    if "status" in said:
                        selector.unregister(lease)
                else:
                    _drain(selector, lease, key.fd, streams[key.data])
    said.pop("started", None)
    return wire.Ended(**{**said, "refused": tuple(said["refused"])})


def _last(line: bytes) -> dict[str, Any]:
    whole = line.rpartition(b"\n")[0].splitlines()
    return dict(json.loads(whole[-1])) if whole else {}


def _drain(selector: selectors.BaseSelector, lease: socket.socket, end: int, stream: Stream) -> None:
    part = os.read(end, 1 << 20)
    if not part:
        selector.unregister(end)
        return
    was_over = stream.over
    stream.take(part)
    if stream.over and not was_over:
        with contextlib.suppress(OSError):
            lease.sendall(b"kill\n")


def _word(ended: wire.Ended, streams: dict[str, Stream], limits: Limits) -> Reply:
    payload = wire.unframe(streams["reply"].got)
    stopped = _judge(ended, streams, limits, answered=payload is not None)
    return Reply(
        payload=payload,
        stdout=streams["stdout"].got.decode(errors="replace"),
        stderr=streams["stderr"].got.decode(errors="replace"),
        stopped=stopped,
        seconds=ended.seconds,
        peak_bytes=ended.peak_bytes,
        cpu_seconds=ended.cpu_seconds,
    )


def _judge(ended: wire.Ended, streams: dict[str, Stream], limits: Limits, *, answered: bool) -> Stop | None:
    """Say which limit was met, the surest sign first, and which calls were refused on the way."""
    met = _judge_limit(ended, streams, limits)
    if not ended.refused:
        return met or _judge_exit(os.waitstatus_to_exitcode(ended.status), streams, answered=answered)
    asked = ", ".join(ended.refused)
    if met is not None:
        return Stop(met.limit, f"{met.detail}; refused: {asked}")
    return Stop("processes" if set(ended.refused) <= calls.NEW_PROCESS else "refused", asked)


def _judge_limit(ended: wire.Ended, streams: dict[str, Stream], limits: Limits) -> Stop | None:
    over = [stream for stream in streams.values() if stream.over]
    if over:
        return Stop("output", f"{over[0].name}: {_size(over[0].most)}")
    if ended.killed == "wall":
        return Stop("wall", f"{limits.wall_seconds:g} s")
    if ended.killed == "scratch":
        return Stop("output", f"files: {_size(SCRATCH_BYTES)}")
    if ended.killed == "refused":
        return None
    number = os.WTERMSIG(ended.status) if os.WIFSIGNALED(ended.status) else 0
    if number == signal.SIGXCPU or (number == signal.SIGKILL and ended.cpu_seconds >= limits.cpu_seconds):
        return Stop("cpu", f"{limits.cpu_seconds:g} s")
    if (not number and os.WEXITSTATUS(ended.status) == wire.OUT_OF_MEMORY) or (number and _ran_out(streams)):
        return Stop("memory", _size(limits.memory_bytes))
    if number:
        return Stop("signal", signal.Signals(number).name if number in set(signal.Signals) else str(number))
    return None


def _judge_exit(code: int, streams: dict[str, Stream], *, answered: bool) -> Stop | None:
    if code == wire.CELL_RAISED:
        said = _RAISED.findall(streams["stderr"].got.decode(errors="replace"))
        return Stop("crashed", said[-1][:200] if said else "the cell raised")
    if code != 0:
        return Stop("crashed", f"left with exit code {code}")
    if answered:
        return None
    return (
        Stop("refused", "a reply that is not the cell's")
        if streams["reply"].got
        else Stop("crashed", "left without a reply")
    )


def _ran_out(streams: dict[str, Stream]) -> bool:
    """Whether a library said, before it aborted, that it found no memory."""
    words = (b"memory allocation of", b"bad_alloc", b"out of memory", b"MemoryError")
    return any(word in streams["stderr"].got for word in words)


def _size(count: int) -> str:
    return f"{count // MIB} MiB" if count >= MIB else f"{count} bytes"
