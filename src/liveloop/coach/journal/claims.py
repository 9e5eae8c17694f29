"""Who may examine an attempt, and how is it never examined into two debriefs?

An examination in progress is a row with its owner. A claim succeeds when there is no row, or the row's owner let go,
is dead, or gave no sign of life for a whole lease. A debrief is written only by the owner of the row, in the
transaction that ends it; and the debrief's key is the attempt, so that a second one cannot exist.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from liveloop.coach.journal.owner import Owner
from liveloop.coach.journal.tables import debriefs, examinations

NOBODY = ""


def claim(connection: Connection, attempt_id: str, owner: Owner, *, now: datetime, lease: timedelta) -> bool:
    """Claim an examination for the owner, unless it is done or in living hands."""
    if connection.execute(select(debriefs.c.attempt_id).where(debriefs.c.attempt_id == attempt_id)).first():
        return False
    row = connection.execute(select(examinations).where(examinations.c.attempt_id == attempt_id)).one_or_none()
    held = {"owner": owner.name, "lease_until": now + lease, "failed": None}
    if row is None:
        connection.execute(examinations.insert().values(attempt_id=attempt_id, tries=1, **held))
        return True
    if in_living_hands(row, owner, now):
        return False
    mine = update(examinations).where(examinations.c.attempt_id == attempt_id)
    connection.execute(mine.values(tries=row.tries + 1, **held))
    return True


def in_living_hands(row: Row[Any], owner: Owner, now: datetime) -> bool:
    """Say whether somebody holds the claim, lives, and gave a sign of it."""
    return row.owner != NOBODY and row.lease_until > now and owner.alive(row.owner)


def held(connection: Connection, owner: Owner, *, now: datetime) -> list[str]:
    """List the attempts that somebody else, who lives, is examining."""
    rows = connection.execute(select(examinations)).all()
    return [row.attempt_id for row in rows if row.owner != owner.name and in_living_hands(row, owner, now)]


def renew(connection: Connection, owner: Owner, *, until: datetime) -> None:
    """Move the end of every lease of the owner."""
    connection.execute(update(examinations).where(examinations.c.owner == owner.name).values(lease_until=until))


def end(connection: Connection, attempt_id: str, owner: Owner) -> bool:
    """End the owner's claim; False when somebody else has it by now."""
    mine = (examinations.c.attempt_id == attempt_id) & (examinations.c.owner == owner.name)
    return connection.execute(delete(examinations).where(mine)).rowcount == 1


def fail(connection: Connection, attempt_id: str, owner: Owner, why: str) -> None:
    """Let go of the owner's claim and say why."""
    mine = (examinations.c.attempt_id == attempt_id) & (examinations.c.owner == owner.name)
    connection.execute(update(examinations).where(mine).values(owner=NOBODY, failed=why))


def give_up(connection: Connection, owner: Owner, why: str, *, most_tries: int, now: datetime) -> None:
    """Take the claims that were tried so often from their dead owners and say why."""
    often = select(examinations).where(examinations.c.tries >= most_tries, examinations.c.owner != NOBODY)
    for row in connection.execute(often).all():
        if not in_living_hands(row, owner, now):
            this = update(examinations).where(examinations.c.attempt_id == row.attempt_id)
            connection.execute(this.values(owner=NOBODY, failed=why))
