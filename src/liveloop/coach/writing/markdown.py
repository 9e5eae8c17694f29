"""How does a narrative look as Markdown, and how is one read from there?"""

from __future__ import annotations

import re
from collections.abc import Mapping

from liveloop.base.errors import BadInput
from liveloop.coach.writing.narrative import SECTIONS, Section
from liveloop.coach.writing.narratives import Working

HEADING = re.compile(r"^(#{1,2})[ \t]+(.+?)[ \t]*#*[ \t]*$", re.MULTILINE)


def to_markdown(title: str, sections: Mapping[str, str]) -> str:
    """Write a narrative as Markdown: the title, then each section under its heading."""
    parts = [f"# {title}", *(f"## {name}\n\n{text.strip()}".rstrip() for name, text in sections.items())]
    return "\n\n".join(parts) + "\n"


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
    head, *rest = HEADING.split(text.replace("\r\n", "\n").lstrip("\ufeff"))
    title, sections = "", dict[Section, str]()
    for depth, heading, body in zip(rest[::3], rest[1::3], rest[2::3], strict=True):
        if depth == "#" and not title and not sections:
            title, head = heading, head + body
            continue
        name = names.get(heading.casefold())
        if name is None:
            raise BadInput(f"there is no section {heading[:80]!r}", where=where, allowed=", ".join(SECTIONS))
        if name in sections:
            raise BadInput(f"the section {name} stands twice", where=where, allowed="each section once")
        sections[name] = body.strip()
    if not title:
        raise BadInput("it has no title", where=where, allowed="a first line such as # Late labels")
    if head.strip():
        raise BadInput("there is text before the first section", where=where, allowed="text under one of the headings")
    return Working(title, sections)
