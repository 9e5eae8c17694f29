"""What does a reader stumble over in a text? Read inside the child, since a parser can be bombed too."""

from __future__ import annotations

import json

from liveloop.exam.sandbox.reading_python import read_python
from liveloop.exam.sandbox.reading_sql import read_sql

MOST_REMARKS = 200


def main(payload: bytes) -> bytes:
    """Read one text and send the remarks: line, rule, why."""
    job = json.loads(payload)
    if job["kind"] == "python":
        remarks = read_python(job["text"], tuple(job["mutated"]), job["symbols"])
    else:
        remarks = read_sql(job["text"])
    return json.dumps(sorted(remarks)[:MOST_REMARKS]).encode()
