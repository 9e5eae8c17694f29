"""What comes in: which columns of which rows, as numbers, as groups, as arms, with nothing missing unsaid?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from liveloop.base.errors import BadInput
from liveloop.base.reading import read_table
from liveloop.base.seeds import Floats, Ints
from liveloop.estimate.words import listed

MOST_ARMS = 100
_KINDS = {"double": "float64", "float": "float32", "halffloat": "float16"}


@dataclass(frozen=True, eq=False)
class Groups:
    """Which group each row is in: a code from 0 for each row, and the label of each code.

    Labels are in their own order: numbers by size, texts by the alphabet. `name` is that of the column, where known.
    """

    codes: Ints
    labels: tuple[Any, ...]
    name: str = ""

    @property
    def count(self) -> int:
        """How many groups there are."""
        return len(self.labels)

    def sizes(self) -> Ints:
        """Count the rows of each group."""
        return np.bincount(self.codes, minlength=self.count).astype(np.int64)


@dataclass(frozen=True, eq=False)
class Frame:
    """Some columns of some rows, of which none is missing where it is asked for.

    Examples
    --------
    >>> frame = read_frame({"y": [1.0, 2.0, 4.0], "arm": ["a", "b", "a"]})
    >>> frame.numbers("y").tolist(), frame.groups("arm").codes.tolist(), frame.rows
    ([1.0, 2.0, 4.0], [0, 1, 0], 3)
    """

    table: pa.Table

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return int(self.table.num_rows)

    def has(self, name: str) -> bool:
        """Say whether there is a column."""
        return name in self.table.column_names

    def numbers(self, name: str, role: str = "column") -> Floats:
        """Give a column as numbers; refuse what is none, is missing or is infinite."""
        column = self._column(name, role)
        if pa.types.is_boolean(column.type):
            column = column.cast(pa.int8())
        if pa.types.is_decimal(column.type):
            column = column.cast(pa.float64())
        if not (pa.types.is_integer(column.type) or pa.types.is_floating(column.type)):
            raise BadInput(f"{role} {name!r} holds {column.type}", where=name, allowed="numbers")
        self._refuse_missing(name, role, column.null_count)
        numbers = array_of(column).astype(np.float64)
        self._refuse_missing(name, role, int(np.isnan(numbers).sum()))
        endless = int(np.isinf(numbers).sum())
        if endless:
            raise BadInput(
                f"{role} {name!r} is infinite in {endless} of {self.rows} rows", where=name, allowed="numbers"
            )
        return numbers

    def matrix(self, names: Sequence[str], role: str = "covariate") -> Floats:
        """Give columns as numbers side by side, [row, column]."""
        columns = [self.numbers(name, role) for name in names]
        return np.column_stack(columns) if columns else np.empty((self.rows, 0))

    def weights(self, name: str | None) -> Floats | None:
        """Give a column of weights, all above 0; None where no column is named."""
        if name is None:
            return None
        weights = self.numbers(name, "weight")
        bad = int((weights <= 0).sum())
        if bad:
            raise BadInput(f"weight {name!r} is not above 0 in {bad} of {self.rows} rows", where=name,
                           allowed="numbers above 0")  # fmt: skip
        return weights

    def groups(self, name: str, role: str = "group") -> Groups:
        """Give a column as groups; a row without one is refused."""
        column = self._column(name, role)
        missing = column.null_count
        if pa.types.is_floating(column.type):
            missing += int(pc.sum(pc.is_nan(column)).as_py() or 0)
        self._refuse_missing(name, role, missing)
        if pa.types.is_dictionary(column.type):
            column = column.cast(column.type.value_type)
        if pa.types.is_integer(column.type) or pa.types.is_floating(column.type):
            found, codes = np.unique(array_of(column), return_inverse=True)
            return Groups(codes.astype(np.int64), tuple(found.tolist()), name)
        made = column.combine_chunks().dictionary_encode()
        made = made.combine_chunks() if isinstance(made, pa.ChunkedArray) else made
        labels = made.dictionary.to_pylist()
        order = sorted(range(len(labels)), key=lambda at: labels[at])
        place = np.empty(len(labels), np.int64)
        place[order] = np.arange(len(labels))
        return Groups(place[array_of(made.indices)], tuple(labels[at] for at in order), name)

    def arms(self, name: str, *, control: object = None) -> Groups:
        """Give the treatment as arms, the control first: `control`, else False, 0, or the first label.

        Raises
        ------
        BadInput
            When there are fewer than two arms, or so many that the column is no treatment.
        """
        found = self.groups(name, "treatment")
        if found.count < 2:
            only = repr(found.labels[0]) if found.count else "none"
            raise BadInput(f"treatment {name!r} has one arm only: {only} in all {self.rows} rows", where=name,
                           allowed="two arms or more, each with rows")  # fmt: skip
        if found.count > MOST_ARMS:
            raise BadInput(f"treatment {name!r} has {found.count} different values", where=name,
                           allowed=f"at most {MOST_ARMS} arms")  # fmt: skip
        if control is None:
            return found
        if control not in found.labels:
            raise BadInput(f"treatment {name!r} has no arm {control!r}", where="control", allowed=listed(found.labels))
        first = found.labels.index(control)
        order = [first, *(at for at in range(found.count) if at != first)]
        place = np.argsort(order)
        return Groups(place[found.codes], tuple(found.labels[at] for at in order), name)

    def two_arms(self, name: str, *, control: object = None) -> Groups:
        """Give a treatment of two arms; 1 is treated."""
        found = self.arms(name, control=control)
        if found.count > 2:
            raise BadInput(f"treatment {name!r} has {found.count} arms: {listed(found.labels)}", where=name,
                           allowed="two arms; leave out the rows of the others")  # fmt: skip
        return found

    def taking(self, kept: Any) -> Frame:  # noqa: ANN401 - flags or places
        """Give some of the rows."""
        kept = np.asarray(kept)
        chosen = self.table.filter(pa.array(kept)) if kept.dtype == bool else self.table.take(pa.array(kept))
        return Frame(chosen)

    def _column(self, name: str, role: str) -> pa.ChunkedArray:
        if not self.has(name):
            raise BadInput(f"there is no {role} {name!r}", where=name, allowed=listed(self.table.column_names))
        if not self.rows:
            raise BadInput("the data have 0 rows", where=name, allowed="at least one row")
        return self.table.column(name)

    def _refuse_missing(self, name: str, role: str, missing: int) -> None:
        if missing:
            raise BadInput(f"{role} {name!r} is missing in {missing} of {self.rows} rows", where=name,
                           allowed="a value in every row; leave rows out or fill them in, and say which")  # fmt: skip


def read_frame(data: Any, columns: Sequence[str] | None = None) -> Frame:  # noqa: ANN401 - any table
    """Read a table of any kind; `columns` says which columns are wanted, and is worth saying for a file.

    Raises
    ------
    BadInput
        When it is no table, or cannot be read.
    """
    if isinstance(data, Frame):
        return data
    return Frame(read_table(data, columns))


def array_of(column: pa.ChunkedArray | pa.Array) -> NDArray[Any]:
    """Give a column of numbers without missing values as an array; pyarrow's own way would import pandas for it.

    Examples
    --------
    >>> array_of(pa.chunked_array([[1, 2], [3]])).tolist()
    [1, 2, 3]
    """
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    kind = np.dtype(_KINDS.get(str(column.type), str(column.type)))
    parts = [np.frombuffer(one.buffers()[1], kind)[one.offset : one.offset + len(one)] for one in chunks if len(one)]
    return np.concatenate(parts) if parts else np.empty(0, kind)
