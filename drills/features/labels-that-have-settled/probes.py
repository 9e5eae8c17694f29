"""What if a verdict, or its correction, became known inside the week, or after midnight?

The house's own probe of this code moves a fact against one moment. Here there are two, the run's and each row's, so the
small databases are made for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

from liveloop.author import Contrast, Dimension, Exhibit, Kind, Probe

DAY = 86_400_000_000
TRAINED = int(datetime(2026, 4, 6, tzinfo=UTC).timestamp()) * 1_000_000
WRITTEN = TRAINED - 12 * DAY  # the message whose row is looked at
FIRST = TRAINED - 30 * DAY  # when everything else began


class FutureRead(Probe):
    """A label that is still moving makes every model look good today."""

    code = "future-read"
    question = "Does the attempt read a verdict before its week is over, or before it could have been known?"
    why = "A label that is still moving makes every model look good today."
    dimension: ClassVar[Dimension] = "time"
    skill: ClassVar[dict[Kind, str]] = {"sql": "design.leakage"}

    def contrasts(self, exhibit: Exhibit) -> Sequence[Contrast]:
        """Let one verdict be known too late for the week that counts; calm: early enough."""
        bases: Any = exhibit
        return [one for base in bases.family("several", "burst") for one in too_young(base)]


def too_young(base: Any) -> Iterator[Contrast]:  # noqa: ANN401 - a small database
    """Cut a base down to two messages of one user, and move what is known of them."""
    messages = base.rows["messages"]
    user = place(base, "messages", "user_id")
    pair = next(((a, b) for a in messages for b in messages if a[0] < b[0] and a[user] == b[user]), None)
    if pair is None or not base.rows["labels"]:
        return

    def put(*labels: tuple[int, int, int, bool]) -> Any:  # noqa: ANN401 - a small database
        return with_labels(base, pair, labels)

    early, late = TRAINED - 8 * DAY, TRAINED - 2 * DAY
    settled, harmless = (0, 1, early, True), (1, 1, WRITTEN - 9 * DAY, False)
    yield Contrast(put((0, 1, late, True)), (put(settled),), "a first verdict became known two days before midnight")
    for known in (WRITTEN - 2 * DAY, WRITTEN + DAY):
        calm = (put(settled), put(settled, harmless))
        yield Contrast(put(settled, (1, 1, known, False)), calm, "another message's verdict has not had its week")
    for known in (WRITTEN - 2 * DAY, WRITTEN + DAY):
        calm = (put(settled, harmless), put(settled, harmless, (1, 2, WRITTEN - 8 * DAY, True)))
        says = "the correction of another message's verdict has not had its week"
        yield Contrast(put(settled, harmless, (1, 2, known, True)), calm, says)
    calm = (put(settled), put(settled, (0, 2, late, False)))
    yield Contrast(put(settled, (0, 2, TRAINED + DAY // 4, False)), calm, "a correction became known after midnight")


def with_labels(base: Any, pair: tuple[Any, Any], labels: Sequence[tuple[int, int, int, bool]]) -> Any:  # noqa: ANN401
    """Keep two messages; give them verdicts: of which message, the revision, when known, what it says."""
    first = base.rows["labels"][0]
    moments = zip(pair, (WRITTEN, FIRST), strict=True)
    messages = [changed(base, "messages", row, happened_at=at, known_at=at) for row, at in moments]
    rows = [
        changed(base, "labels", first, label_id=number + 1, message_id=pair[of][0], revision=revision, harmful=harmful,
                happened_at=TRAINED - 12 * DAY if of == 0 else FIRST + DAY, known_at=known)
        for number, (of, revision, known, harmful) in enumerate(labels)
    ]  # fmt: skip
    users = [row for row in base.rows["users"] if row[0] == pair[0][place(base, "messages", "user_id")]]
    return base.replacing(users=users, messages=messages, labels=rows)


def changed(base: Any, table: str, row: tuple[Any, ...], **cells: object) -> tuple[Any, ...]:  # noqa: ANN401
    """Change cells of a row by their names."""
    names = [column.name for column in base.schema.table(table).columns]
    return tuple(cells.get(name, cell) for name, cell in zip(names, row, strict=True))


def place(base: Any, table: str, name: str) -> int:  # noqa: ANN401
    """Find a column."""
    return [column.name for column in base.schema.table(table).columns].index(name)
