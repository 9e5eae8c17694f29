"""Which folders are drills, when one of them is not? The others are still there to practise on."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from liveloop.base.errors import BadInput
from liveloop.drill import Drill
from liveloop.exam.load import load_all
from liveloop.web.shapes import Refusal

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Shelf:
    """The drills by slug, and why each other folder is none."""

    drills: Mapping[str, Drill]
    broken: tuple[Refusal, ...]


def read_shelf(*roots: Path) -> Shelf:
    """Read the drills under some folders of shelves; of two with the same slug or id the first counts."""
    broken: list[Refusal] = []

    def tell(refusal: BadInput) -> None:
        log.warning("%s", refusal)
        broken.append(Refusal(refusal.wrong, refusal.where, refusal.allowed))

    drills = load_all(*roots, tell=tell)
    return Shelf(drills, tuple(broken))
