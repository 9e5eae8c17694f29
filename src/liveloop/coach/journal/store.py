"""What goes into the journal, and what is asked of it?"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row, Select, delete, func, select
from sqlalchemy.dialects.sqlite import insert

from liveloop.attempt import Attempt
from liveloop.coach.journal import claims, door
from liveloop.coach.journal.owner import Owner
from liveloop.coach.journal.records import Draft, Entry, NotThere, PersonMark, Reply
from liveloop.coach.journal.tables import attempts, debriefs, drafts, examinations, marks, replies
from liveloop.coach.journal.written import Written
from liveloop.debrief import Debrief, Signal

DEBRIEF: TypeAdapter[Debrief] = TypeAdapter(Debrief)


def open_journal(path: Path, *, read_only: bool = False) -> Journal:
    """Open the journal at a path, made and migrated when needed.

    With `read_only` it can be read where nothing can be written: on a full disk, in a read-only home.

    Raises
    ------
    JournalShut
        When it cannot be read or written, is no journal, or was written by a newer liveloop.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder, open_journal(Path(folder) / "journal.db") as journal:
    ...     journal.entries()
    []
    """
    return Journal(path, door.open_engine(path, read_only=read_only))


class Journal(Written):
    """Everything that was handed in, typed, said and marked; safe for many threads and many processes.

    Attempts, debriefs, replies and marks are append-only: the database itself refuses to change or delete them.
    Writings and what else comes with a plan are in the part that it inherits.
    """

    # Attempts

    def write_attempt(self, attempt: Attempt) -> None:
        """Write an attempt; when this returns it is on the disk. The draft of that very text goes."""
        with self.changing() as connection:
            connection.execute(attempts.insert().values(**columns_of(attempt)))
            same = (drafts.c.drill_id == attempt.drill_id) & (drafts.c.text == attempt.text)
            connection.execute(delete(drafts).where(same))

    def attempt(self, attempt_id: str) -> Attempt:
        """Give one attempt, exactly as handed in; NotThere when there is none of that id."""
        with self.reading() as connection:
            row = connection.execute(select(attempts).where(attempts.c.id == attempt_id)).one_or_none()
        if row is None:
            raise no_attempt(attempt_id)
        return attempt_of(row)

    def entries(self, *, drill_id: str | None = None, limit: int | None = None) -> list[Entry]:
        """List attempts, newest first, without their texts."""
        query = entry_query().order_by(attempts.c.handed_in_at.desc(), attempts.c.number.desc()).limit(limit)
        if drill_id is not None:
            query = query.where(attempts.c.drill_id == drill_id)
        with self.reading() as connection:
            return [entry_of(row) for row in connection.execute(query)]

    def entry(self, attempt_id: str) -> Entry:
        """Give one attempt's line; NotThere when there is none of that id."""
        with self.reading() as connection:
            row = connection.execute(entry_query().where(attempts.c.id == attempt_id)).one_or_none()
        if row is None:
            raise no_attempt(attempt_id)
        return entry_of(row)

    def signals(self) -> list[tuple[str, Signal]]:
        """List which signals each drill has had, as pairs of the drill's id and the signal, each once."""
        query = select(attempts.c.drill_id, debriefs.c.signal).join(debriefs, debriefs.c.attempt_id == attempts.c.id)
        with self.reading() as connection:
            return [(row.drill_id, row.signal) for row in connection.execute(query.distinct())]

    def debrief(self, attempt_id: str) -> Debrief | None:
        """Give the debrief of an attempt, None while there is none."""
        query = select(debriefs.c.body).where(debriefs.c.attempt_id == attempt_id)
        with self.reading() as connection:
            body = connection.execute(query).scalar_one_or_none()
        return None if body is None else DEBRIEF.validate_json(body)

    # Examinations

    def unexamined(self, *, most_tries: int, claimed: bool = False) -> list[str]:
        """List the attempts without a debrief that were tried less often than that, the least tried first.

        With `claimed`, only those that an owner has claimed, whether it lives or not.
        """
        query = (
            select(attempts.c.id)
            .outerjoin(debriefs, debriefs.c.attempt_id == attempts.c.id)
            .outerjoin(examinations, examinations.c.attempt_id == attempts.c.id)
            .where(debriefs.c.attempt_id.is_(None), func.coalesce(examinations.c.tries, 0) < most_tries)
            .order_by(func.coalesce(examinations.c.tries, 0), attempts.c.number)
        )
        if claimed:
            query = query.where(examinations.c.owner != claims.NOBODY)
        with self.reading() as connection:
            return list(connection.execute(query).scalars())

    def claim(self, attempt_id: str, owner: Owner, *, now: datetime, lease: timedelta) -> bool:
        """Claim the examination of an attempt; False when it has a debrief or a living owner."""
        with self.changing() as connection:
            return claims.claim(connection, attempt_id, owner, now=now, lease=lease)

    def held(self, owner: Owner, *, now: datetime) -> list[str]:
        """List the attempts that are being examined by anybody else who lives."""
        with self.reading() as connection:
            return claims.held(connection, owner, now=now)

    def renew(self, owner: Owner, *, now: datetime, lease: timedelta) -> None:
        """Give a sign of life for every claim of the owner."""
        with self.changing() as connection:
            claims.renew(connection, owner, until=now + lease)

    def write_debrief(self, debrief: Debrief, owner: Owner) -> bool:
        """Write the debrief and end the claim; False, with nothing written, when the claim is not the owner's."""
        body = DEBRIEF.dump_json(debrief).decode()
        with self.changing() as connection:
            if not claims.end(connection, debrief.attempt_id, owner):
                return False
            connection.execute(
                debriefs.insert().values(
                    attempt_id=debrief.attempt_id,
                    examined_at=debrief.examined_at,
                    signal=debrief.signal,
                    asked=json.dumps(debrief.asked),
                    found=json.dumps([finding.probe for finding in debrief.findings]),
                    body=body,
                )
            )
            return True

    def write_failure(self, attempt_id: str, owner: Owner, why: str) -> None:
        """Say why an examination stopped, and let go of the claim; the attempt stays to be tried again."""
        with self.changing() as connection:
            claims.fail(connection, attempt_id, owner, why)

    def give_up(self, owner: Owner, why: str, *, most_tries: int, now: datetime) -> None:
        """Say why of every examination that was tried so often and was left by a dead owner; it may be asked for."""
        with self.changing() as connection:
            claims.give_up(connection, owner, why, most_tries=most_tries, now=now)

    # Drafts, replies, marks

    def write_draft(self, draft: Draft) -> None:
        """Write a drill's draft over the one before."""
        values = vars(draft) | {}
        statement = insert(drafts).values(**values)
        with self.changing() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=["drill_id"], set_=values))

    def draft(self, drill_id: str) -> Draft | None:
        """Give a drill's draft."""
        return self.drafts().get(drill_id)

    def drafts(self) -> dict[str, Draft]:
        """Give every draft by its drill's id, newest first."""
        with self.reading() as connection:
            rows = connection.execute(select(drafts).order_by(drafts.c.saved_at.desc())).mappings()
            return {row["drill_id"]: Draft(**row) for row in rows}

    def write_reply(self, reply: Reply) -> None:
        """Write what was said to a pushback."""
        self._add(replies.insert().values(**vars(reply)), reply.attempt_id)

    def replies(self, attempt_id: str) -> list[Reply]:
        """List what was said to the pushbacks of an attempt, oldest first."""
        query = select(replies).where(replies.c.attempt_id == attempt_id).order_by(replies.c.at, replies.c.number)
        with self.reading() as connection:
            return [Reply(row.attempt_id, row.at, row.pushback, row.text) for row in connection.execute(query)]

    def write_marks(self, given: Sequence[PersonMark]) -> None:
        """Write what a person gave for criteria; earlier marks stay, the newest counts."""
        if given:
            self._add(marks.insert().values([vars(mark) for mark in given]), given[0].attempt_id)

    def marks(self, attempt_id: str) -> dict[str, float]:
        """Give the newest mark of each criterion."""
        query = select(marks).where(marks.c.attempt_id == attempt_id).order_by(marks.c.at, marks.c.number)
        with self.reading() as connection:
            return {row.criterion_id: row.mark for row in connection.execute(query)}

    def _add(self, statement: Any, attempt_id: str) -> None:  # noqa: ANN401 - an insert of any table
        """Insert what hangs on an attempt, which must be there."""
        with self.changing() as connection:
            there = select(attempts.c.id).where(attempts.c.id == attempt_id)
            if connection.execute(there).one_or_none() is None:
                raise no_attempt(attempt_id)
            connection.execute(statement)


