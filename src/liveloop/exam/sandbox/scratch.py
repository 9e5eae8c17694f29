"""How full is a job's own directory, and how is it emptied?"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

MOST_FILES = 20_000


def weigh(folder: str) -> int:
    """Give the bytes on disk under a folder; more than any limit when there are too many files to look at.

    What is nested deeper than a path can say is not weighed.
    """
    weight = count = 0
    left = [folder]
    while left:
        with contextlib.suppress(OSError), os.scandir(left.pop()) as entries:
            for entry in entries:
                count += 1
                if count > MOST_FILES:
                    return 1 << 62
                if entry.is_dir(follow_symlinks=False):
                    left.append(entry.path)
                else:
                    weight += entry.stat(follow_symlinks=False).st_blocks * 512
    return weight


def empty(folder: str) -> None:
    """Remove what a job left, however deep and unreadable; never follow its links.

    A directory is emptied by moving its subdirectories up, for a path can be longer than a call takes.
    """
    top, moved = Path(folder), 0
    while entries := list(top.iterdir()):
        for entry in entries:
            if entry.is_symlink() or not entry.is_dir():
                entry.unlink()
                continue
            entry.chmod(0o700)
            for inner in entry.iterdir():
                if inner.is_symlink() or not inner.is_dir():
                    inner.unlink()
                else:
                    inner.chmod(0o700)
                    inner.rename(top / f".moved-{os.getpid()}-{moved}")
                    moved += 1
            entry.rmdir()
