"""What is a table here: how is one declared, and how is a small one shown to a person?"""

from __future__ import annotations

from dataclasses import dataclass, field

Cell = None | bool | int | float | str


@dataclass(frozen=True)
class Column:
    """Declare one column: its DuckDB type, whether it may be null, what it refers to, what it says."""

    name: str
    type: str
    says: str
    nullable: bool = False
    refers_to: str | None = None  # "users.user_id"


@dataclass(frozen=True)
class Table:
    """Declare one table: its columns in order, its primary key, one line on what a row is."""

    name: str
    says: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    def column(self, name: str) -> Column:
        """Find a column by its name; a KeyError says which there are."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name!r}; it has {', '.join(c.name for c in self.columns)}")


@dataclass(frozen=True)
class Sheet:
    """A small table as shown to a person: JSON-safe cells, timestamps as ISO 8601 text, row by row.

    A float that JSON cannot hold stands as the text ``NaN``, ``Infinity`` or ``-Infinity``.
    `marked` are the indices of the rows that differ from the sheet beside it.
    """

    columns: tuple[str, ...]
    types: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    marked: tuple[int, ...] = field(default=())
    cut: int = 0  # how many further rows are not shown
