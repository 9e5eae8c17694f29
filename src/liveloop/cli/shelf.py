"""Which drills has this person, when one of their folders is no drill?"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from liveloop.base.errors import BadInput
from liveloop.base.settings import read_settings
from liveloop.cli.show import refuse
from liveloop.drill import Drill
from liveloop.exam.load import find, load, load_all, shelves_of


def known_drills(beside: Drill | None = None) -> Mapping[str, Drill]:
    """Load the shelves that ship, the person's own, and a drill that lies beside them; what is no drill is told."""
    drills = load_all(*shelves_of(read_settings()), tell=refuse)
    if beside is not None:
        drills[beside.slug] = beside
    return drills


def sound_drills() -> list[Drill]:
    """Load the same shelves where every folder has to be a drill."""
    return list(load_all(*shelves_of(read_settings())).values())


def known_folders() -> dict[str, Path]:
    """Find the drills' folders by slug, without reading them; of two with the same slug the first counts."""
    return {folder.name: folder for folder in reversed(find(*shelves_of(read_settings())))}


def pick(slug: str) -> Drill:
    """Load one drill by its slug or its folder."""
    folder = Path(slug)
    if (folder / "drill.toml").is_file():
        return load(folder.resolve())
    folders = known_folders()
    if slug not in folders:
        raise BadInput(f"no drill {slug!r}", allowed=", ".join(sorted(folders)) or "a folder with a drill.toml")
    return load(folders[slug])
