"""How does a user's own corpus of labelled text replace the grammar?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as csv
import pyarrow.parquet as pq

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Flags, Ints, integers

_TRUE = ("1", "true", "yes", "harmful", "toxic", "unsafe", "spam", "bad")
_FALSE = ("0", "false", "no", "harmless", "benign", "safe", "ham", "ok", "good")


@dataclass(frozen=True, eq=False)
class Corpus:
    """Texts, their numbers of words, and which of them are harmless and harmful."""

    texts: pa.Array
    words: Ints
    harmless: Ints
    harmful: Ints

    def pick(self, seed: int, messages: Ints, harmful: Flags) -> tuple[pa.Array, Ints]:
        """Choose a text for each message: a harmful one for a harmful message."""
        safe = self.harmless[integers(seed, "corpus", messages, len(self.harmless))]
        unsafe = self.harmful[integers(seed, "corpus", messages, len(self.harmful))]
        place = np.where(harmful, unsafe, safe)
        return self.texts.take(pa.array(place)), self.words[place]


@lru_cache(maxsize=2)
def read_corpus(path: Path) -> Corpus:
    """Read a CSV or Parquet file with a column `text` and a column `label`.

    A label says whether the text is harmful: a boolean, 0 or 1, or one of the usual words (harmful, toxic, unsafe,
    spam; harmless, benign, safe, ham). Rows without text or label are left out.

    Raises
    ------
    BadInput
        When the file cannot be read, a column is missing, a label is unknown, or one of the two classes is empty.
    """
    table = _load(path)
    for name in ("text", "label"):
        count = table.column_names.count(name)
        if count != 1:
            wrong = f"{count} columns {name!r}" if count else f"no column {name!r}"
            raise BadInput(wrong, where=str(path), allowed="the columns text and label, once each")
    table = table.select(["text", "label"]).drop_null()
    if not pa.types.is_string(table["text"].type) and not pa.types.is_large_string(table["text"].type):
        raise BadInput("the column 'text' is not text", where=str(path), allowed="text")
    texts = table["text"].cast(pa.string()).combine_chunks()
    unsafe = _labels(table["label"], path)
    if not unsafe.any() or unsafe.all():
        raise BadInput(
            "only one class of label", where=str(path), allowed="harmful and harmless texts, one of each at least"
        )
    words = pc.fill_null(pc.list_value_length(pc.utf8_split_whitespace(pc.utf8_trim_whitespace(texts))), 0)
    return Corpus(texts, words.to_numpy().astype(np.int64), np.flatnonzero(~unsafe), np.flatnonzero(unsafe))


def _load(path: Path) -> pa.Table:
    readers = {".csv": _read_csv, ".parquet": pq.read_table}
    if path.suffix.lower() not in readers:
        raise BadInput(f"unknown kind of file {path.suffix!r}", where=str(path), allowed=", ".join(readers))
    try:
        return readers[path.suffix.lower()](path)
    except (OSError, pa.ArrowException, UnicodeDecodeError) as problem:
        raise BadInput(
            f"cannot be read ({problem})".replace("\n", " "), where=str(path), allowed="CSV or Parquet"
        ) from problem


def _read_csv(path: Path) -> pa.Table:
    options = csv.ConvertOptions(strings_can_be_null=True, column_types={"text": pa.string(), "label": pa.string()})
    return csv.read_csv(path, convert_options=options)


def _labels(column: pa.ChunkedArray, path: Path) -> Flags:
    spelled = [str(value).strip().lower() for value in column.to_pylist()]
    known = {**dict.fromkeys(_TRUE, True), **dict.fromkeys(_FALSE, False), "1.0": True, "0.0": False}
    unknown = sorted(set(spelled) - set(known))
    if unknown:
        raise BadInput(f"unknown label {unknown[0]!r}", where=str(path), allowed=", ".join((*_TRUE, *_FALSE)))
    return np.array([known[value] for value in spelled], dtype=np.bool_)
