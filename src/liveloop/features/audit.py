"""What is wrong with a training table that somebody hands you?

Nothing is known of how it was made. So it is looked at for what a made table shows: groups and twins on both sides of
the split, training rows from after the test, labels that were not settled, and, where facts and views are at hand,
columns that knew more than was known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags, Floats
from liveloop.features.alone import alone, codes_of, plain
from liveloop.features.facts import Facts, arrow_of, moment_of, read_flags, read_keys, read_numbers, read_times
from liveloop.features.power import Power, differing, power
from liveloop.features.training import Ties, micros, training_set
from liveloop.features.twins import shared_groups, twins
from liveloop.features.view import NOTHING, View, said_time

Kind = Literal["shared group", "twins", "same rows", "order of time", "unsettled labels", "knew more", "too good"]
MOST_TWINS = 0.03  # of test rows; texts written apart have 0.7 % (EDOS) to 2.1 % (rounds of HatemojiBuild)
TELLING = 0.3  # of rows: a column with as many values tells rows apart, so that equal rows are copies
FEW_TIMES = 5  # rows, or in a thousand, in which such a value may stand
FEWEST = 10  # rows of each label, below which any column may be good by chance
TOO_GOOD = 0.99  # area under the ROC curve of one column alone


@dataclass(frozen=True)
class Wrong:
    """One thing that is wrong: of which column, how many rows of how many, in words, and an example."""

    kind: Kind
    column: str
    rows: int
    of: int
    says: str
    example: str = ""
    power: Power | None = None


@dataclass(frozen=True)
class Asked:
    """What a table is asked: its columns by what they are, and what is at hand to compute it again.

    Parameters
    ----------
    label
        The column of the label: true and false, or 0 and 1, in every row.
    split
        The column that says which part a row is in; `test` is the value of the test part, the others train.
        Rows without a value are in neither.
    groups
        Columns whose values must not be in both parts: users, accounts, sessions.
    text
        A column of texts in which twins are looked for.
    at
        The column of the moment that a row was decided at.
    label_known, embargo
        When the label became known, and for how long it may still change.
    as_of
        When the table was made, in microseconds since 1970: with an embargo it is needed, for no column says so.
    views, facts
        Columns that bear the name of a view are computed again from these, but for the label, split and moments.
    """

    label: str
    split: str | None = None
    test: str = "test"
    groups: tuple[str, ...] = ()
    text: str | None = None
    at: str | None = None
    label_known: str | None = None
    embargo: timedelta = NOTHING
    as_of: int | None = None
    views: Sequence[View] = ()
    facts: Mapping[str, Facts] = field(default_factory=dict)
    ties: Ties = "until"


def audit(data: Any, asked: Asked) -> list[Wrong]:  # noqa: ANN401 - any table
    """Look a training table through, of any kind that `read_facts` takes.

    Examples
    --------
    >>> rows = {"user_id": [1, 2, 2], "harm": [True, False, True], "part": ["train", "train", "test"]}
    >>> (wrong,) = audit(pa.table(rows), Asked("harm", split="part", groups=("user_id",)))
    >>> wrong.kind, wrong.says
    ('shared group', '1 of 1 test rows have a user_id that is in training too (1 of them: 2)')
    """
    table = arrow_of(data, "table")
    for name in table.column_names:
        if table.column_names.count(name) > 1:
            raise BadInput(f"two columns are named {name!r}", where="table", allowed="one name for each")
    _refuse_idle(asked, table.column_names)
    for field_name, name in _named(asked):
        if name not in table.column_names:
            raise BadInput(f"there is no column {name!r}", where=field_name, allowed=", ".join(table.column_names))
    label = _label(table, asked.label)
    found: list[Wrong] = []
    if asked.split is not None:
        found += _split(table, asked)
    found += _settled(table, asked)
    found += _knew(table, asked, label)
    found += _too_good(table, asked, label, {one.column for one in found})
    return found


def _refuse_idle(asked: Asked, columns: Sequence[str]) -> None:
    """Refuse what would be looked at by nobody, so that silence is not taken for an answer."""
    alone = {
        "embargo": (asked.embargo, asked.label_known, "label_known, when the label became known"),
        "label_known": (asked.label_known, asked.embargo, "an embargo, for how long a label may change, as 7d"),
        "groups": (asked.groups, asked.split, "split, which says what part a row is in"),
        "text": (asked.text, asked.split, "split, which says what part a row is in"),
        "at": (asked.at, asked.split or asked.views or asked.label_known, "split, label_known or views"),
    }
    for name, (given, needs, other) in alone.items():
        if given and not needs:
            raise BadInput("with this alone nothing is looked at", where=name, allowed=f"beside it {other}")
    if asked.views and not {view.name for view in asked.views} & set(columns):
        raise BadInput("no column bears the name of a view, so nothing would be computed again", where="views",
                       allowed=", ".join(view.name for view in asked.views))  # fmt: skip
    if asked.embargo and asked.as_of is None:
        raise BadInput("nobody says when the table was made", where="as_of",
                       allowed="the moment: a label that became known shortly before it may still change")  # fmt: skip


def _named(asked: Asked) -> list[tuple[str, str]]:
    """Give the columns that are named, each with what it is."""
    every = [("label", asked.label), ("split", asked.split), *(("groups", name) for name in asked.groups),
             ("text", asked.text), ("at", asked.at), ("label_known", asked.label_known)]  # fmt: skip
    return [(what, name) for what, name in every if name is not None]


def _label(table: pa.Table, name: str) -> Flags:
    missing = np.flatnonzero(table.column(name).is_null(nan_is_null=True).to_numpy())
    if len(missing):
        wrong = f"{len(missing)} of {table.num_rows} labels are missing, the first in row {missing[0] + 1}"
        raise BadInput(wrong, where=f"table.{name}", allowed="a label in every row; leave the others out")
    if pa.types.is_boolean(table.column(name).type):
        return read_flags(table, name, "table")
    values = read_numbers(table, name, "table")
    if not np.isin(values, (0.0, 1.0)).all():
        raise BadInput(f"label {name!r} holds more than 0 and 1", where=f"table.{name}",
                       allowed="true and false, or 0 and 1")  # fmt: skip
    return np.asarray(values == 1.0)


def _split(table: pa.Table, asked: Asked) -> list[Wrong]:
    column = table.column(str(asked.split))
    there = ~np.asarray(column.is_null(nan_is_null=True).to_numpy(), np.bool_)
    parts = np.array([str(one) for one in column.to_pylist()], object)
    test, train = np.flatnonzero(there & (parts == asked.test)), np.flatnonzero(there & (parts != asked.test))
    if not len(test) or not len(train):
        wrong = f"{len(test)} of {len(parts)} rows are in the part {asked.test!r}"
        names = ", ".join(sorted(set(parts[there]))[:8]) or "none"
        raise BadInput(wrong, where=str(asked.split), allowed=f"rows in it and others; there are {names}")
    found: list[Wrong] = []
    for name in asked.groups:
        keys = [None if key == "" else key for key in read_keys(table, name, "table").tolist()]
        made = shared_groups([keys[row] for row in train], [keys[row] for row in test])
        if made.groups:
            says = (f"{made.rows} of {made.of} test rows have a {name} that is in training too "
                    f"({made.groups} of them: {', '.join(map(str, made.examples))})")  # fmt: skip
            found.append(Wrong("shared group", name, made.rows, made.of, says))
    found += _same_rows(table, asked, train, test)
    if asked.text is not None:
        found += _twins(table, asked.text, train, test)
    if asked.at is not None:
        moments = read_times(table, asked.at, "table")
        late = int((moments[train] > moments[test].min()).sum())
        if late:
            says = f"{late} of {len(train)} training rows were decided after the first test row"
            found.append(Wrong("order of time", asked.at, late, len(train), says))
    return found


def _same_rows(table: pa.Table, asked: Asked, train: Any, test: Any) -> list[Wrong]:  # noqa: ANN401 - places
    rows, rare = np.zeros(table.num_rows, np.int64), np.zeros(table.num_rows, np.bool_)
    telling = 0
    for name in table.column_names:
        if name != asked.split:
            codes = codes_of(table.column(name))
            rows = np.unique(rows * (int(codes.max(initial=0)) + 1) + codes, return_inverse=True)[1]
            counts = np.bincount(codes)
            if (counts > 0).sum() >= TELLING * table.num_rows:
                rare |= counts[codes] <= max(FEW_TIMES, FEW_TIMES / 1000 * table.num_rows)
                telling += 1
    there = np.isin(rows[test], rows[train])
    twice = np.bincount(rows[train])[rows[train]] > 1
    copied = there.sum() > FEW_TIMES * (len(test) * twice.mean() + 1)  # in training alone hardly a row is twice
    same = test[there if telling > 1 or copied else there & rare[test]]
    if not len(same):
        return []
    says = f"{len(same)} of {len(test)} test rows are in training too, all columns the same, rare ones as well"
    return [Wrong("same rows", "all", len(same), len(test), says, f"row {same[0] + 1}")]


def _twins(table: pa.Table, name: str, train: Any, test: Any) -> list[Wrong]:  # noqa: ANN401 - places
    column = plain(table.column(name))
    if not (pa.types.is_large_string(column.type) or pa.types.is_null(column.type)):
        raise BadInput(f"{name!r} holds {table.column(name).type}", where=f"table.{name}", allowed="texts")
    texts = [one or "" for one in column.to_pylist()]
    made = twins([texts[row] for row in train], [texts[row] for row in test])
    if len(made) <= MOST_TWINS * len(test):
        return []
    first = max(made, key=lambda twin: twin.alike)
    says = f"{len(made)} of {len(test)} test rows have nearly the same {name} as one in training"
    example = f"{texts[test[first.test]]!r} and {texts[train[first.train]]!r}"
    return [Wrong("twins", name, len(made), len(test), says, example)]


def _settled(table: pa.Table, asked: Asked) -> list[Wrong]:
    if asked.label_known is None:
        return []
    known, made = read_times(table, asked.label_known, "table"), asked.as_of
    if made is None:
        return []
    young = int((known + micros(asked.embargo) > made).sum())
    if not young:
        return []
    says = (f"{young} of {len(known)} labels may still change: at {moment_of(made).isoformat()} they were known for "
            f"less than {said_time(asked.embargo)}")  # fmt: skip
    return [Wrong("unsettled labels", asked.label_known, young, len(known), says)]


def _knew(table: pa.Table, asked: Asked, label: Flags) -> list[Wrong]:
    own = (asked.label, asked.split, asked.at, asked.label_known)
    views = [view for view in asked.views if view.name in table.column_names and view.name not in own]
    if not views:
        return []
    if asked.at is None:
        raise BadInput("views cannot be computed again without a moment", where="at",
                       allowed="the column of the moments")  # fmt: skip
    rows = table.drop_columns([view.name for view in views])
    again = training_set(views, asked.facts, rows, at=asked.at, ties=asked.ties)
    groups = read_keys(table, asked.groups[0], "table") if asked.groups else None
    codes = None if groups is None else np.unique(groups.astype(str), return_inverse=True)[1]
    found = []
    for view in views:
        mine, theirs = _numbers(table, again, view.name)
        made = power(mine, theirs, label, codes)
        if not made.differ:
            continue
        says = (
            f"{view.name} is another in {made.differ} of {len(label)} rows when it is computed as it was known; "
            f"alone it ranks {100 * made.imported:.0f} % of pairs right, as known {100 * made.known:.0f} %"
        )
        row = int(differing(mine, theirs)[0])
        example = (
            f"row {row + 1}: {table.column(view.name)[row].as_py()}, as known {again.column(view.name)[row].as_py()}"
        )
        found.append(Wrong("knew more", view.name, made.differ, len(label), says, example, made))
    return found


def _numbers(table: pa.Table, again: pa.Table, name: str) -> tuple[Floats, Floats]:
    """Give both as numbers; texts, and what else is compared and not computed with, as codes of their own."""
    one, other = plain(table.column(name)), plain(again.column(name))
    kinds = [column.type for column in (one, other) if not pa.types.is_null(column.type)]
    if len({_is_number(kind) for kind in kinds}) > 1 or any(map(pa.types.is_nested, kinds)):
        raise BadInput(f"{name!r} holds {table.column(name).type}", where=f"table.{name}",
                       allowed=f"what the view gives, {again.column(name).type}")  # fmt: skip
    if kinds and not _is_number(kinds[0]):
        return _codes(one, other, kinds[0], name)
    if pa.types.is_dictionary(table.column(name).type):
        table = pa.table({name: one})
    return read_numbers(table, name, "table"), read_numbers(again, name, "as known")


def _codes(one: pa.ChunkedArray, other: pa.ChunkedArray, kind: pa.DataType, name: str) -> tuple[Floats, Floats]:
    try:
        both = pa.chunked_array([*one.cast(kind).chunks, *other.cast(kind).chunks], kind)
    except pa.ArrowException as error:
        raise BadInput(f"{name!r} holds {one.type}", where=f"table.{name}",
                       allowed=f"what the view gives, {other.type}") from error  # fmt: skip
    found = pc.rank(both, tiebreaker="dense")
    codes = np.where(both.is_null().to_numpy(), np.nan, found.to_numpy().astype(np.float64))
    return codes[: len(one)], codes[len(one) :]


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_boolean(kind) or pa.types.is_integer(kind) or pa.types.is_floating(kind))


def _too_good(table: pa.Table, asked: Asked, label: Flags, told: set[str]) -> list[Wrong]:
    found: list[Wrong] = []
    if min(int(label.sum()), int((~label).sum())) < FEWEST:
        return found
    taken = {*(name for _, name in _named(asked)), *told}
    for name in table.column_names:
        if name in taken:
            continue
        made = alone(name, table.column(name), label)
        if made.area >= TOO_GOOD:
            says = f"{made.what} alone ranks {100 * made.area:.1f} % of pairs right: ask when it was written"
            found.append(Wrong("too good", name, len(label), len(label), says))
    return found
