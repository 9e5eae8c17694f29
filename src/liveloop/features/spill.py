"""How is a table that does not fit in memory put aside in parts, so that equal keys are in one part?"""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from liveloop.base.seeds import Ints, words

PREFIX, LOCK = ".features-", "held"
HASHED = 2**61 - 2  # below it a whole number is its own hash in Python, but for -1


@dataclass(frozen=True)
class Spill:
    """Parts of a table in a folder, each a file to which rows are added at the end.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     spill = Spill(Path(folder) / "users", 2)
    ...     spill.add(np.array([1, 0, 1]), pa.table({"user_id": [7, 8, 9]}))
    ...     spill.add(np.array([1]), pa.table({"user_id": [7]}))
    ...     [some.column("user_id").to_pylist() for part in range(2) if (some := spill.read(part))]
    [[8], [7, 9, 7]]
    """

    folder: Path
    parts: int

    def add(self, part: Ints, table: pa.Table) -> None:
        """Put rows in their parts, in the order in which they stand; those of the part -1 in none."""
        if not table.num_rows:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        narrow = np.asarray(part + 1, np.uint16)  # sorted by counting
        order = np.argsort(narrow, kind="stable")
        ends = np.cumsum(np.bincount(narrow, minlength=self.parts + 1))
        laid = table.take(pa.array(order[ends[0] :]))
        for at in range(self.parts):
            rows = int(ends[at + 1] - ends[at])
            if rows:
                with self._file(at).open("ab") as file, pa.ipc.new_stream(file, laid.schema) as writer:
                    writer.write_table(laid.slice(int(ends[at] - ends[0]), rows))

    def read(self, part: int, *, keep: bool = False) -> pa.Table | None:
        """Give a part, and let go of it unless it is kept; None where it has no rows."""
        path, tables = self._file(part), []
        if not path.is_file():
            return None
        with pa.OSFile(str(path)) as file:
            while file.tell() < file.size():
                tables.append(pa.ipc.open_stream(file).read_all())
        if not keep:
            path.unlink()
        return pa.concat_tables(tables).combine_chunks()

    def _file(self, part: int) -> Path:
        return self.folder / f"{part}.arrows"


@contextmanager
def folder_aside(within: Path | None) -> Iterator[Path]:
    """Make a folder for parts, gone at the end; those that killed processes left are cleared away before.

    It is locked as long as its process lives: whether one is left over does not have to be guessed.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as within:
    ...     with folder_aside(Path(within)) as mine, folder_aside(Path(within)):
    ...         mine.is_dir()
    ...     mine.is_dir()
    True
    False
    """
    for left in Path(within or tempfile.gettempdir()).glob(f"{PREFIX}*/{LOCK}"):
        _clear(left)
    with tempfile.TemporaryDirectory(dir=within, prefix=PREFIX) as folder, (Path(folder) / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write("locked")  # an empty file may be about to be locked
        lock.flush()
        yield Path(folder)


def _clear(lock: Path) -> None:
    try:
        with lock.open() as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if file.read():
                shutil.rmtree(lock.parent, ignore_errors=True)
    except OSError:  # held, gone by now, or another's
        return


def parts_of(keys: NDArray[Any], parts: int) -> Ints:
    """Give each key its part; keys that are equal have the same, and -1 are those that are missing.

    Examples
    --------
    >>> one, other = parts_of(np.array([7, -1]), 64), parts_of(np.array([7.0, None, -1.0], object), 64)
    >>> bool(one[0] == other[0]), int(other[1]), bool(one[1] == other[2])
    (True, -1, True)
    """
    if keys.dtype.kind in "iu":
        return _part(_hashes(keys), parts)
    places, found = pd.factorize(keys)
    made = _part(np.array([hash(one) for one in found], np.int64), parts)
    return np.asarray(np.append(made, -1)[places], np.int64)


def _hashes(keys: NDArray[Any]) -> Ints:
    """Hash whole numbers as Python does, so that 7 and 7.0 are one."""
    if len(keys) and (int(keys.max()) >= HASHED or int(keys.min()) <= -HASHED):
        return np.array([hash(one) for one in keys.tolist()], np.int64)
    return np.where(keys == -1, -2, keys).astype(np.int64)


def _part(hashes: Ints, parts: int) -> Ints:
    if not len(hashes):
        return np.empty(0, np.int64)
    return (words(0, "part", hashes) % np.uint64(parts)).astype(np.int64)
