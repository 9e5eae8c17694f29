"""Is there a small database on which an attempt and the reference differ? Searched inside the child.

Both texts are in one process here, each in a session that reaches nothing outside. So what comes of it is no verdict:
it names a database, on which each is then run in a job of its own.
"""

from __future__ import annotations

import json


def main(payload: bytes) -> bytes:
    """Search and send the database that was found, or nothing."""
    from liveloop.sqldiff import Desk, Limits
    from liveloop.sqldiff.carry import Found, read_database, read_schema_of, write_found
    from liveloop.sqldiff.zones import UTC

    job = json.loads(payload)
    schema = read_schema_of(job["schema"])
    also = [read_database(schema, one) for one in job["also"]]
    with Desk(also=[one for one in also if one is not None]) as desk:
        verdict = desk.compare(
            job["reference"], job["attempt"], schema, limits=Limits(**job["limits"]), seed=job["seed"]
        )
    if verdict.witness is None:
        return b""
    said, shown = verdict.explanation, verdict.witness.database
    # What mends it was tried in UTC: where the zone of the session alone tells them apart, only the same text is sure.
    part = (said.start, said.end) if said.exact or shown.time_zone == UTC else (0, 0)
    return write_found(Found(shown, said.kind, *part, steady=verdict.kind == "differs"))
