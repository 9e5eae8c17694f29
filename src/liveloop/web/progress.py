"""How does practice go: how much, how well, and how well judged?"""

from __future__ import annotations

from fastapi import APIRouter

from liveloop.coach.history import skills_spoken
from liveloop.coach.skill import calibrate, heat, master
from liveloop.web.desk import AtDesk
from liveloop.web.shapes import ProgressPage, SignalPoint

router = APIRouter(prefix="/api", tags=["progress"])


@router.get("/progress")
def get_progress(desk: AtDesk) -> ProgressPage:
    """Show the days, the skills, the calibration of stated confidence, and the signals in order."""
    entries = desk.journal.entries()
    drills = desk.slugs()
    zone = desk.settings.zone
    spoken = {drill.id: skills_spoken(drill) for drill in drills.values()}
    return ProgressPage(
        heat=tuple(heat(entries, zone)),
        skills=tuple(master(entries, drills, spoken, now=desk.clock())),
        calibration=calibrate(entries),
        signals=tuple(
            SignalPoint(entry.handed_in_at.astimezone(zone).date(), drills[entry.drill_id].slug, entry.signal)
            for entry in reversed(entries)
            if entry.signal is not None and entry.drill_id in drills
        ),
    )
