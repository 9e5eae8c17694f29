"""Do the dice of a world belong to its entities, and not to the order in which they are thrown?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import numpy as np
import pyarrow as pa

from liveloop.base.seeds import Ints
from liveloop.worlds.draw import Draw
from liveloop.worlds.reading import Reading, counted
from liveloop.worlds.truth import unseal

# What both policies have in common has the same rows, but for what the review queue moves
_ALIKE: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("sessions", "session_id", ()),
    ("messages", "message_id", ()),
    ("warnings", "warning_id", ()),
    ("support_messages", "support_message_id", ()),
    ("labels", "label_id", ("reviewer_id", "happened_at", "known_at")),
)


class Drawable(Protocol):
    """What can be drawn, in chunks if asked, under its own policy or another."""

    def draw(self, seed: int, *, chunk_accounts: int | None = None) -> Draw:
        """Draw one realisation."""

    def but(self, **settings: object) -> Drawable:
        """Give the same world with some settings changed."""


def read_dice(world: Drawable, draw: Draw) -> Iterator[Reading]:
    """Draw the world again: as it is, in chunks, and under another threshold."""
    yield _equal("twin equality", "the same seed and policy give the same rows", draw, world.draw(draw.seed))
    size = max(1, draw.world.accounts // 3 - 1)
    chunked = world.draw(draw.seed, chunk_accounts=size)
    yield _equal("chunk independence", f"chunks of {size} accounts give the same rows", draw, chunked)
    stricter = world.but(model__threshold=max(0.001, draw.world.model.threshold / 2)).draw(draw.seed)
    yield counted("twin isolation", "another threshold moves nobody else's dice", _moved(draw, stricter))


def _equal(name: str, says: str, one: Draw, other: Draw) -> Reading:
    differing = [table for table in one.tables if not one.tables[table].equals(other.tables[table])]
    return Reading(name, f"{says}: {', '.join(differing)} differ" if differing else says, not differing)


def _moved(one: Draw, other: Draw) -> int:
    """Count the rows that differ though the policy does not reach them."""
    moved = sum(not one.tables[name].equals(other.tables[name]) for name in ("accounts", "users"))
    adversaries = unseal(one).users.filter(unseal(one).users["adversary"])["user_id"].to_numpy()
    for name, key, but in _ALIKE:
        moved += _differing(one.tables[name], other.tables[name], key, but)
    spared = _innocent(one, adversaries), _innocent(other, adversaries)
    moved += _differing(*spared, "decision_id", ("threshold", "action"))
    met = np.union1d(_kept_away(one), _kept_away(other))
    calm = [_without(draw.tables["sessions"], met) for draw in (one, other)]
    return moved + int(not calm[0].equals(calm[1]))


def _differing(one: pa.Table, other: pa.Table, key: str, but: tuple[str, ...]) -> int:
    """Count the rows of both tables with one key that are not alike."""
    keep = [name for name in one.column_names if name not in but]
    common = np.intersect1d(one[key].to_numpy(), other[key].to_numpy())
    rows = [
        table.filter(pa.array(np.isin(table[key].to_numpy(), common))).sort_by(key).select(keep)
        for table in (one, other)
    ]
    if rows[0].equals(rows[1]):
        return 0
    return sum(a != b for a, b in zip(rows[0].to_pylist(), rows[1].to_pylist(), strict=True))


def _innocent(draw: Draw, adversaries: Ints) -> pa.Table:
    """Give the decisions on users who do not adapt to the threshold."""
    messages = draw.tables["messages"]
    theirs = messages.filter(pa.array(np.isin(messages["user_id"].to_numpy(), adversaries)))["message_id"].to_numpy()
    return draw.tables["decisions"].filter(
        pa.array(~np.isin(draw.tables["decisions"]["message_id"].to_numpy(), theirs))
    )


def _kept_away(draw: Draw) -> Ints:
    """Give the users whom a warning or a block kept away, also one that is not known yet."""
    sessions = unseal(draw).sessions
    return np.asarray(sessions.filter(sessions["away"])["user_id"].to_numpy())


def _without(sessions: pa.Table, users: Ints) -> pa.Table:
    return sessions.filter(pa.array(~np.isin(sessions["user_id"].to_numpy(), users)))
