"""How does a narrative look as Markdown, and how is one read from there?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate

from liveloop.base.errors import BadInput
from liveloop.coach.writing.narrative import SECTIONS, Section
from liveloop.coach.writing.narratives import Working

HEADING = re.compile(r"(#{1,2})[ \t]++(.+?)(?<![ \t])(?:[ \t]+#+)?[ \t]*")  # looks at each blank once
FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})")
FENCE_END = re.compile(r" {0,3}(`{3,}|~{3,})[ \t]*")
ESCAPED = re.compile(r"( {0,3})(\\*)(?=#{1,2}[ \t]|`{3}|~{3})")  # what a backslash before it keeps from being a mark
HASHES_LAST = re.compile(r"(?:^|[ \t])#+$")


def to_markdown(title: str, sections: Mapping[str, str]) -> str:
    r"""Write a narrative as Markdown: the title, then each section under its heading.

    What would read as a heading inside a section gets a backslash, but in fenced code; `from_markdown` takes it away.

    Examples
    --------
    >>> print(to_markdown("Late labels", {"Issue": "# 1 of 5"}))
    # Late labels
    <BLANKLINE>
    ## Issue
    <BLANKLINE>
    \# 1 of 5
    <BLANKLINE>
    """
    closed = f"{title} #" if HASHES_LAST.search(title) else title  # a heading may end in hashes, which are not read
    parts = [f"# {closed}", *(f"## {name}\n\n{escape(text)}".rstrip() for name, text in sections.items())]
    return "\n\n".join(parts) + "\n"


def trim(text: str) -> str:
    """Take away the empty lines around a text, and a foreign system's ends of lines."""
    return re.sub(r"\A(?:[^\S\n]*\n)+", "", text.replace("\r\n", "\n")).rstrip()


def escape(text: str) -> str:
    """Write a section's text so that none of its lines reads as a heading or as code that never ends."""
    lines = trim(text).split("\n")
    return "\n".join(line if inside else escape_line(line) for line, inside in zip(lines, fenced(lines), strict=True))


def escape_line(line: str) -> str:
    """Put a backslash before a mark, or one more where there is one."""
    there = ESCAPED.match(line)
    if there is None or not (there[2] or HEADING.fullmatch(line) or FENCE.match(line)):
        return line
    return f"{there[1]}\\{line[there.end(1) :]}"


def unescape_line(line: str) -> str:
    """Take one backslash before a mark away."""
    there = ESCAPED.match(line)
    return there[1] + line[there.end(1) + 1 :] if there is not None and there[2] else line


def fenced(lines: Sequence[str]) -> list[bool]:
    r"""Say of each line whether it belongs to fenced code; a fence that nothing ends is none.

    Examples
    --------
    >>> fenced(["a", "```", "# b", "```", "~~~", "c"])
    [False, True, True, True, False, False]
    """
    inside = [False] * len(lines)
    ends = [found[1] if (found := FENCE_END.fullmatch(line)) else "" for line in lines]
    longest = longest_after(ends)
    number = 0
    while number < len(lines):
        begun = FENCE.match(lines[number])
        if begun is not None and len(begun[1]) <= longest[begun[1][0]][number]:
            begins = number
            number = next(place for place in range(begins + 1, len(lines)) if ends[place].startswith(begun[1]))
            inside[begins : number + 1] = [True] * (number + 1 - begins)
        number += 1
    return inside


def longest_after(ends: Sequence[str]) -> dict[str, list[int]]:
    """Say of each line how long the longest end of a fence after it is, so that no end is sought that is not there.

    Examples
    --------
    >>> longest_after(["```", "", "~~~~", "```"])
    {'`': [3, 3, 3, 0], '~': [4, 4, 0, 0]}
    """
    longest: dict[str, list[int]] = {}
    for char in "`~":
        lengths = [len(mark) if mark.startswith(char) else 0 for mark in reversed(ends)]
        longest[char] = list(accumulate(lengths, max, initial=0))[-2::-1]
    return longest


def split(text: str) -> Iterator[tuple[str, str, str]]:
    """Split a text at its headings: depth, heading, and what stands under it; the first has no heading."""
    depth, heading, body = "", "", list[str]()
    lines = text.split("\n")
    for line, inside in zip(lines, fenced(lines), strict=True):
        found = None if inside else HEADING.fullmatch(line)
        if found is None:
            body.append(line if inside else unescape_line(line))
            continue
        yield depth, heading, "\n".join(body)
        depth, heading, body = found[1], found[2], []
    yield depth, heading, "\n".join(body)


def from_markdown(text: str, *, where: str) -> Working:
    r"""Read a narrative from Markdown with a title and the six headings, of which some may be left out.

    Raises
    ------
    BadInput
        For a heading that is none of the six, one that stands twice, text before the first, no title.

    Examples
    --------
    >>> from_markdown("# Late labels\n\n## Issue\n\nNobody saw it.", where="a.md").sections
    {'Issue': 'Nobody saw it.'}
    """
    names: dict[str, Section] = {name.casefold(): name for name in SECTIONS}
    (_, _, head), *rest = split(text.replace("\r\n", "\n").lstrip("\ufeff"))
    title, sections = "", dict[Section, str]()
    for depth, heading, body in rest:
        if depth == "#" and not title and not sections:
            title, head = heading, head + body
            continue
        name = names.get(heading.casefold())
        if name is None:
            raise BadInput(f"there is no section {heading[:80]!r}", where=where, allowed=", ".join(SECTIONS))
        if name in sections:
            raise BadInput(f"the section {name} stands twice", where=where, allowed="each section once")
        sections[name] = trim(body)
    if not title:
        raise BadInput("it has no title", where=where, allowed="a first line such as # Late labels")
    if head.strip():
        raise BadInput("there is text before the first section", where=where, allowed="text under one of the headings")
    return Working(title, sections)
