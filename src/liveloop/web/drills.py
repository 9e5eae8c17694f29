"""Which drills are there, and what does one ask?"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping

from fastapi import APIRouter

from liveloop.attempt import Kind, refuse_draft
from liveloop.base.errors import BadInput
from liveloop.coach.journal import Draft
from liveloop.drill import Drill
from liveloop.web.cards import attempt_card, drill_card, drill_cards
from liveloop.web.desk import AtDesk, Desk
from liveloop.web.shapes import (
    DraftCard,
    DraftIn,
    DrillCard,
    DrillsPage,
    DrillState,
    Saved,
    TableCard,
    WorkspacePage,
)

router = APIRouter(prefix="/api/drills", tags=["drills"])
log = logging.getLogger(__name__)


@router.get("")
def list_drills(
    desk: AtDesk,
    skill: str = "",
    week: int | None = None,
    state: DrillState | None = None,
    kind: Kind | None = None,
    q: str = "",
) -> DrillsPage:
    """List the drills that fit the filters."""
    cards = drill_cards(desk, desk.journal.entries())
    wanted = {"week": week, "state": state, "kind": kind}
    return DrillsPage(
        drills=tuple(card for card in cards if fits(card, skill, q) and has(card, wanted)),
        skills=tuple(sorted({skill for card in cards for skill in card.skills})),
        weeks=tuple(sorted({card.week for card in cards})),
        broken=desk.shelf().broken,
    )


def fits(card: DrillCard, skill: str, words: str) -> bool:
    """Say whether a card has the skill and every word."""
    text = " ".join((card.title, card.slug, *card.skills)).lower()
    return (not skill or skill in card.skills) and all(word in text for word in words.lower().split())


def has(card: DrillCard, wanted: Mapping[str, object]) -> bool:
    """Say whether a card has the fields wanted; None wants nothing."""
    return all(value is None or getattr(card, name) == value for name, value in wanted.items())


@router.get("/{slug}")
def get_drill(slug: str, desk: AtDesk) -> WorkspacePage:
    """Give one drill to work on: all that the candidate may see, and nothing else."""
    drill = desk.drill(slug)
    entries = desk.journal.entries(drill_id=drill.id)
    draft = desk.journal.draft(drill.id)
    desk.engine.prepare(drill)
    return WorkspacePage(
        card=drill_card(drill, entries, () if draft is None else (drill.id,)),
        prompt=drill.prompt,
        signature=signature_of(drill) or None,
        columns=() if drill.sql is None else drill.sql.columns,
        out_of_scope=drill.out_of_scope,
        tables=show_tables(desk, drill),
        given=drill.given,
        starter=write_starter(drill),
        draft=None if draft is None else DraftCard(draft.text, draft.confidence, draft.saved_at),
        attempts=tuple(attempt_card(entry, drill) for entry in entries),
        after=drill.after if entries else None,
    )


def show_tables(desk: Desk, drill: Drill) -> tuple[TableCard, ...]:
    """Show the tables; a prompt without them is better than no page."""
    try:
        return desk.engine.tables(drill)
    except BadInput:
        log.exception("the tables of %s cannot be shown", drill.slug)
        return ()


def signature_of(drill: Drill) -> str:
    """Give the signature of the function that is to be written; empty for a query."""
    form = drill.python or drill.estimator
    return "" if form is None else form.signature


def write_starter(drill: Drill) -> str:
    """Write what stands in an empty editor."""
    if drill.kind == "python":
        signature = signature_of(drill).strip().rstrip(":")
        signature = signature if signature.startswith("def ") else f"def {signature}"
        frame = "pandas" if drill.python is None else drill.python.frame
        imports = {"pandas": "import pandas as pd", "polars": "import polars as pl"}[frame]
        return f"{imports}\n\n\n{signature}:\n    ...\n"
    if drill.kind == "features":
        return '[views.NAME]\nsource = ""\nby = "user_id"\nop = "count"\n'
    return f"-- columns: {list_words(drill.sql.columns if drill.sql else ())}\nSELECT\n"


def list_words(words: Iterable[str]) -> str:
    """Join words with commas."""
    return ", ".join(words)


@router.put("/{slug}/draft")
def save_draft(slug: str, draft: DraftIn, desk: AtDesk) -> Saved:
    """Keep what was typed, over what was kept before."""
    refuse_draft(draft.text)
    drill = desk.drill(slug)
    saved_at = desk.clock()
    desk.journal.write_draft(Draft(drill.id, draft.text, draft.confidence, saved_at))
    return Saved(saved_at)
