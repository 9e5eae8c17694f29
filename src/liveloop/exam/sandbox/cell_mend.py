"""Which single changes of an attempt give what the reference gives, wherever both were tried? Asked inside the child.

What comes of it is no verdict: each change is examined as an attempt of its own before anything is said of it.
"""

from __future__ import annotations

import json


def main(payload: bytes) -> bytes:
    """Send the changes, the likeliest first: class, part of the attempt, the text with the change."""
    from liveloop.sqldiff import Desk, Limits
    from liveloop.sqldiff.carry import read_schema_of
    from liveloop.sqldiff.classes import class_of
    from liveloop.sqldiff.signs import Evidence, signs

    job = json.loads(payload)
    told: list[Evidence] = []
    with Desk(told=told.append) as desk:
        schema, limits = read_schema_of(job["schema"]), Limits(**job["limits"])
        desk.compare(job["reference"], job["attempt"], schema, limits=limits, seed=job["seed"])
    found = [
        (edit.kind != class_of(signs(evidence)), edit.end - edit.start, edit)
        for evidence in told
        for edit in (*evidence.mended.exact, *evidence.mended.own)
        if edit.places == 1 and edit.end > edit.start
    ]
    ranked = [edit for *_, edit in sorted(found, key=lambda one: one[:2])]
    return json.dumps([[edit.kind, edit.start, edit.end, edit.text] for edit in ranked]).encode()
