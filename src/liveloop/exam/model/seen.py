"""What of a text does a person see, and where does each character of it stand in the original?

Two things rest on this: what is sent to a model is what a person would read (characters that show nothing are left
out, so nothing can be slipped past the person), and a quote is looked for without regard to white space.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

KEPT = "\n\t\u200c\u200d"  # the two joiners shape letters and emoji
BLANKS = "\u034f\u115f\u1160\u2800\u3164\uffa0"  # letters by their class, and yet nothing is seen


def hidden(char: str) -> bool:
    """Say whether a character shows nothing: controls, zero-width and direction marks, tags, selectors of variants.

    Examples
    --------
    >>> hidden("a"), hidden(chr(0x200B)), hidden(chr(0x202E)), hidden(chr(0xE0041))
    (False, True, True, True)
    """
    if char in KEPT:
        return False
    selects = "\ufe00" <= char <= "\ufe0e" or "\U000e0100" <= char <= "\U000e01ef"
    return selects or char in BLANKS or unicodedata.category(char) in ("Cc", "Cf", "Cs")


def visible(text: str) -> str:
    r"""Leave out what shows nothing; every end of a line becomes a line feed.

    Examples
    --------
    >>> visible("one" + chr(0x200B) + chr(13) + chr(10) + "two")
    'one\ntwo'
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(char if not hidden(char) else " " * char.isspace() for char in text)


def prose(text: str, longest: int) -> str:
    r"""Make one bounded line of plain text out of words that somebody else wrote.

    Examples
    --------
    >>> prose("<b>Well" + chr(27) + "[31m\n done</b> indeed", 16)
    '<b>Well[31m don…'
    """
    line = " ".join(visible(text[: 4 * longest]).split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def squeezed(text: str) -> tuple[str, list[int]]:
    """Make every run of white space one blank and leave out what shows nothing; say where each character came from.

    Examples
    --------
    >>> squeezed(" a" + chr(10) + "  b ")
    ('a b', [1, 2, 5])
    """
    chars: list[str] = []
    places: list[int] = []
    for place, char in squeeze(text):
        chars.append(char)
        places.append(place)
    if chars and chars[-1] == " ":
        chars.pop()
        places.pop()
    return "".join(chars), places


def squeeze(text: str) -> Iterator[tuple[int, str]]:
    """Give the characters that stay, with their places."""
    blank = True  # none at the beginning
    for place, char in enumerate(text):
        if char.isspace():
            if not blank:
                yield place, " "
            blank = True
        elif not hidden(char):
            yield place, char
            blank = False
