"""Does an error's text say that something was refused, or that memory ran out?

A locked DuckDB refuses by itself, before the kernel is asked, so the watch does not hear of it; and a cell that
catches what an attempt raises replies in good order. The text of the error is what is left to go by.
"""

from __future__ import annotations

import re
from typing import Final

from liveloop.exam.sandbox.limits import Stop

_REFUSED: Final = re.compile(
    r"File system \w+ has been disabled by configuration"
    r"|disabled (?:by|through) configuration"
    r"|Cannot change configuration option \W*\w+"
    r"|requires the extension \w+"
    r"|exists in the \w+ extension"
    r"|(?:PermissionError: |\[Errno (?:1|13|30)\] ).*"
    r"|Operation not permitted|Read-only file system"
)
_MEMORY: Final = re.compile(r"MemoryError|Out of Memory Error|std::bad_alloc|memory allocation of \d+ bytes failed")


def find_refusal(text: str) -> Stop | None:
    """Read an error's text; None when it speaks of neither.

    Examples
    --------
    >>> print(find_refusal("Permission Error: File system LocalFileSystem has been disabled by configuration"))
    refused: File system LocalFileSystem has been disabled by configuration
    >>> find_refusal("Conversion Error: Could not convert string 'a' to INT32") is None
    True
    """
    refused = _REFUSED.search(text)
    if refused:
        return Stop("refused", refused[0][:200])
    memory = _MEMORY.search(text)
    return Stop("memory", memory[0]) if memory else None
