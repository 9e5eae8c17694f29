"""Do the people of a draw keep the rhythm of day and week, each in the own zone?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from liveloop.base.seeds import Flags, Ints
from liveloop.worlds.draw import Draw
from liveloop.worlds.reading import Reading, numbers, proportion
from liveloop.worlds.season import daily
from liveloop.worlds.truth import Truth

_MINUTE, _WEEK = 60_000_000, 7 * 1440
_MONDAY = datetime(1970, 1, 5, tzinfo=UTC)


def read_rhythm(draw: Draw, truth: Truth) -> Iterator[Reading]:
    """Read the shares of weekends and of nights off the sittings that users had time for.

    Only whole local weeks within a user's time count: there a sitting is independent of all others given its week.
    """
    traffic, users = draw.world.traffic, draw.tables["users"]
    known = np.isin(numbers(truth.sessions, "user_id"), numbers(users, "user_id"))
    place = np.searchsorted(numbers(users, "user_id"), numbers(truth.sessions, "user_id")[known])
    zones = np.asarray(users["time_zone"].to_pylist())[place]
    at = local_minutes(numbers(truth.sessions, "starts_at")[known], zones)
    since = np.maximum(numbers(users, "happened_at"), draw.world.start)[place]
    leaves = numbers(truth.users, "leaves_at")[numbers(truth.sessions, "user_id")[known] - 1]
    until = np.minimum(leaves, draw.world.end)
    week = at // _WEEK
    whole = (week * _WEEK >= local_minutes(since, zones)) & ((week + 1) * _WEEK <= local_minutes(until, zones))
    at = at[whole]
    weekend = 2 * traffic.weekend / (5 + 2 * traffic.weekend)
    yield proportion("weekend", "people rest at weekends as set", _is_weekend(at), weekend)
    curve = daily(traffic.night)
    says = "people rest from 1 to 7 in the morning as set"
    yield proportion("night", says, _is_night(at), float(curve[1:7].sum() / curve.sum()))


def _is_weekend(minutes: Ints) -> Flags:
    return np.asarray(minutes % _WEEK >= 5 * 1440)


def _is_night(minutes: Ints) -> Flags:
    hour = minutes % 1440 // 60
    return np.asarray((hour >= 1) & (hour < 7))


def local_minutes(at: Ints, zones: np.ndarray) -> Ints:
    """Turn moments into minutes of the local clock since a Monday.

    Examples
    --------
    >>> at = int(datetime(2026, 3, 2, 23, tzinfo=UTC).timestamp()) * 1_000_000  # a Monday
    >>> (local_minutes(np.array([at, at]), np.array(["UTC", "Asia/Kathmandu"])) % _WEEK / 60).tolist()
    [23.0, 28.75]
    """
    minutes = (at - int(_MONDAY.timestamp()) * 1_000_000) // _MINUTE
    for zone in np.unique(zones):
        here = np.flatnonzero(zones == zone)
        hours, place = np.unique(minutes[here] // 60, return_inverse=True)
        minutes[here] += np.array([_offset(int(hour), str(zone)) for hour in hours], dtype=np.int64)[place]
    return np.asarray(minutes)


def _offset(hour: int, zone: str) -> int:
    offset = (_MONDAY + timedelta(hours=hour)).astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    return int(offset.total_seconds() // 60)
