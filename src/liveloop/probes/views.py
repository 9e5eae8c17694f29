"""How is each view of a file put to a probe, by its name?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, cast

from liveloop.probe import Contrast, Exhibit


class ViewsExhibit(Exhibit, Protocol):
    """An exhibit of a file of views: it has names, and computes what each probe asks of each."""

    def names(self, code: str) -> Sequence[str]:
        """Give the views of which a probe is asked."""


def by_name(exhibit: Exhibit, code: str) -> list[Contrast]:
    """Ask about each view; what there is to say of it the exhibit finds."""
    shelf = cast("ViewsExhibit", exhibit)
    return [Contrast((code, name), (), f"`{name}`") for name in shelf.names(code)]
