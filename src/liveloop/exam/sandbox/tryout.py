"""Does a job really run at a level that the machine seems to have?"""

from __future__ import annotations

from liveloop.base.errors import BadInput
from liveloop.exam.sandbox.box import Sandbox
from liveloop.exam.sandbox.limits import Level

ASKED, DUE = b"result = sum(range(10))", b"45"


def try_job(level: Level) -> str | None:
    """Run one small job at a level; give what went wrong, None when it ran."""
    try:
        with Sandbox(level, slots=1) as sandbox:
            reply = sandbox.run("plain", ASKED)
    except (BadInput, RuntimeError, OSError) as error:
        return f"{error}"
    if reply.payload == DUE and reply.stopped is None:
        return None
    said = reply.stderr.strip().splitlines()
    return f"{reply.stopped or 'it gave something else back'}{f' ({said[-1][:200]})' if said else ''}"
