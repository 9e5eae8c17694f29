"""How does a file come to be: whole, or not at all, and never in the place of another?"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from liveloop.base.errors import BadInput

ALLOWED = "a file that is not there yet"


@contextmanager
def new_file(path: Path, *, replace: bool = False, shared: bool = False) -> Iterator[BinaryIO]:
    """Give a file to write to that gets its name once all of it is on the disk.

    Parameters
    ----------
    replace
        Take the place of a file of that name; else such a one is refused.
    shared
        Let others read it as they may read what the user makes elsewhere; else only its owner may.

    Raises
    ------
    BadInput
        When there is a file of that name, or none can be made there; nothing is left then.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     with new_file(Path(folder) / "note") as file:
    ...         written = file.write(b"hello")
    ...     (Path(folder) / "note").read_bytes()
    b'hello'
    """
    if not path.name or path.name == "..":
        raise BadInput("no name of a file", where=repr(str(path)), allowed=ALLOWED)
    beside = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        if path.exists() and not (replace and path.is_file()):
            raise FileExistsError
        with open_own(beside, 0o666 if shared else 0o600) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if replace:
            beside.replace(path)
        else:
            settle(beside, path)
    except FileExistsError:
        raise BadInput("the file is there already", where=str(path), allowed=ALLOWED) from None
    except OSError as refusal:
        raise BadInput(
            f"cannot be written: {refusal.strerror}", where=str(path), allowed="a writable place with room"
        ) from None
    finally:
        with suppress(OSError):
            beside.unlink()


def open_own(path: Path, mode: int = 0o600) -> BinaryIO:
    """Make a file that only its owner may read, or whom else a mode lets."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode), "wb")


def settle(beside: Path, path: Path) -> None:
    """Give a file its name unless another has it; a link refuses that, a rename does not."""
    try:
        path.hardlink_to(beside)
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if path.exists():
            raise FileExistsError from None
        beside.rename(path)
