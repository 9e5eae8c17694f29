"""When are people active, in their own zone?

Activity has a daily and a weekly shape in local time. For each zone the shape is laid on hours of UTC (so that a change
to summer time falls where it falls) and accumulated: `elapsed` turns a moment into active days, `moments` turns active
days back into a moment.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from liveloop.base.seeds import Floats, Ints

HOUR = 3_600_000_000
ZONES = (
    "America/New_York", "America/Chicago", "America/Los_Angeles", "America/Sao_Paulo", "America/Mexico_City",
    "Europe/London", "Europe/Berlin", "Europe/Paris", "Europe/Madrid", "Europe/Lisbon", "Asia/Kolkata",
    "Asia/Kathmandu", "Australia/Sydney", "UTC",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Season:
    """Accumulated activity for each zone (row) at each hour's edge (column), in active days since `start`."""

    start: int
    accumulated: Floats

    def elapsed(self, zone: Ints, at: Ints) -> Floats:
        """Turn moments into active days since the start, which are comparable within one zone only."""
        last = self.accumulated.shape[1] - 2
        hours = (at - self.start) / HOUR
        hour = np.clip(hours.astype(np.int64), 0, last)
        below, above = self.accumulated[zone, hour], self.accumulated[zone, hour + 1]
        days: Floats = below + (above - below) * np.clip(hours - hour, 0.0, 1.0)
        return days

    def moments(self, zone: Ints, days: Floats) -> Ints:
        """Turn active days back into moments."""
        width = self.accumulated.shape[1]
        height = float(self.accumulated[:, -1].max()) + 1.0
        # One sorted line for all zones, each lifted above the one before, makes one search of it all.
        line = (self.accumulated + height * np.arange(len(self.accumulated))[:, None]).ravel()
        place = np.searchsorted(line, days + height * zone, side="right") - 1
        hour = np.clip(place - zone * width, 0, width - 2)
        below, above = self.accumulated[zone, hour], self.accumulated[zone, hour + 1]
        part = np.clip((days - below) / np.maximum(above - below, 1e-12), 0.0, 1.0 - 1e-9)
        return np.asarray(self.start + ((hour + part) * HOUR).astype(np.int64))


@lru_cache(maxsize=64)
def season(starts_at: datetime, days: int, weekend: float, night: float) -> Season:
    """Lay the daily and weekly shape on the hours of a world.

    `weekend` is the activity of a weekend day against a weekday's, `night` the activity at four in the morning against
    the peak.

    Examples
    --------
    >>> from datetime import UTC
    >>> usual = season(datetime(2026, 3, 2, tzinfo=UTC), 7, 0.5, 0.1)
    >>> friday, saturday = np.diff(usual.accumulated[ZONES.index("UTC"), ::24])[4:6]
    >>> round(float(saturday / friday), 2)
    0.5
    """
    day = daily(night)
    week = np.repeat([1.0] * 5 + [weekend] * 2, 24) * np.tile(day, 7)
    week = week / week.mean() / 24.0
    hours = np.arange(days * 24)
    start = datetime.fromtimestamp(starts_at.timestamp(), ZoneInfo("UTC"))
    rows = [week[_local_hours(start, hours, zone)] for zone in ZONES]
    accumulated = np.concatenate([np.zeros((len(ZONES), 1)), np.cumsum(rows, axis=1)], axis=1)
    return Season(round(starts_at.timestamp() * 1e6), accumulated)


def daily(night: float) -> Floats:
    """Give the activity of each local hour: lowest at 4, where it is `night` times the peak at 16."""
    hour = np.arange(24)
    shape = 0.5 - 0.5 * np.cos((hour - 4) / 24 * 2 * np.pi)  # quiet at 4, busiest at 16
    curve: Floats = night + (1.0 - night) * shape**1.5
    return curve


@lru_cache(maxsize=256)
def _offsets(start: datetime, days: int, zone: str) -> tuple[int, ...]:
    where = ZoneInfo(zone)
    minutes = []
    for day in range(days + 1):
        offset = (start + timedelta(days=day)).astimezone(where).utcoffset() or timedelta()
        minutes.append(int(offset.total_seconds() // 60))
    return tuple(minutes)


def _local_hours(start: datetime, hours: Ints, zone: str) -> Ints:
    # The offset is looked up once a day: on the day of a clock change people are an hour early or late.
    offsets = np.array(_offsets(start, len(hours) // 24, zone))
    since_monday = start.weekday() * 1440 + start.hour * 60 + start.minute
    minutes = since_monday + hours * 60 + offsets[hours // 24]
    return np.asarray((minutes // 60) % 168)
