"""How does the journal leave as text that anyone can read, and how does it come back?

One JSON object a line: the first says which version wrote it, each other one is a row as it stands in the journal,
and says in `row` of which sort it is. Reading an export back adds what is missing and changes nothing that is there,
but for drafts and documents, of which the newer one wins. An empty journal becomes the one that was exported.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from liveloop.base.clock import Clock, system_clock
from liveloop.base.errors import BadInput
from liveloop.coach.journal.claims import NOBODY
from liveloop.coach.journal.door import NEWEST, known_versions
from liveloop.coach.journal.rows import SORTS, exported, read_row, rows_of, same, write_row
from liveloop.coach.journal.store import Journal
from liveloop.coach.journal.tables import debriefs, examinations

ONE_OF_A_KEY = {"attempt": "id", "debrief": "attempt_id", "writing": "id", "outcome": "id"}
NEWEST_WINS = {"draft": "drill_id", "document": "name"}
LEEWAY = timedelta(days=1)  # by which the clock of the machine that exported may be ahead
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def export(journal: Journal) -> Iterator[str]:
    """Give the journal line by line, attempts and writings before what hangs on them, each sort in its order.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from liveloop.coach.journal import open_journal
    >>> with TemporaryDirectory() as folder, open_journal(Path(folder) / "journal.db") as journal:
    ...     list(export(journal))
    ['{"row": "journal", "version": "0002"}']
    """
    yield json.dumps({"row": "journal", "version": NEWEST})
    with journal.reading() as connection:
        for sort in SORTS:
            for row in connection.execution_options(yield_per=100).execute(rows_of(sort)).mappings():
                yield write_row(sort, dict(row))


def tally(journal: Journal) -> dict[str, int]:
    """Count the rows of each sort, as an export would hold them."""
    with journal.reading() as connection:
        counts = {sort: select(func.count()).select_from(rows_of(sort).order_by(None).subquery()) for sort in SORTS}
        return {sort: connection.execute(count).scalar_one() for sort, count in counts.items()}


@dataclass(frozen=True)
class Taken:
    """What was taken in: how many rows were added, and the names of those that were written over an older one."""

    added: int
    replaced: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """Count all of them."""
        return self.added + len(self.replaced)

    def __str__(self) -> str:
        r"""Say it in a line.

        Examples
        --------
        >>> print(Taken(2), Taken(1, ("plan",)), sep="\n")
        2 rows added
        1 row added, 1 replaced: plan
        """
        said = f"{self.added} {'row' if self.added == 1 else 'rows'} added"
        names = ", ".join(" ".join(name.split()) for name in self.replaced)
        return f"{said}, {len(self.replaced)} replaced: {names}" if self.replaced else said


def take_in(journal: Journal, lines: Iterable[str], *, clock: Clock = system_clock) -> Taken:
    """Add what an export holds and the journal does not, all or nothing; say what was added and what replaced.

    Raises
    ------
    BadInput
        For a line that is no row of an export, for one that differs from the one that is there under its id, and for a
        new one of a time that is still to come: it would count as the newest of all, and no later one could replace it.
    """
    with journal.changing() as connection:
        taking = Taking(connection, clock() + LEEWAY)
        added = sum(taking.take(number, line) for number, line in enumerate(lines, 1) if line.strip())
        return Taken(added, tuple(taking.replaced))


class Taking:
    """An export while it is taken in: which rows without a key were there before, and how often each has come."""

    def __init__(self, connection: Connection, latest: datetime) -> None:
        self.connection = connection
        self.latest = latest
        self.replaced: list[str] = []
        self.there: dict[str, Counter[str]] = {}
        self.come: Counter[str] = Counter()

    def take(self, number: int, line: str) -> int:
        """Add one line's row when it is missing; say how many rows were added."""
        where = f"line {number}"
        try:
            row = json.loads(line, parse_constant=refuse_constant)
            sort = row.pop("row")
            if sort == "journal":
                return check_version(row)
            if sort not in SORTS:
                raise BadInput(f"not a row of an export ({sort!r})", allowed=", ".join(SORTS))
            return self.add(sort, read_row(sort, row))
        except BadInput as refusal:
            place = f"{where}, {refusal.where}" if refusal.where else where
            raise BadInput(refusal.wrong, where=place, allowed=refusal.allowed) from None
        except IntegrityError as refusal:
            allowed = "rows whose attempt comes first"
            raise BadInput(f"refused: {refusal.orig}", where=where, allowed=allowed) from None
        except SQLAlchemyError as refusal:
            raise BadInput(f"cannot be kept: {refusal}", where=where, allowed="the values of an export") from None
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as refusal:
            raise BadInput(f"not a row of an export ({refusal})", where=where, allowed="lines of an export") from None

    def add(self, sort: str, values: Mapping[str, Any]) -> int:
        """Add a row when it is missing."""
        if sort in NEWEST_WINS:
            return self.add_newer(sort, values)
        if sort == "stop":
            return self.add_stop(values)
        missing = self.misses_key(sort, values) if sort in ONE_OF_A_KEY else self.misses_one(sort, values)
        if missing:
            self.refuse_to_come(values)
            self.connection.execute(SORTS[sort][0].insert().values(values))
            if sort == "debrief":  # whoever is examining that attempt comes too late
                mine = examinations.c.attempt_id == values["attempt_id"]
                self.connection.execute(delete(examinations).where(mine))
        return int(missing)

    def add_newer(self, sort: str, values: Mapping[str, Any]) -> int:
        """Add a row, or write it over an older one of its name."""
        table, _ = SORTS[sort]
        self.refuse_to_come(values)
        key = NEWEST_WINS[sort]
        there = self.connection.execute(select(table.c.saved_at).where(table.c[key] == values[key])).first()
        newer = insert(table).values(values)
        is_newer = newer.excluded.saved_at > table.c.saved_at
        over = newer.on_conflict_do_update([key], set_=dict(values), where=is_newer)
        written = self.connection.execute(over).rowcount
        if there is None:
            return written
        if written:
            self.replaced.append(values[key] if sort == "document" else f"{sort} {values[key]}")
        return 0

    def refuse_to_come(self, values: Mapping[str, Any]) -> None:
        """Refuse a row of a time that is still to come."""
        for name, value in values.items():
            if isinstance(value, datetime) and value > self.latest:
                allowed = f"a time that is not to come: {self.latest:%Y-%m-%d %H:%M} UTC at the latest, a day from now"
                raise BadInput(f"{value:%Y-%m-%d %H:%M} UTC is still to come", where=name, allowed=allowed)

    def add_stop(self, values: Mapping[str, Any]) -> int:
        """Say why an examination stopped, unless it has gone on here."""
        for table in (debriefs, examinations):
            found = select(table.c.attempt_id).where(table.c.attempt_id == values["attempt_id"])
            if self.connection.execute(found).first():
                return 0
        let_go = {"owner": NOBODY, "lease_until": LONG_AGO}
        return self.connection.execute(examinations.insert().values(**values, **let_go)).rowcount

    def misses_key(self, sort: str, values: Mapping[str, Any]) -> bool:
        """Say whether nothing is there under the row's id; what is there must be equal."""
        table, _ = SORTS[sort]
        key = ONE_OF_A_KEY[sort]
        found = select(*exported(table)).where(table.c[key] == values[key])
        there = self.connection.execute(found).mappings().first()
        if there is not None and not same(dict(there), values):
            raise BadInput(f"the journal holds another one of {table.name} under {values[key]!r}")
        return there is None

    def misses_one(self, sort: str, values: Mapping[str, Any]) -> bool:
        """Say whether this row has come more often than it is there: the same may be said twice."""
        if sort not in self.there:
            rows = self.connection.execute(rows_of(sort)).mappings()
            self.there[sort] = Counter(write_row(sort, dict(row)) for row in rows)
        line = write_row(sort, values)
        self.come[line] += 1
        return self.come[line] > self.there[sort][line]


def check_version(row: Mapping[str, Any]) -> int:
    """Refuse an export of a newer version."""
    if row.get("version") not in known_versions():
        raise BadInput(f"written by version {row.get('version')}", allowed=", ".join(known_versions()))
    return 0


def refuse_constant(name: str) -> float:
    """Refuse what JSON does not know."""
    raise ValueError(f"{name} is no JSON")
