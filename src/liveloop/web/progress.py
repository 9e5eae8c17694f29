"""How does practice go: how much, how well, and how well judged?"""

from __future__ import annotations

import logging

from fastapi import APIRouter

from liveloop.base.errors import BadInput
from liveloop.coach.mark import probes_of
from liveloop.coach.skill import calibrate, heat, master
from liveloop.drill import Drill
from liveloop.web.desk import AtDesk
from liveloop.web.shapes import ProgressPage, SignalPoint

log = logging.getLogger(__name__)
router = APIRouter(prefix="/api", tags=["progress"])


@router.get("/progress")
def get_progress(desk: AtDesk) -> ProgressPage:
    """Show the days, the skills, the calibration of stated confidence, and the signals in order."""
    entries = desk.journal.entries()
    drills = desk.slugs()
    zone = desk.settings.zone
    spoken = {drill.id: skills_of(drill) for drill in drills.values()}
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


def skills_of(drill: Drill) -> dict[str, str]:
    """Say which skill each probe speaks of when it is asked of this drill; none once its own probes are broken."""
    try:
        probes = probes_of(drill)
    except BadInput as refusal:  # the file was changed while the app runs; every other drill still has its skills
        log.warning("%s", refusal)
        return {}
    return {code: probe.skill[drill.kind] for code, probe in probes.items() if drill.kind in probe.skill}
