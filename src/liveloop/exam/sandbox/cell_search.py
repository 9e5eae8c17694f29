"""Is there a small database on which an attempt and the reference differ? Searched inside the child.

Both texts are in one process here, each in a session that reaches nothing outside. So what comes of it is no verdict:
it names a database, on which each is then run in a job of its own.
"""

from __future__ import annotations

import json


def main(payload: bytes) -> bytes:
    """Search and send the database that was found, or nothing."""
    from liveloop.sqldiff import Limits, compare
    from liveloop.sqldiff.carry import read_schema_of, write_found

    job = json.loads(payload)
    verdict = compare(
        job["reference"],
        job["attempt"],
        read_schema_of(job["schema"]),
        limits=Limits(**job["limits"]),
        seed=job["seed"],
    )
    if verdict.witness is None:
        return b""
    return write_found(verdict.witness.database, verdict.explanation.kind, steady=verdict.kind == "differs")
