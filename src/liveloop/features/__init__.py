"""What is known of an entity at a moment? A feature store that cannot leak: the same answer offline and live.

Each name is loaded when it is first asked for. `parity`, `replay` and `audit` are modules here, each with the function
of its name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from liveloop.base.lazy import named

if TYPE_CHECKING:
    from liveloop.features.facts import Facts, read_facts
    from liveloop.features.files import read_views
    from liveloop.features.lineage import FeatureSet, Target
    from liveloop.features.log import Log
    from liveloop.features.shared import SharedLog
    from liveloop.features.store import Store
    from liveloop.features.stream import Room, Wanted, stream_training_set
    from liveloop.features.training import training_set
    from liveloop.features.view import Source, View

_HOMES = {
    "facts": ("Facts", "read_facts"),
    "files": ("read_views",),
    "lineage": ("FeatureSet", "Target"),
    "log": ("Log",),
    "shared": ("SharedLog",),
    "store": ("Store",),
    "stream": ("Room", "Wanted", "stream_training_set"),
    "training": ("training_set",),
    "view": ("Source", "View"),
}

__all__ = [
    "Facts",
    "FeatureSet",
    "Log",
    "Room",
    "SharedLog",
    "Source",
    "Store",
    "Target",
    "View",
    "Wanted",
    "read_facts",
    "read_views",
    "stream_training_set",
    "training_set",
]


def __getattr__(name: str) -> object:
    return named(__name__, name, _HOMES)
