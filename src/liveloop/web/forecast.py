"""Is the person ready, how would they know, and were earlier forecasts right?"""

from __future__ import annotations

from fastapi import APIRouter

from liveloop.coach.calibration import overconfidence
from liveloop.coach.readiness import score_forecasts
from liveloop.web.baseline import show_held
from liveloop.web.desk import AtDesk
from liveloop.web.practice_shapes import ForecastPage, ForecastPoint, MemoryRow

router = APIRouter(prefix="/api/forecast", tags=["forecast"])


@router.get("")
def get_forecast(desk: AtDesk) -> ForecastPage:
    """Forecast each round for its own day; the forecasts of a day are kept once, to be scored by what comes."""
    agenda, now = desk.agenda, desk.clock()
    kept = agenda.kept()
    plan = kept.plan if kept else None
    happened = agenda.happened()
    person = agenda.person(happened)
    loop = agenda.loop()
    ready = agenda.readiness(person, plan, write=plan is not None and person.events > 0)
    then = max(now, agenda.noon(plan.goal.last)) if plan else now
    forecasts = desk.journal.forecasts()
    skills = agenda.catalogue.skills
    memory = [
        MemoryRow(
            skill=key,
            title=skills[key].title,
            recall=round(trace.recall(now), 4),
            recall_then=round(trace.recall(then), 4),
            stability_days=round(trace.stability_days, 1),
            due_at=trace.due_at,
            lapses=trace.lapses,
        )
        for key, trace in person.traces.items()
        if key in skills
    ]
    outcomes = [outcome for outcome in happened.outcomes if outcome.sort != "baseline"]
    zone = desk.settings.zone
    return ForecastPage(
        interview=plan.goal.last if plan else None,
        dates={one.id: plan.goal.dates[one.id] for one in loop.rounds} if plan else {},
        rounds=ready,
        titles={one.id: one.title for one in loop.rounds},
        scored=score_forecasts(forecasts, outcomes),
        history=tuple(
            ForecastPoint(one.round_id, one.at.astimezone(zone).date(), one.chance, one.low, one.high)
            for one in forecasts
            if one.loop_id == loop.id
        ),
        held=show_held(desk, person, then),
        over=tuple(overconfidence(happened.entries, agenda.known(loop).drills, agenda.spoken())),
        memory=tuple(sorted(memory, key=lambda row: (row.recall_then, row.skill))),
        events=person.events,
    )
