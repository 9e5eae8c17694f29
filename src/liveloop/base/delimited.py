"""Which fields does a file of delimited text have, and which of its lines has others?"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from liveloop.base.errors import BadInput, first_line

DELIMITERS = ",;\t|"
LONGEST = 2**27  # characters of one field


@dataclass(frozen=True)
class Delimited:
    """What stands between the fields, and how they are named in the first line."""

    delimiter: str
    names: tuple[str, ...]


def delimited(file: Path) -> Delimited:
    r"""Read the first line: it says what stands between fields.

    Raises
    ------
    BadInput
        When two fields have one name, but for case, or the file is no text.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder) / "arms.csv"
    ...     written = file.write_text("arm;y\na;1,5\n")
    ...     delimited(file)
    Delimited(delimiter=';', names=('arm', 'y'))
    """
    with _lines(file) as lines:
        outside = "".join(lines.readline().split('"')[::2])
        delimiter = "\t" if file.suffix.lower() == ".tsv" else max(DELIMITERS, key=outside.count)
        lines.seek(0)
        names = tuple(next(csv.reader(lines, delimiter=delimiter), []))
    refuse_twice(names, file)
    return Delimited(delimiter, names)


def refuse_twice(names: tuple[str, ...], file: Path) -> None:
    """Refuse two columns of one name: a database would give one of them another."""
    seen: dict[str, str] = {}
    for name in names:
        other = seen.get(name.lower())
        if other is not None:
            both = repr(name) if other == name else f"{other!r} and {name!r}"
            raise BadInput(f"two columns are named {both}", where=str(file), allowed="one name for each, whatever case")
        seen[name.lower()] = name


def other_line(file: Path, layout: Delimited) -> tuple[int, int] | None:
    """Find the first line that has another number of fields: which line it ends in, and how many."""
    with _lines(file) as lines:
        reader = csv.reader(lines, delimiter=layout.delimiter)
        for fields in reader:
            if fields and len(fields) != len(layout.names):
                return reader.line_num, len(fields)
    return None


@contextmanager
def _lines(file: Path) -> Iterator[TextIO]:
    csv.field_size_limit(LONGEST)
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            yield lines
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadInput(f"it is no text in UTF-8: {first_line(error)}", where=str(file), allowed="a table") from error
