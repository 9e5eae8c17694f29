"""Which remarks does a reader make on a text, line by line?"""

from __future__ import annotations

import json
from typing import Any, Protocol

from liveloop.attempt import Kind
from liveloop.exam.sandbox.limits import Limits, Reply
from liveloop.finding import LinesEvidence, Remark

LIMITS = Limits.of_work(2.0)
LONGEST_LINE = 200
MOST_REMARKS = 60


class Box(Protocol):
    """Anything that runs a cell: the sandbox, or a stand-in for one."""

    def run(self, cell: str, payload: bytes, *, limits: Limits) -> Reply:
        """Run one job."""


def read(
    kind: Kind, text: str, *, sandbox: Box, mutated: tuple[str, ...] = (), symbols: str = ""
) -> LinesEvidence | None:
    """Read a text in the sandbox; None when there is nothing to remark upon, or it could not be read.

    `mutated` are the arguments that a call was seen to change, `symbols` letters that the prompt gave a meaning. The
    remarks weigh nothing here: which of them make a
    finding is said by the probe `unreadable`.
    """
    payload = json.dumps({"kind": kind, "text": text, "mutated": mutated, "symbols": symbols}).encode()
    reply = sandbox.run("reading", payload, limits=LIMITS)
    remarks = remarks_of(reply, text.splitlines())
    return LinesEvidence(remarks) if remarks else None


def remarks_of(reply: Reply, lines: list[str]) -> tuple[Remark, ...]:
    """Read what came out of the child; what is not a remark is left out."""
    try:
        sent = json.loads(reply.payload or b"[]")
        return tuple(remark_of(item, lines) for item in sent[:MOST_REMARKS])
    except (ValueError, TypeError, KeyError, IndexError):
        return ()


def remark_of(item: Any, lines: list[str]) -> Remark:  # noqa: ANN401 - what came out of a child
    """Read one remark and quote its line."""
    line = min(max(int(item[0]), 1), max(1, len(lines)))
    quoted = lines[line - 1].strip()[:LONGEST_LINE] if lines else ""
    return Remark(line, quoted, str(item[2])[:LONGEST_LINE], str(item[1])[:40])
