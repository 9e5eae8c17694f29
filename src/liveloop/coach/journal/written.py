"""What goes into the journal besides attempts, and what is asked of it?"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert

from liveloop.coach.journal.file import JournalFile
from liveloop.coach.journal.kept import (
    Document,
    Forecast,
    Outcome,
    OutcomeSort,
    Review,
    Writing,
    WritingMark,
    WritingSort,
)
from liveloop.coach.journal.records import NotThere
from liveloop.coach.journal.tables import columns, documents, forecasts, outcomes, reviews, writing_marks, writings


class Written(JournalFile):
    """The part of a journal that holds documents, writings, reviews, forecasts and outcomes.

    All but documents are append-only: the database itself refuses to change or delete them. What is newest is said by
    the time of a row, not by when it came in: an import may bring older ones later.
    """

    # Documents

    def write_document(self, document: Document) -> None:
        """Write a document over the one of that name."""
        values = vars(document) | {}
        statement = insert(documents).values(**values)
        with self.changing() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=values))

    def document(self, name: str) -> Document | None:
        """Give a document, None when there is none of that name."""
        with self.reading() as connection:
            row = connection.execute(select(documents).where(documents.c.name == name)).mappings().one_or_none()
        return None if row is None else Document(**row)

    def documents(self, prefix: str = "") -> list[Document]:
        """List the documents whose name begins so, by name."""
        query = select(documents).order_by(documents.c.name)
        if prefix:
            query = query.where(documents.c.name.startswith(prefix, autoescape=True))
        with self.reading() as connection:
            found = [Document(**row) for row in connection.execute(query).mappings()]
        return [document for document in found if document.name.startswith(prefix)]  # LIKE does not tell case

    def remove_document(self, name: str) -> None:
        """Remove a document; nothing happens when there is none of that name."""
        with self.changing() as connection:
            connection.execute(delete(documents).where(documents.c.name == name))

    # Writings

    def write_writing(self, writing: Writing) -> None:
        """Write a writing; when this returns it is on the disk."""
        with self.changing() as connection:
            connection.execute(writings.insert().values(**vars(writing)))

    def writing(self, writing_id: str) -> Writing:
        """Give one writing, exactly as handed in; NotThere when there is none of that id."""
        query = select(*columns(writings)).where(writings.c.id == writing_id)
        with self.reading() as connection:
            row = connection.execute(query).mappings().one_or_none()
        if row is None:
            raise no_writing(writing_id)
        return Writing(**row)

    def writings(self, sort: WritingSort | None = None, subject_id: str | None = None) -> list[Writing]:
        """List writings, newest first."""
        query = select(*columns(writings)).order_by(writings.c.at.desc(), writings.c.number.desc())
        if sort is not None:
            query = query.where(writings.c.sort == sort)
        if subject_id is not None:
            query = query.where(writings.c.subject_id == subject_id)
        with self.reading() as connection:
            return [Writing(**row) for row in connection.execute(query).mappings()]

    def write_writing_marks(self, given: Sequence[WritingMark]) -> None:
        """Write what was given to writings, all or none; earlier marks stay. NotThere for a writing that is not."""
        if not given:
            return
        named = {mark.writing_id for mark in given}
        with self.changing() as connection:
            there = set(connection.execute(select(writings.c.id).where(writings.c.id.in_(named))).scalars())
            if named - there:
                raise no_writing(min(named - there))
            connection.execute(writing_marks.insert(), [vars(mark) for mark in given])

    def writing_marks(self, writing_id: str | None = None) -> list[WritingMark]:
        """List the marks of one writing or of all, oldest first."""
        query = select(*columns(writing_marks)).order_by(writing_marks.c.at, writing_marks.c.number)
        if writing_id is not None:
            query = query.where(writing_marks.c.writing_id == writing_id)
        with self.reading() as connection:
            return [WritingMark(**row) for row in connection.execute(query).mappings()]

    # Reviews, forecasts, outcomes

    def write_review(self, review: Review) -> None:
        """Write how well a card was known."""
        with self.changing() as connection:
            connection.execute(reviews.insert().values(**vars(review)))

    def reviews(self) -> list[Review]:
        """List every review, oldest first."""
        with self.reading() as connection:
            query = select(*columns(reviews)).order_by(reviews.c.at, reviews.c.number)
            return [Review(**row) for row in connection.execute(query).mappings()]

    def write_forecasts(self, given: Sequence[Forecast]) -> None:
        """Write what is expected of rounds, all or none."""
        if given:
            with self.changing() as connection:
                connection.execute(forecasts.insert(), [vars(forecast) for forecast in given])

    def forecasts(self) -> list[Forecast]:
        """List every forecast, oldest first."""
        with self.reading() as connection:
            query = select(*columns(forecasts)).order_by(forecasts.c.at, forecasts.c.number)
            return [Forecast(**row) for row in connection.execute(query).mappings()]

    def write_outcome(self, outcome: Outcome) -> None:
        """Write how a round went."""
        with self.changing() as connection:
            connection.execute(outcomes.insert().values(**vars(outcome)))

    def outcomes(self, sort: OutcomeSort | None = None) -> list[Outcome]:
        """List the outcomes of one sort or of all, oldest first."""
        query = select(*columns(outcomes)).order_by(outcomes.c.at, outcomes.c.number)
        if sort is not None:
            query = query.where(outcomes.c.sort == sort)
        with self.reading() as connection:
            return [Outcome(**row) for row in connection.execute(query).mappings()]


def no_writing(writing_id: str) -> NotThere:
    """Word that a writing is not there."""
    return NotThere(f"there is no writing {writing_id!r}", allowed="an id that the journal lists")
