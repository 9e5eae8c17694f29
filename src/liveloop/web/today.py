"""What is today for?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from fastapi import APIRouter

from liveloop.coach.journal import Entry
from liveloop.coach.review import skills_due
from liveloop.coach.skill import heat, streak
from liveloop.web.cards import attempt_card, drill_cards
from liveloop.web.desk import AtDesk, Desk
from liveloop.web.shapes import AgendaCard, DrillCard, NextCard, TodayPage

router = APIRouter(prefix="/api", tags=["today"])
RECENT = 8
MISSED_DAYS = 3
SURVIVED = ("yes", "strong yes")


@router.get("/today")
def get_today(desk: AtDesk) -> TodayPage:
    """Say what to do next, what was begun, what came of the last attempts."""
    entries = desk.journal.entries()
    cards = drill_cards(desk, entries)
    drills = desk.slugs()
    days = {day.date: day.attempts for day in heat(entries, desk.settings.zone)}
    today = desk.clock().astimezone(desk.settings.zone).date()
    drafted = [drills[key].slug for key in desk.journal.drafts() if key in drills]
    this_week = count_week(days, today)
    return TodayPage(
        date=today,
        headline=word_headline(cards, this_week),
        next=choose_next(desk, cards, entries),
        unfinished=tuple(card for slug in drafted for card in cards if card.slug == slug),
        recent=tuple(attempt_card(entry, drills.get(entry.drill_id)) for entry in entries[:RECENT]),
        streak_days=streak(days, today),
        attempts_this_week=this_week,
        agenda=show_agenda(desk, today),
    )


def show_agenda(desk: Desk, today: date) -> AgendaCard:
    """Say what the plan holds for today, and which of the last days' blocks were missed."""
    with desk.planning:
        plan = desk.agenda.plan()
    due = skills_due(desk.agenda.person().traces, desk.clock())
    if plan is None:
        return AgendaCard("none", due=due)
    loop = desk.agenda.loop(plan.goal)
    rounds = tuple(one.title for one in loop.rounds if plan.goal.dates.get(one.id) == today)
    if today >= plan.goal.last:
        return AgendaCard("over", due=due, rounds=rounds)
    coming = [block for block in plan.blocks if block.state == "planned" and block.day > today]
    next_day = min((block.day for block in coming), default=None)
    return AgendaCard(
        state="running",
        blocks=tuple(block for block in plan.blocks if block.day == today and block.counts),
        missed=tuple(
            block for block in plan.blocks if block.state == "missed" and 0 < (today - block.day).days <= MISSED_DAYS
        ),
        next_day=next_day,
        next_minutes=sum(block.minutes for block in coming if block.day == next_day),
        days_left=(plan.goal.last - today).days,
        due=due,
        rounds=rounds,
    )


def count_week(days: dict[date, int], today: date) -> int:
    """Count the attempts since Monday."""
    monday = today - timedelta(days=today.weekday())
    return sum(attempts for day, attempts in days.items() if monday <= day <= today)


def word_headline(cards: Sequence[DrillCard], this_week: int) -> str:
    """Say in one line how it stands."""
    if not cards:
        return "There are no drills here yet."
    clean = sum(card.state == "clean" for card in cards)
    if not any(card.attempts for card in cards):
        return f"{len(cards)} drills are waiting; the first takes {cards[0].minutes} minutes."
    attempts = "1 attempt" if this_week == 1 else f"{this_week} attempts"
    return f"{clean} of {len(cards)} drills survived without a finding; {attempts} this week."


def choose_next(desk: Desk, cards: Sequence[DrillCard], entries: Sequence[Entry]) -> NextCard:
    """Choose the drill to take next: what the last debrief named, else the first that is new, else the weakest."""
    by_slug = {card.slug: card for card in cards}
    last = next((entry for entry in entries if entry.signal is not None), None)
    debrief = None if last is None else desk.journal.debrief(last.id)
    if debrief is not None:
        named = by_slug.get(debrief.next_thing.drill_slug)
        if named is not None and named.best_signal not in SURVIVED:
            return NextCard(named, f"{debrief.next_thing.do}.")
    for card in cards:
        if not card.attempts:
            return NextCard(card, f"The first of week {card.week} that you have not tried.")
    open_cards = [card for card in cards if card.best_signal not in SURVIVED]
    if open_cards:
        oldest = min(open_cards, key=lambda card: card.last_at or desk.clock())
        return NextCard(oldest, "Not survived yet, and the longest ago.")
    if cards:
        return NextCard(min(cards, key=lambda card: card.last_at or desk.clock()), "Survived, and the longest ago.")
    return NextCard(None, "There are no drills here yet.")
