"""How much may foreign code use, and what does it say when it was stopped?"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

from liveloop.base.budget import PATIENCE
from liveloop.base.errors import BadInput

Level = Literal["bwrap", "landlock", "process"]
Met = Literal["wall", "cpu", "memory", "output", "processes", "signal", "refused", "crashed"]
MIB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """Say how much one job may use.

    `memory_bytes` is on top of what the warm interpreter and its libraries hold already. `output_bytes` holds for
    stdout and stderr each; `reply_bytes` for what the cell gives back. `cpu_seconds` is rounded up to whole seconds
    by the kernel.

    Examples
    --------
    >>> Limits(wall_seconds=0)
    Traceback (most recent call last):
    liveloop.base.errors.BadInput: Limits.wall_seconds: 0 is not a limit. Allowed: a number above zero.
    """

    wall_seconds: float = 5.0
    cpu_seconds: float = 5.0
    memory_bytes: int = 512 * MIB
    output_bytes: int = MIB
    reply_bytes: int = 64 * MIB

    @classmethod
    def of_work(cls, seconds: float, memory_bytes: int = 512 * MIB) -> Limits:
        """Allow so many seconds of processor time, and a few times as many of the clock.

        What is said of an attempt should not hang on what else the machine has to do.
        """
        return cls(PATIENCE * seconds, seconds, memory_bytes)

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1 << 50:
                raise BadInput(f"{value!r} is not a limit", where=f"Limits.{field.name}", allowed="a number above zero")


@dataclass(frozen=True)
class Stop:
    """Say which limit was met, and how: `Stop("wall", "2 s")`, `Stop("refused", "socket")`.

    Examples
    --------
    >>> str(Stop("memory", "512 MiB"))
    'memory: 512 MiB'
    """

    limit: Met
    detail: str

    def __str__(self) -> str:
        return f"{self.limit}: {self.detail}"


@dataclass(frozen=True)
class Reply:
    """What one job gave back. All of it but `stopped`, the seconds and `peak_bytes` is the foreign code's own word.

    `payload` is None when the cell gave nothing back. It can be there although `stopped` is set: a job that asked
    for a socket and was refused goes on, and may still give a value. `peak_bytes` is what the job added to the
    resident memory of the warm interpreter. `seconds` counts from the fork to the job's end,
    `cpu_seconds` what the kernel charged the job: the one to judge by on a busy machine.
    """

    payload: bytes | None
    stdout: str
    stderr: str
    stopped: Stop | None
    seconds: float
    peak_bytes: int
    cpu_seconds: float = 0.0
