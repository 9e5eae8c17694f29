"""How does everything a person made leave by the browser, come back, or go?"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from fastapi import APIRouter, Response
from pydantic import ConfigDict

from liveloop.base.errors import BadInput
from liveloop.coach.archive import pack, refuse_while_examining, unpack
from liveloop.coach.journal.export import tally
from liveloop.web.desk import AtDesk, Desk
from liveloop.web.shapes import CLOSED

CONFIRMED = "delete everything"
LONGER_BODIES = {"/api/archive": 64_000_000}
OPENAPI: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "everything that is kept, as one archive",
        "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
    }
}

router = APIRouter(prefix="/api", tags=["archive"])


@dataclass(frozen=True)
class KeptRows:
    """How many rows of a sort the journal holds."""

    sort: str
    rows: int


@dataclass(frozen=True)
class DataPage:
    """What is kept, and in which file on this machine."""

    journal: str
    size_bytes: int
    kept: tuple[KeptRows, ...]


@dataclass(frozen=True)
class ArchiveIn:
    """An archive, in base64."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED
    data: str


@dataclass(frozen=True)
class RowsTaken:
    """How many rows an archive held that were not there, and the names of those it held a newer one of."""

    added: int
    replaced: tuple[str, ...]


@dataclass(frozen=True)
class DeleteIn:
    """The words that say that it is meant."""

    __pydantic_config__: ClassVar[ConfigDict] = CLOSED
    confirm: str


@dataclass(frozen=True)
class Deleted:
    """How many rows were deleted."""

    rows: int
    state: Literal["empty"] = "empty"


@router.get("/data")
def get_data(desk: AtDesk) -> DataPage:
    """Say what is kept and where."""
    file = desk.journal.path
    log = file.with_name(f"{file.name}-wal")
    size = sum(part.stat().st_size for part in (file, log) if part.exists())
    rows = tally(desk.journal).items()
    return DataPage(str(file), size, tuple(KeptRows(sort, count) for sort, count in rows))


@router.get("/archive", response_class=Response, responses=OPENAPI)
def get_archive(desk: AtDesk) -> Response:
    """Give everything as one archive."""
    today = desk.clock().astimezone(desk.settings.zone).date()
    headers = {"content-disposition": f'attachment; filename="liveloop-{today.isoformat()}.zip"'}
    return Response(pack(desk.journal), media_type="application/zip", headers=headers)


@router.post("/archive")
def take_archive(archive: ArchiveIn, desk: AtDesk) -> RowsTaken:
    """Add what an archive holds and the journal does not; attempts without a debrief are examined then."""
    try:
        data = base64.b64decode(archive.data, validate=True)
    except (binascii.Error, ValueError) as refusal:
        raise BadInput(f"not base64 ({refusal})", where="data", allowed="an archive in base64") from None
    refuse_under_way(desk)
    taken = unpack(desk.journal, data, clock=desk.clock)
    desk.examiner.resume()
    return RowsTaken(taken.added, taken.replaced)


@router.post("/archive/delete")
def delete_everything(wish: DeleteIn, desk: AtDesk) -> Deleted:
    """Delete everything a person made; only with the words that say that it is meant."""
    if wish.confirm != CONFIRMED:
        raise BadInput("nothing was deleted", where="confirm", allowed=CONFIRMED)
    refuse_under_way(desk)
    rows = sum(tally(desk.journal).values())
    desk.journal.erase()
    return Deleted(rows)


def refuse_under_way(desk: Desk) -> None:
    """Refuse while an attempt waits here or is being examined, here or by another process."""
    waiting = desk.examiner.under_way()
    if waiting:
        wrong = f"{waiting} of your attempts {'is' if waiting == 1 else 'are'} being examined"
        raise BadInput(wrong, allowed="the same again once the debriefs are there")
    refuse_while_examining(desk.journal, desk.clock)
