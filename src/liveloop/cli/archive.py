"""How does everything a person made leave this machine, come back, or go?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from liveloop.base.errors import BadInput
from liveloop.cli.show import console, table

LONGEST_ARCHIVE_BYTES = 1_000_000_000


def export_archive(file: Annotated[Path, typer.Argument(help="The archive to make, such as liveloop.zip.")]) -> None:
    """Export everything you made as one archive."""
    from liveloop.base.newfile import new_file
    from liveloop.cli.desk import open_own_journal
    from liveloop.coach.archive import pack

    with open_own_journal(read_only=True) as journal, new_file(file) as stream:
        packed = pack(journal)
        stream.write(packed)
    console().print(f"{len(packed):,} bytes written to {file}", soft_wrap=True, markup=False)


def import_archive(file: Annotated[Path, typer.Argument(help="An archive that `liveloop export` made.")]) -> None:
    """Add what an archive holds and the journal does not."""
    from liveloop.cli.desk import open_own_journal
    from liveloop.coach.archive import unpack

    data = read_archive(file)
    with open_own_journal() as journal:
        console().print(str(unpack(journal, data)), soft_wrap=True, markup=False)


def read_archive(file: Path) -> bytes:
    """Read a file that is not longer than any archive may be."""
    allowed = "an archive that `liveloop export` made"
    try:
        with file.open("rb") as stream:
            data = stream.read(LONGEST_ARCHIVE_BYTES + 1)
    except OSError as refusal:
        raise BadInput(f"cannot be read: {refusal.strerror}", where=str(file), allowed=allowed) from None
    if len(data) > LONGEST_ARCHIVE_BYTES:
        raise BadInput("too long", where=str(file), allowed=f"at most {LONGEST_ARCHIVE_BYTES:,} bytes")
    if data.startswith(b"{"):
        raise BadInput("lines of JSON, no archive", where=str(file), allowed=f"{allowed}; or `liveloop journal import`")
    return data


def delete_everything(
    yes: Annotated[bool, typer.Option("--yes", help="Delete it; without this nothing is.")] = False,
) -> None:
    """Delete everything you made; drills of your own stay."""
    from liveloop.base.clock import system_clock
    from liveloop.cli.desk import open_own_journal
    from liveloop.coach.archive import refuse_while_examining
    from liveloop.coach.journal.export import tally

    with open_own_journal(read_only=not yes) as journal:
        counts = [(sort.replace("_", " "), count) for sort, count in tally(journal).items() if count]
        if yes:
            refuse_while_examining(journal, system_clock)
            journal.erase()
    total = sum(count for _, count in counts)
    if yes:
        console().print(f"{total} rows deleted")
        return
    if counts:
        console().print(table(("kept", "rows"), counts))
    raise BadInput(f"nothing was deleted; {total} rows would be, and do not come back", allowed="--yes")
