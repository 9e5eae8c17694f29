"""What would have happened to the same people under another policy?

Both draws share every die, so their difference is the effect of the policy on each user: not an estimate of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from liveloop.base.errors import BadInput
from liveloop.base.seeds import Ints
from liveloop.worlds.bounds import flat_names
from liveloop.worlds.draw import Draw
from liveloop.worlds.setup import Model, Review, Support
from liveloop.worlds.truth import unseal
from liveloop.worlds.world import World

POLICY = {
    **flat_names(Model, "model."),
    **flat_names(Review, "review."),
    **flat_names(Support, "support."),
    "treated": "who is treated in every experiment: assigned, nobody or everybody",
}


@dataclass(frozen=True, eq=False)
class Twin:
    """The same draw under two policies."""

    base: Draw
    other: Draw


def twin(world: World, seed: int, **policy: object) -> Twin:
    """Draw a world under its own policy and under another, with the same dice.

    `policy` names settings of model, review and support as `World.from_settings` does (also with __ for the dot), or
    `treated`: "nobody", "everybody" or "assigned".

    Raises
    ------
    BadInput
        For a setting that is not policy: it would change who is there, and then nothing could be compared.

    Examples
    --------
    >>> pair = twin(World(accounts=5, days=14), 7, threshold=0.9)
    >>> pair.base.tables["users"].equals(pair.other.tables["users"])
    True
    >>> pair.base.tables["warnings"].num_rows > pair.other.tables["warnings"].num_rows
    True
    """
    return Twin(world.draw(seed), changed(world, policy).draw(seed))


def changed(world: World, policy: Mapping[str, object]) -> World:
    """Give the same world under another policy."""
    settings: dict[str, object] = {}
    for given, value in policy.items():
        name = given.replace("__", ".")
        full = [known for known in POLICY if name in (known, known.rpartition(".")[2])]
        if not full:
            raise BadInput(f"{given!r} is not policy", where="twin", allowed=", ".join(POLICY))
        if len(full) > 1:
            raise BadInput(f"{given!r} could be {' or '.join(full)}", where="twin", allowed="the full name")
        settings[full[0]] = value
    if "treated" in settings:
        settings["experiments"] = [_treating(world, k, settings["treated"]) for k in range(len(world.experiments))]
        del settings["treated"]
    return world.changed(settings)


def _treating(world: World, place: int, treated: object) -> dict[str, object]:
    return {**vars(world.experiments[place]), "policy": treated}


def unit_effects(pair: Twin) -> pa.Table:
    """Give for each user what happened under either policy: sessions, messages, warnings, harmful messages let through.

    Examples
    --------
    >>> pair = twin(World(accounts=5, days=14), 7, threshold=0.9)
    >>> unit_effects(pair).column_names[:3]
    ['user_id', 'sessions_base', 'sessions_other']
    """
    users = pair.base.tables["users"]["user_id"].to_numpy()
    columns: dict[str, pa.Array] = {"user_id": pa.array(users)}
    for what in ("sessions", "messages", "warnings", "harm"):
        for side, draw in (("base", pair.base), ("other", pair.other)):
            of = _harm_let_through(draw) if what == "harm" else draw.tables[what]["user_id"].to_numpy()
            columns[f"{what}_{side}"] = pa.array(np.bincount(of, minlength=int(users.max(initial=0)) + 1)[users])
    return pa.table(columns)


def total_effects(pair: Twin) -> dict[str, int]:
    """Add the unit effects up: what the other policy changes in all.

    Examples
    --------
    >>> total_effects(twin(World(accounts=5, days=14), 7))["sessions"]
    0
    """
    units = unit_effects(pair)
    return {
        what: int(units[f"{what}_other"].to_numpy().sum() - units[f"{what}_base"].to_numpy().sum())
        for what in ("sessions", "messages", "warnings", "harm")
    }


def _harm_let_through(draw: Draw) -> Ints:
    harmful = unseal(draw).messages["harmful"].to_numpy()
    blocked = draw.tables["decisions"]["message_id"].to_numpy()[
        np.array([action == "block" for action in draw.tables["decisions"]["action"].to_pylist()], dtype=np.bool_)
    ]
    messages = draw.tables["messages"]
    through = harmful & ~np.isin(messages["message_id"].to_numpy(), blocked)
    return np.asarray(messages["user_id"].to_numpy()[through])
