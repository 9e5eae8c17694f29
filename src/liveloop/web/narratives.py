"""How is a project written, kept in versions, compared and rehearsed?"""

from __future__ import annotations

from collections import Counter
from operator import attrgetter

from fastapi import APIRouter
from starlette.responses import PlainTextResponse

from liveloop.coach.journal import NotThere, Writing
from liveloop.coach.writing import Examined, examine, push, take_apart
from liveloop.coach.writing.compare import compare
from liveloop.coach.writing.markdown import to_markdown
from liveloop.coach.writing.narrative import SECTIONS
from liveloop.coach.writing.narratives import (
    PUSHBACK_SECONDS,
    Working,
    begin,
    filled,
    is_kept,
    keep,
    list_ids,
    read_working,
    rehearse,
    remove,
    restore,
    versions_of,
)
from liveloop.coach.writing.narratives import save as save_working
from liveloop.coach.writing.push import LEAST_REHEARSED
from liveloop.web.desk import AtDesk, Desk
from liveloop.web.shapes import Saved
from liveloop.web.shapes_narratives import (
    ComparePage,
    NarrativeIn,
    NarrativeMade,
    NarrativeNew,
    NarrativePage,
    NarrativeRow,
    NarrativesPage,
    Nothing,
    RehearsalPushback,
    RestoreIn,
)
from liveloop.web.shapes_writing import WrittenOut, WrittenSection
from liveloop.web.writings import count_words, rows_of, shelf_of, show_criteria

router = APIRouter(prefix="/api/narratives", tags=["narratives"])
DRAFT = "draft"


@router.get("")
def list_narratives(desk: AtDesk) -> NarrativesPage:
    """List the projects, the one touched last first."""
    rows = [show_narrative(desk, narrative_id) for narrative_id in list_ids(desk.journal)]
    rows.sort(key=attrgetter("last_at"), reverse=True)
    return NarrativesPage(tuple(rows), SECTIONS, shelf_of(desk)[1])


@router.post("", status_code=201)
def begin_narrative(new: NarrativeNew, desk: AtDesk) -> NarrativeMade:
    """Begin a project."""
    return NarrativeMade(begin(desk.journal, new.title, at=desk.clock()))


@router.get("/{narrative_id}")
def get_narrative(narrative_id: str, desk: AtDesk) -> NarrativePage:
    """Give a project: the working draft with what is found in it, and the versions.

    What was pushed on in earlier rehearsals comes later.
    """
    working = read_working(desk.journal, narrative_id)
    examined = look_at(desk, working)
    rubric = shelf_of(desk)[0].narrative
    versions = versions_of(desk.journal, narrative_id)
    met = Counter(one.says for version in versions for one in take_apart(version).replies)
    pushed = sorted(push(rubric.pushbacks, examined.found, least=LEAST_REHEARSED), key=lambda one: met[one.says])
    return NarrativePage(
        id=narrative_id,
        title=working.title,
        sections=working.sections,
        planned=working.planned,
        rehearsing=working.rehearsing,
        saved_at=working.saved_at,
        kept=is_kept(desk.journal, narrative_id, working),
        written=tuple(WrittenSection(name, examined.pieces(name, text)) for name, text in working.sections.items()),
        criteria=tuple(show_criteria(examined, ())),
        pushbacks=tuple(RehearsalPushback(one.says, one.section, PUSHBACK_SECONDS) for one in pushed),
        versions=rows_of(desk, versions),
    )


@router.put("/{narrative_id}")
def save_narrative(narrative_id: str, given: NarrativeIn, desk: AtDesk) -> Saved:
    """Keep the working draft."""
    read_working(desk.journal, narrative_id)
    now = desk.clock()
    working = Working(given.title, given.sections, given.planned, given.rehearsing)
    save_working(desk.journal, narrative_id, working, at=now)
    return Saved(now)


@router.post("/{narrative_id}/versions", status_code=201)
def keep_version(narrative_id: str, desk: AtDesk) -> WrittenOut:
    """Keep the working draft as a version."""
    return WrittenOut(keep(desk.journal, narrative_id, at=desk.clock()).id)


@router.post("/{narrative_id}/restore")
def restore_version(narrative_id: str, given: RestoreIn, desk: AtDesk) -> NarrativePage:
    """Go on from an earlier version; what the working draft said is kept first."""
    restore(desk.journal, narrative_id, given.writing_id, at=desk.clock())
    return get_narrative(narrative_id, desk)


@router.post("/{narrative_id}/rehearsals", status_code=201)
def end_rehearsal(narrative_id: str, desk: AtDesk) -> WrittenOut:
    """End the rehearsal under way, and keep it."""
    pushbacks = shelf_of(desk)[0].narrative.pushbacks
    return WrittenOut(rehearse(desk.journal, narrative_id, pushbacks, at=desk.clock()).id)


@router.post("/{narrative_id}/remove")
def remove_narrative(narrative_id: str, desk: AtDesk) -> Nothing:
    """Take away a project of which no version was kept."""
    remove(desk.journal, narrative_id)
    return Nothing()


@router.get("/{narrative_id}/compare")
def compare_versions(narrative_id: str, before: str, desk: AtDesk, after: str = DRAFT) -> ComparePage:
    """Compare two versions word by word; `draft` stands for the working draft."""
    old, new = (sections_of(desk, narrative_id, which) for which in (before, after))
    return ComparePage(before, after, compare(old, new))


@router.get(
    "/{narrative_id}/text", response_class=PlainTextResponse, responses={200: {"content": {"text/markdown": {}}}}
)
def export_narrative(narrative_id: str, desk: AtDesk, version: str = DRAFT) -> PlainTextResponse:
    """Give the working draft, or a version, as Markdown."""
    title = read_working(desk.journal, narrative_id).title
    if version != DRAFT:
        title = find_version(desk, narrative_id, version).title
    text = to_markdown(title, sections_of(desk, narrative_id, version))
    return PlainTextResponse(text, media_type="text/markdown")


def show_narrative(desk: Desk, narrative_id: str) -> NarrativeRow:
    """Show a project in a list."""
    working = read_working(desk.journal, narrative_id)
    versions = versions_of(desk.journal, narrative_id)
    rehearsed = sum(bool(take_apart(one).laps) for one in versions)
    times = [*(one.at for one in versions[:1]), *([working.saved_at] if working.saved_at else [])]
    return NarrativeRow(
        id=narrative_id,
        title=working.title,
        words=count_words({str(name): text for name, text in working.sections.items()}),
        filled=len(filled(working)),
        versions=len(versions) - rehearsed,
        rehearsals=rehearsed,
        last_at=max(times),
    )


def look_at(desk: Desk, working: Working) -> Examined:
    """Look through a working draft."""
    return examine({str(name): text for name, text in working.sections.items()}, shelf_of(desk)[0].narrative.criteria)


def sections_of(desk: Desk, narrative_id: str, which: str) -> dict[str, str]:
    """Give the sections of a version, or of the working draft."""
    if which == DRAFT:
        return filled(read_working(desk.journal, narrative_id))
    return dict(take_apart(find_version(desk, narrative_id, which)).sections)


def find_version(desk: Desk, narrative_id: str, writing_id: str) -> Writing:
    """Find a version of this project."""
    for writing in versions_of(desk.journal, narrative_id):
        if writing.id == writing_id:
            return writing
    raise NotThere(f"there is no version {writing_id[:80]!r}", allowed=f"{DRAFT}, or an id that the page lists")
