"""Does the result depend on the zone of the session, or on mixed zones in the data?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from liveloop.attempt import Kind
from liveloop.finding import Dimension
from liveloop.probe import Contrast, Exhibit, Probe
from liveloop.probes.databases import contrasts_from, laid_out
from liveloop.sqldiff.nasty import elsewhere


class TimeZone(Probe):
    """A day begins at another instant in each zone; the server's own zone is nobody's."""

    code = "time-zone"
    question = "Does the result depend on the zone of the session, or on mixed zones in the data?"
    why = "A day begins at another instant in each zone; the server's own zone is nobody's."
    dimension: ClassVar[Dimension] = "time"
    skill: ClassVar[dict[Kind, str]] = {"sql": "sql.time-zones", "python": "python.time-zones"}

    def contrasts(self, exhibit: Exhibit) -> Sequence[Contrast]:
        """Make the contrasts for the exhibit's kind."""
        return sql_contrasts(exhibit) if exhibit.drill.kind == "sql" else python_contrasts(exhibit)


def sql_contrasts(exhibit: Exhibit) -> Sequence[Contrast]:
    """Ask in the session of another zone, and near people's own midnights; calm is UTC in the middle of the day."""
    shelf = laid_out(exhibit)
    bases = shelf.family("alone", "several", "crowd")
    return [one for base in bases for one in contrasts_from(elsewhere(base, shelf.mined))]


ZONES = ("Asia/Kolkata", "America/Los_Angeles", "Pacific/Auckland", "mixed")


def python_contrasts(exhibit: Exhibit) -> Sequence[Contrast]:
    """Hand over the same instants in another zone, then in a zone for each row."""
    found: list[Contrast] = []
    for base in exhibit.bases()[:3]:
        for place, grid in base.grids():
            for at in grid.places("time", "known_at"):
                name = grid.columns[at].name
                for zone in ZONES:
                    nasty = base.put(place, replace(grid, zones=((name, zone),)))
                    where = "of several zones" if zone == "mixed" else f"in {zone}"
                    found.append(Contrast(nasty, (base,), f"`{name}` holds times {where}"))
        for place, name, value in base.literals():
            if isinstance(value, datetime):
                moved = value.astimezone(ZoneInfo("Pacific/Auckland"))
                found.append(Contrast(base.put(place, moved), (base,), f"`{name}` is given in Pacific/Auckland"))
    return found
