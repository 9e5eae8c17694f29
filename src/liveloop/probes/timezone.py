"""Does the result depend on the zone of the session, or on mixed zones in the data?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from liveloop.attempt import Kind
from liveloop.finding import Dimension
from liveloop.probe import Contrast, Exhibit, Probe
from liveloop.probes.calls import Call
from liveloop.probes.databases import contrasts_from, laid_out
from liveloop.sqldiff.edge import across_the_change, near_dates
from liveloop.sqldiff.nasty import elsewhere

_ALONE, _SEVERAL = 24, 6  # dates are mentioned or they are not: few bases tell


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
    """Ask in the session of another zone, across its change of clocks, and near people's own midnights; calm is UTC."""
    shelf = laid_out(exhibit)
    bases = shelf.family("alone", "several", "burst", "crowd")
    found = [one for base in bases for one in contrasts_from(base, elsewhere(base, shelf.mined))]
    few = [*shelf.family("alone")[:_ALONE], *shelf.family("several")[:_SEVERAL]]
    found += [one for base in few for one in contrasts_from(base, near_dates(base, shelf.mined))]
    return found + [one for base in few for one in contrasts_from(base, across_the_change(base, shelf.mined))]


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
        found += near(base)
    return found


def near(base: Call) -> list[Contrast]:
    """Say a moment, or a time an hour before or after it, in another zone."""
    found = []
    for place, name, moment in base.literals():
        if not isinstance(moment, datetime):
            continue
        moved = replace(base.put(place, moment.astimezone(ZoneInfo("Pacific/Auckland"))), said="Pacific/Auckland")
        found.append(Contrast(moved, (base,), f"`{name}` is given in Pacific/Auckland"))
        for other, grid in base.grids():
            for at in grid.places("time", "known_at")[-1:] if grid.rows else ():
                for hours, zone in ((-1, "Pacific/Auckland"), (1, "America/Los_Angeles")):
                    close = base.cell((other, len(grid.rows) - 1, at), moment + timedelta(hours=hours))
                    nasty = close.put(other, replace(close.arguments[other], zones=((grid.columns[at].name, zone),)))
                    says = f"a `{grid.columns[at].name}` in {zone} lies an hour from `{name}`"
                    found.append(Contrast(nasty, (close,), says))
                for hours, zone in ((-1, "America/Los_Angeles"), (1, "Pacific/Auckland")):
                    close = base.cell((other, len(grid.rows) - 1, at), moment + timedelta(hours=hours))
                    nasty = replace(close.put(place, moment.astimezone(ZoneInfo(zone))), said=zone)
                    says = f"`{name}` is given in {zone}, and a `{grid.columns[at].name}` lies an hour from it"
                    found.append(Contrast(nasty, (close,), says))
    return found
