"""What is on today, and how does the plan follow what happens?

The plan is a document of the journal. Whenever it is read it is first brought up to date: what the journal holds is
matched with its blocks, days that passed without practice are missed, and only if anything changed is it made anew. In
a new week the weeks after it are laid anew by what is now known of the person.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo

from pydantic import TypeAdapter, ValidationError

from liveloop.base.clock import Clock
from liveloop.base.errors import BadInput
from liveloop.coach import evidence, history
from liveloop.coach.catalogue import Catalogue
from liveloop.coach.journal import Document, Forecast, Journal, NotThere
from liveloop.coach.loop import Loop
from liveloop.coach.memory import due_days
from liveloop.coach.person import Person, know
from liveloop.coach.planner import edit
from liveloop.coach.planner.choose import Shelf
from liveloop.coach.planner.days import LONGEST_HORIZON_DAYS, practice_days, refuse_goal, week_of
from liveloop.coach.planner.make import Known, make_plan, replan
from liveloop.coach.planner.wish import weights_on
from liveloop.coach.readiness import Readiness, forecast
from liveloop.coach.writing import scorer
from liveloop.drill import Drill
from liveloop.plan import Goal, Plan

PLAN = "plan"
DEFAULT_LOOP = "ai-safety"
ADAPTER: TypeAdapter[Plan] = TypeAdapter(Plan)


@dataclass(frozen=True)
class Kept:
    """The plan as it is kept: for which day it was last brought up to date, and when it last changed."""

    plan: Plan
    day: date
    changed_at: datetime


class Agenda:
    """Everything about a person's weeks: what is known of them, their plan, what is on today.

    Parameters
    ----------
    drills
        Gives the drills by slug.
    zone
        Where the person's days begin; None is the machine's own.
    """

    def __init__(
        self,
        journal: Journal,
        catalogue: Catalogue,
        drills: Callable[[], Mapping[str, Drill]],
        *,
        clock: Clock,
        zone: tzinfo | None = None,
    ) -> None:
        self.journal, self.catalogue, self.drills = journal, catalogue, drills
        self.clock, self.zone = clock, zone
        self._spoken: dict[str, dict[str, str]] = {}

    def today(self) -> date:
        """Say which day it is where the person is."""
        return self.clock().astimezone(self.zone).date()

    # What is known of the person

    def spoken(self) -> dict[str, dict[str, str]]:
        """Say which skill each probe of each drill speaks of, by the drill's id; read once for each drill."""
        for drill in self.drills().values():
            if drill.id not in self._spoken:
                self._spoken[drill.id] = history.skills_spoken(drill)
        return self._spoken

    def known(self, loop: Loop) -> history.Known:
        """Give what the journal's records name."""
        by_id = {drill.id: drill for drill in self.drills().values()}
        catalogue = self.catalogue
        return history.Known(by_id, self.spoken(), catalogue.items, catalogue.cards, catalogue.written(), loop)

    def happened(self) -> history.Happened:
        """Read everything that happened."""
        score = scorer(self.journal, self.catalogue.writing.criteria_of)
        return history.read_happened(self.journal, score)

    def person(self, happened: history.Happened | None = None) -> Person:
        """Say what is known of the person."""
        kept = self.kept()
        events = history.events_of(happened or self.happened(), self.known(self.loop()))
        events += history.block_events(kept.plan.blocks if kept else (), self.noon)
        return know(list(self.catalogue.skills), events)

    def loop(self, goal: Goal | None = None) -> Loop:
        """Give the loop of the goal, the shipped one when there is no goal."""
        name = goal.loop if goal else self.goal_loop()
        loop = self.catalogue.loops.get(name)
        if loop is None:
            raise BadInput(f"there is no loop {name!r}", where="loop", allowed=", ".join(self.catalogue.loops))
        return loop

    def goal_loop(self) -> str:
        """Name the loop that is planned for."""
        kept = self.kept()
        return kept.plan.goal.loop if kept and kept.plan.goal.loop in self.catalogue.loops else DEFAULT_LOOP

    def weights(self) -> dict[str, float]:
        """Say what each skill counts today: by the rounds that are still to come, of all when there is no plan."""
        kept, loop = self.kept(), self.loop()
        if kept is None or self.today() >= kept.plan.goal.last:
            return loop.weights()
        return weights_on(loop, kept.plan.goal, self.today())

    def readiness(self, person: Person, plan: Plan | None, *, write: bool = False) -> tuple[Readiness, ...]:
        """Forecast each round for its own day; `write` keeps the forecasts of a day, to be scored later."""
        loop = self.loop()
        now = self.clock()
        days = {one.id: self.noon(plan.goal.dates[one.id]) if plan else now for one in loop.rounds}
        ready = forecast(person.belief, loop, {key: person.recall(max(now, at)) for key, at in days.items()})
        if write and not any(one.at.astimezone(self.zone).date() == self.today() for one in self.journal.forecasts()):
            kept = [Forecast(loop.id, one.round_id, one.chance, one.low, one.high, now) for one in ready]
            self.journal.write_forecasts(kept)
        return ready

    def noon(self, day: date) -> datetime:
        """Give the middle of a day where the person is."""
        return datetime.combine(day, time(12)).astimezone(self.zone) if self.zone is None else datetime.combine(
            day, time(12), self.zone
        )  # fmt: skip

    # The plan

    def kept(self) -> Kept | None:
        """Read the plan as it is kept, without bringing it up to date; None when there is none.

        Raises
        ------
        BadInput
            For a document that is no plan.
        """
        document = self.journal.document(PLAN)
        if document is None:
            return None
        try:
            body = json.loads(document.body)
            plan = ADAPTER.validate_python(body["plan"])
            return Kept(plan, date.fromisoformat(body["day"]), document.saved_at)
        except (ValidationError, ValueError, KeyError, TypeError) as refusal:
            allowed = "a new plan, which is written over it: liveloop plan set"
            wrong = f"the plan in the journal cannot be read ({type(refusal).__name__})"
            raise BadInput(wrong, where=PLAN, allowed=allowed) from None

    def readable(self) -> Kept | None:
        """Read the plan as it is kept; None also for a document that is no plan, which a new one then replaces."""
        try:
            return self.kept()
        except BadInput:
            return None

    def plan(self) -> Plan | None:
        """Give the plan, brought up to date; None when there is none."""
        kept = self.kept()
        if kept is None:
            return None
        if kept.day > kept.plan.goal.last:  # it is over, and was brought to its end
            return kept.plan
        happened, today = self.happened(), self.today()
        loop = self.loop(kept.plan.goal)
        known = self.known(loop)
        found = evidence.evidence_of(happened, known, self.catalogue.subjects(), self.zone)
        until = [one for one in found if one.day <= kept.plan.goal.last]
        plan = evidence.match(kept.plan, until, evidence.minutes_of(known))
        if plan == kept.plan and today == kept.day:
            return plan
        adapt = today < plan.goal.last and week_of(plan.goal, today) > week_of(plan.goal, kept.day)
        return self.keep(replan(plan, self.shelf(loop), self.known_for(plan.goal, happened), adapt=adapt))

    def shelf(self, loop: Loop) -> Shelf:
        """Give everything that a block may open."""
        return self.catalogue.shelf(loop, self.drills())

    def known_for(self, goal: Goal, happened: history.Happened | None = None) -> Known:
        """Give what a plan is made from: the day, what is missing on the day of the loop, when reviews fall due."""
        person, today = self.person(happened), self.today()
        need = person.need(self.loop(goal), max(self.clock(), self.noon(goal.last)))
        days = [day for day in practice_days(goal) if day >= today]
        return Known(today, need, due_days(person.traces, days, max(today, goal.begins), self.zone))

    def keep(self, plan: Plan) -> Plan:
        """Write the plan to the journal."""
        body = json.dumps({"day": self.today().isoformat(), "plan": ADAPTER.dump_python(plan, mode="json")})
        self.journal.write_document(Document(PLAN, body, self.clock()))
        return plan

    def set_goal(self, goal: Goal) -> Plan:
        """Make a plan for a goal; what was done in an earlier one is kept, and what was pinned where it still suits.

        A plan of the same loop that is not over goes on from the day on which it began.

        Raises
        ------
        BadInput
            For a goal that no plan can be made for; the earlier plan then stays.
        """
        loop = self.loop(goal)
        kept = self.readable()
        if kept is not None:
            goal = going_on(goal, kept.plan.goal, self.today())
        refuse_goal(goal, loop, self.today())
        if kept is None:  # a document that is no plan would stand in the way of all that is asked below
            self.forget_plan()
        before = kept.plan.blocks if kept and kept.plan.goal.loop == goal.loop else ()
        if kept and any(block.activity == "baseline" and block.state == "done" for block in before):
            goal = replace(goal, baseline=False)
        earlier = kept.plan.goal if kept else None
        return self.keep(make_plan(goal, self.shelf(loop), self.known_for(goal), before=before, earlier=earlier))

    def change(self, block_id: str, change: Callable[[Plan, str, Shelf, Known], Plan]) -> Plan:
        """Change a block by one of the ways of `planner.edit`; NotThere when there is no plan."""
        plan = self.plan()
        if plan is None:
            raise NotThere("there is no plan yet", allowed="a plan: say first when the interview is")
        return self.keep(change(plan, block_id, self.shelf(self.loop(plan.goal)), self.known_for(plan.goal)))

    def move(self, block_id: str, day: date) -> Plan:
        """Move a block to a day."""
        return self.change(block_id, lambda plan, block, shelf, known: edit.move(plan, block, day, shelf, known))

    def pin(self, block_id: str, *, pinned: bool) -> Plan:
        """Keep a block where it is, or let it go."""
        return self.change(
            block_id, lambda plan, block, shelf, known: edit.pin(plan, block, shelf, known, pinned=pinned)
        )

    def finish(self, block_id: str, *, elsewhere: bool = False) -> Plan:
        """Call a block done; what the app would have recorded only when it was done elsewhere."""
        return self.change(
            block_id, lambda plan, block, shelf, known: edit.finish(plan, block, shelf, known, elsewhere=elsewhere)
        )

    def drop(self, block_id: str) -> Plan:
        """Leave a block out."""
        return self.change(block_id, edit.drop)

    def undo(self, block_id: str) -> Plan:
        """Take back that a block was called done or left out."""
        return self.change(block_id, edit.undo)

    def forget_plan(self) -> None:
        """Remove the plan; what was done stays in the journal."""
        self.journal.remove_document(PLAN)


