"""How does everything a person made leave as one file, and how does it come back the same?

The archive is a zip: `journal.jsonl` holds every row in its running order and is all that is read back; beside it lie
the writings as Markdown, for people. The same journal always gives the same bytes, so that two archives can be
compared; one that was exported, deleted and imported again gives the archive that it came from.
"""

from __future__ import annotations

import io
import json
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from liveloop.base.clock import Clock, system_clock
from liveloop.base.errors import BadInput
from liveloop.coach.examiner import owners
from liveloop.coach.journal import Journal, own
from liveloop.coach.journal.export import Taken, export, take_in

ROWS = "journal.jsonl"
ALLOWED = "an archive that liveloop exported"
LONGEST_UNPACKED_BYTES = 1_000_000_000
LONGEST_LINE_BYTES = 50_000_000
MOST_FILES = 100_000
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip can name: an archive does not say when it was made
README = """\
This is everything that was kept by liveloop for one person.

journal.jsonl  every row, one JSON object a line; this is what is read back
writings/      what was written, with the marks on it, to read; it is not read back

To read it back: `liveloop import` and this file's name, or the page "Your data".

"""
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    NotImplementedError,
    RuntimeError,
    EOFError,
    ValueError,
    OSError,
)


def pack(journal: Journal) -> bytes:
    """Pack everything into an archive; an equal journal gives equal bytes.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from liveloop.coach.journal import open_journal
    >>> with TemporaryDirectory() as folder, open_journal(Path(folder) / "journal.db") as journal:
    ...     zipfile.ZipFile(io.BytesIO(pack(journal))).namelist()
    ['README.txt', 'journal.jsonl']
    """
    lines = list(export(journal))
    rows = [json.loads(line) for line in lines]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        add(archive, "README.txt", README + "".join(count_lines(rows)))
        add(archive, ROWS, "".join(f"{line}\n" for line in lines))
        for name, text in writing_pages(rows):
            add(archive, name, text)
    return packed.getvalue()


def unpack(journal: Journal, data: bytes, *, clock: Clock = system_clock) -> Taken:
    """Add what an archive holds and the journal does not, all or nothing; say what was added and what replaced.

    Raises
    ------
    BadInput
        For what is no archive, holds more than it should, or was written by a newer liveloop. Nothing is added then.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            refuse_odd(archive.infolist())
            with archive.open(ROWS) as stream:
                return take_in(journal, lines_of(stream), clock=clock)
    except BROKEN as refusal:
        raise BadInput(f"no archive, or a damaged one ({refusal})", where="archive", allowed=ALLOWED) from None


def refuse_odd(files: Sequence[zipfile.ZipInfo]) -> None:
    """Refuse an archive with names or sizes that ours never have, before anything of it is unpacked."""
    names = [file.filename for file in files]
    if names.count(ROWS) != 1:
        raise BadInput(f"it holds {names.count(ROWS)} files {ROWS}", where="archive", allowed=ALLOWED)
    if len(files) > MOST_FILES:
        raise BadInput(f"it holds {len(files)} files", where="archive", allowed=f"at most {MOST_FILES}")
    for name in names:
        if name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/"):
            raise BadInput(f"it holds a file {name[:80]!r}", where="archive", allowed="names inside the archive")
    # What a file claims to be long is where its reading ends, so this bounds what can come out.
    size = sum(file.file_size for file in files)
    if size > LONGEST_UNPACKED_BYTES:
        raise BadInput(f"unpacked it has {size:,} bytes", where="archive", allowed=f"{LONGEST_UNPACKED_BYTES:,}")


def lines_of(stream: Any) -> Iterator[str]:  # noqa: ANN401 - a file inside an archive
    """Give the lines of the rows; the first must say which version wrote them."""
    first = True
    while line := stream.readline(LONGEST_LINE_BYTES + 1):
        if len(line) > LONGEST_LINE_BYTES:
            raise BadInput("a line is too long", where=ROWS, allowed=f"at most {LONGEST_LINE_BYTES:,} bytes")
        text = line.decode("utf-8")
        if first and not says_version(text):
            raise BadInput("it does not say which version wrote it", where=ROWS, allowed=ALLOWED)
        first = False
        yield text
    if first:
        raise BadInput("it is empty", where=ROWS, allowed=ALLOWED)


def says_version(line: str) -> bool:
    """Say whether a line is the one that an export begins with."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(row, dict) and row.get("row") == "journal"


def add(archive: zipfile.ZipFile, name: str, text: str) -> None:
    """Add a text to an archive, the same bytes every time and on every machine."""
    info = zipfile.ZipInfo(name, EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system, info.external_attr = 3, 0o644 << 16
    archive.writestr(info, text.encode("utf-8", "replace"))  # half of a character may stand in the JSON of a body


def count_lines(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Say how many rows of each sort there are."""
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["row"]] = counts.get(row["row"], 0) + 1
    return (f"{count:>7} {sort.replace('_', ' ')}\n" for sort, count in counts.items() if sort != "journal")


def writing_pages(rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Lay out each writing as a page of Markdown, with its name in the archive."""
    marks: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        if row["row"] == "writing_mark":
            marks.setdefault(row["writing_id"], []).append(row)
    found = (row for row in rows if row["row"] == "writing")
    for number, row in enumerate(found, 1):
        yield f"writings/{number:04d}-{row['sort']}-{slug(row['title'])}.md", page(row, marks.get(row["id"], []))


def page(row: Mapping[str, Any], marks: Sequence[Mapping[str, Any]]) -> str:
    """Lay out a writing as Markdown."""
    body = row["body"] if isinstance(row["body"], dict) else json.loads(row["body"])
    at = datetime.fromisoformat(row["at"]).strftime("%Y-%m-%d %H:%M")
    took = "" if row["seconds"] is None else f" after {row['seconds'] / 60:.0f} min"
    parts = [f"# {one_line(row['title'])}", f"{row['sort']} {row['subject_id']}, handed in {at} UTC{took}"]
    parts += [f"## {one_line(name)}\n\n{text}" for name, text in body.items()]
    if marks:
        parts.append("## Marks")
        parts.append("\n".join(mark_line(mark) for mark in marks))
    return "\n\n".join(parts) + "\n"


def mark_line(mark: Mapping[str, Any]) -> str:
    """Lay out one mark."""
    who = one_line(f"{mark['by']} {mark['who']}")
    quote = f': "{one_line(mark["quote"])}"' if mark["quote"] else ""
    return f"- {mark['criterion_id']}: {mark['mark']:.2f} by {who}{quote}"


def one_line(text: str) -> str:
    """Lay a text on one line."""
    return " ".join(text.split())


def slug(title: str) -> str:
    """Make a part of a file's name of a title.

    Examples
    --------
    >>> slug("../Why did /retention/ fall?"), slug("…")
    ('why-did-retention-fall', 'untitled')
    """
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60].strip("-") or "untitled"


def refuse_while_examining(journal: Journal, clock: Clock) -> None:
    """Refuse while any living process examines an attempt of this journal."""
    me = own(owners(journal.path))
    try:
        held = journal.held(me, now=clock())
    finally:
        me.leave()
    if held:
        wrong = f"{len(held)} of your attempts {'is' if len(held) == 1 else 'are'} being examined"
        raise BadInput(wrong, allowed="the same again once the debriefs are there")
