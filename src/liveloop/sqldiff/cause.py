"""Which mistake makes two queries differ, and where in the attempt does it stand? The reference is never shown."""

from __future__ import annotations

from dataclasses import dataclass

from liveloop.sqldiff.classes import class_of
from liveloop.sqldiff.signs import Evidence, signs


@dataclass(frozen=True)
class Explanation:
    """What was wrong.

    Parameters
    ----------
    kind
        One of `CLASSES`; empty when nothing was looked for.
    says
        The edit in words; empty when only the class is known.
    start, end
        The part of the attempt that it changes; both 0 when only the class is known.
    exact
        Whether the edit makes the one text the other, and not only give the same on all that was tried.
    """

    kind: str = ""
    says: str = ""
    start: int = 0
    end: int = 0
    exact: bool = False


NONE = Explanation()


def cause(evidence: Evidence) -> Explanation:
    """Name the mistake: the class that all signs speak for, and an edit that mends it where there is one."""
    mended = evidence.mended
    if evidence.elsewhere:
        found = [edit for edit in (*mended.exact, *mended.own) if edit.kind == "time-zone"]
        place = (found[0].start, found[0].end) if found else (0, 0)
        said = f"the result depends on the zone of the session, here {evidence.witness.time_zone}"
        return Explanation("time-zone", said, *place)
    if evidence.unsteady:
        return Explanation("tie", "rows that tie are taken in any order")
    kind, exact = class_of(signs(evidence)), bool(mended.exact or mended.exact_other)
    fitting = mended.exact or [edit for edit in mended.own if edit.kind == kind]
    if not fitting:
        return Explanation(kind, exact=exact)
    edit = min(fitting, key=lambda edit: (edit.kind != kind, edit.end - edit.start))
    return Explanation(kind, edit.says, edit.start, edit.end, exact)