def going_on(goal: Goal, earlier: Goal, today: date) -> Goal:
    """Let a goal begin on the day on which the plan began that it changes.

    It begins as it says itself where that plan is over or of another loop, began too long ago for these dates, or would
    have no day of practice left.
    """
    if goal.loop != earlier.loop or not earlier.begins <= today <= earlier.last:
        return goal
    since = replace(goal, begins=earlier.begins)
    fits = (goal.last - earlier.begins).days <= LONGEST_HORIZON_DAYS
    return since if fits and any(day >= today for day in practice_days(since)) else goal


def suggest_dates(loop: Loop, last: date, today: date) -> dict[str, date]:
    """Spread a loop's stages over the three weeks before its last day, as far as they fit after today.

    Examples
    --------
    >>> from liveloop.coach.loop import load_loops
    >>> dates = suggest_dates(load_loops()["ai-safety"], date(2026, 4, 30), date(2026, 3, 1))
    >>> [dates[key].isoformat() for key in ("recruiter", "statistics-sql", "ml", "design")]
    ['2026-04-09', '2026-04-16', '2026-04-23', '2026-04-30']
    """
    stages = sorted({one.stage for one in loop.rounds})
    gap = min(7, (last - today).days // (len(stages) + 1))
    if gap < 1:
        return dict.fromkeys((one.id for one in loop.rounds), last)
    back = {stage: len(stages) - 1 - place for place, stage in enumerate(stages)}
    return {one.id: last - timedelta(days=gap * back[one.stage]) for one in loop.rounds}
