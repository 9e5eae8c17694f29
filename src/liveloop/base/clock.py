"""What time is it? The one place that asks the machine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Read the machine's clock: zone-aware UTC, microseconds.

    Examples
    --------
    >>> system_clock().tzinfo is UTC
    True
    """
    return datetime.now(UTC)


def fixed_clock(at: datetime) -> Clock:
    """Give a clock that always says `at`, which must carry a zone.

    Examples
    --------
    >>> fixed_clock(datetime(2026, 1, 5, tzinfo=UTC))().isoformat()
    '2026-01-05T00:00:00+00:00'
    """
    if at.tzinfo is None:
        raise ValueError(f"a clock needs a zone, got {at.isoformat()}; pass an aware datetime")
    return lambda: at


def name_day(day: date) -> str:
    """Name a day as a person writes it, without its year.

    Examples
    --------
    >>> name_day(date(2026, 3, 2))
    'Monday 2 March'
    """
    return f"{day:%A} {day.day} {day:%B}"
