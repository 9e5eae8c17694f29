"""Which folders are drills, when one of them is not? The others are still there to practise on."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from liveloop.base.errors import BadInput
from liveloop.drill import Drill
from liveloop.exam.load import load
from liveloop.web.shapes import Refusal

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Shelf:
    """The drills by slug, and why each other folder is none."""

    drills: Mapping[str, Drill]
    broken: tuple[Refusal, ...]


def read_shelf(folders: Iterable[Path]) -> Shelf:
    """Read the drills of some folders; of two with the same slug or id the first counts."""
    drills: dict[str, Drill] = {}
    broken = []
    for folder in folders:
        try:
            drill = load(folder)
            refuse_twin(drill, drills)
        except BadInput as refusal:
            log.warning("%s", refusal)
            broken.append(Refusal(refusal.wrong, refusal.where, refusal.allowed))
        else:
            drills[drill.slug] = drill
    return Shelf(drills, tuple(broken))


def refuse_twin(drill: Drill, drills: Mapping[str, Drill]) -> None:
    """Refuse a drill whose slug or id another one has."""
    for other in drills.values():
        if drill.slug == other.slug or drill.id == other.id:
            same = "slug" if drill.slug == other.slug else "id"
            raise BadInput(
                f"it has the {same} of {other.folder}", where=str(drill.folder), allowed=f"a {same} of its own"
            )