def no_attempt(attempt_id: str) -> NotThere:
    """Word that an attempt is not there."""
    return NotThere(f"there is no attempt {attempt_id!r}", allowed="an id that `liveloop journal list` names")


def columns_of(attempt: Attempt) -> Mapping[str, Any]:
    """Give an attempt's columns."""
    return vars(attempt)


def attempt_of(row: Row[Any]) -> Attempt:
    """Make an attempt of its row."""
    return Attempt(
        id=row.id,
        drill_id=row.drill_id,
        kind=row.kind,
        text=row.text,
        handed_in_at=row.handed_in_at,
        confidence=row.confidence,
        started_at=row.started_at,
    )


@lru_cache(4096)
def read_codes(text: str | None) -> tuple[str, ...]:
    """Read a list of probe codes; the same few lists come again and again."""
    return tuple(json.loads(text or "[]"))


def entry_query() -> Select[Any]:
    """Select an attempt's line."""
    return (
        select(
            *(column for column in attempts.c if column.name != "text"),
            debriefs.c.signal,
            debriefs.c.asked,
            debriefs.c.found,
            examinations.c.owner,
            examinations.c.failed,
        )
        .outerjoin(debriefs, debriefs.c.attempt_id == attempts.c.id)
        .outerjoin(examinations, examinations.c.attempt_id == attempts.c.id)
    )


def entry_of(row: Row[Any]) -> Entry:
    """Make a line of its row."""
    return Entry(
        id=row.id,
        drill_id=row.drill_id,
        kind=row.kind,
        handed_in_at=row.handed_in_at,
        started_at=row.started_at,
        confidence=row.confidence,
        state="debriefed" if row.signal else "examining" if row.owner else "waiting",
        signal=row.signal,
        asked=read_codes(row.asked),
        found=read_codes(row.found),
        failed=row.failed,
    )
