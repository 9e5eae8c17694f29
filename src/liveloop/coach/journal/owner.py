"""Who is examining, and is that process still alive?

Each process that examines holds a lock on a file of its own beside the journal. The kernel lets go of the lock when
the process ends, however it ends, so a claim of a dead process can be taken over at once instead of when it lapses.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Owner:
    """One examining process: its name in the claims, and the lock that says it lives."""

    name: str
    folder: Path
    handle: int

    def alive(self, name: str) -> bool:
        """Say whether the owner of that name still holds its lock; its file goes when it does not."""
        if name == self.name:
            return True
        path = lock_file(self.folder, name)
        try:
            handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
        else:
            with suppress(OSError):
                path.unlink()
            return False
        finally:
            os.close(handle)

    def leave(self) -> None:
        """Let go of the lock; what this owner had claimed is free at once."""
        with suppress(OSError):
            lock_file(self.folder, self.name).unlink()
        with suppress(OSError):
            os.close(self.handle)


def own(folder: Path) -> Owner:
    """Take a new name and hold its lock in the given folder, which is made when missing."""
    folder.mkdir(parents=True, exist_ok=True)
    while True:
        name = secrets.token_hex(8)
        path = lock_file(folder, name)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        fcntl.flock(handle, fcntl.LOCK_EX)
        owner = Owner(name, folder, handle)
        if path.exists():  # a sweep may have taken the file between its making and its locking
            break
        os.close(handle)
    for other in folder.glob("*.lock"):
        owner.alive(other.stem)
    return owner


def lock_file(folder: Path, name: str) -> Path:
    """Say where the owner of that name keeps its lock."""
    return folder / f"{name}.lock"
