"""How well is each skill held, and does the candidate know what they know?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from math import sqrt

from liveloop.coach.journal import Entry
from liveloop.drill import Drill

HALF_LIFE_DAYS = 21.0  # after three weeks a debrief speaks half as loud
DOUBT = 1.0  # one imagined failure: a single clean attempt is not mastery
LONGEST_MINUTES = 120.0  # a window left open overnight is no practice
BINS = 5
Z95 = 1.959963984540054
SURVIVED = ("yes", "strong yes")


@dataclass(frozen=True)
class Mastery:
    """How well one skill is held: 0 to 1; `found` counts its findings, `clean` its attempts without one."""

    skill: str
    attempts: int
    clean: int
    mastery: float
    last_at: datetime
    findings: int


@dataclass(frozen=True)
class Bin:
    """The attempts of one range of confidence, with the share that were clean and its 95 % Wilson interval."""

    low: float
    high: float
    n: int
    mean_confidence: float
    share_clean: float
    interval: tuple[float, float]


@dataclass(frozen=True)
class Calibration:
    """How well stated confidence agrees with what happened; `brier` is None when there is nothing to say."""

    n: int
    brier: float | None
    bins: tuple[Bin, ...]


@dataclass(frozen=True)
class Day:
    """One day of practice: attempts handed in, and the minutes from opening to handing in where both are known."""

    date: date
    attempts: int
    minutes: float


def master(
    entries: Iterable[Entry],
    drills: Mapping[str, Drill],
    spoken: Mapping[str, Mapping[str, str]],
    *,
    now: datetime,
) -> list[Mastery]:
    """Say how well each skill is held, the weakest first.

    Each debrief gives every skill it touched (the drill's own, and those of the probes it was asked) 1 when no
    finding spoke of the skill and 0 when one did. Their mean, in which a debrief's weight halves every 21 days and
    one imagined failure weighs 1, is the mastery: sum(w y) / (1 + sum(w)). Any finding counts against the drill's own
    skills, too, unless the signal is yes or better: slow or hard to read is not wrong.

    Parameters
    ----------
    drills
        The drills by id; entries of other drills are left out.
    spoken
        Says which skill each probe speaks of, by the drill's id and the probe's code.
    """
    touched: dict[str, list[tuple[Entry, int]]] = {}
    for entry in entries:
        drill = drills.get(entry.drill_id)
        if drill is None or entry.signal is None:
            continue
        for skill, found in findings_by_skill(entry, drill, spoken.get(drill.id, {})).items():
            touched.setdefault(skill, []).append((entry, found))
    return sorted((hold(skill, outcomes, now) for skill, outcomes in touched.items()), key=weakness)


def weakness(mastery: Mastery) -> tuple[float, str]:
    """Order skills, the weakest first."""
    return mastery.mastery, mastery.skill


def findings_by_skill(entry: Entry, drill: Drill, spoken: Mapping[str, str]) -> dict[str, int]:
    """Count the findings of each skill that a debrief touched; 0 where it was asked and nothing broke."""
    counts = dict.fromkeys((*drill.skills, *(spoken[code] for code in entry.asked if code in spoken)), 0)
    for code in entry.found:
        own = () if entry.signal in SURVIVED else drill.skills
        for skill in {*own, *((spoken[code],) if code in spoken else ())}:
            counts[skill] = counts.get(skill, 0) + 1
    return counts


def hold(skill: str, outcomes: Sequence[tuple[Entry, int]], now: datetime) -> Mastery:
    """Weigh one skill's outcomes by their age."""
    weights = [
        0.5 ** (max(0.0, (now - entry.handed_in_at).total_seconds()) / 86400 / HALF_LIFE_DAYS) for entry, _ in outcomes
    ]
    won = sum(weight for weight, (_, found) in zip(weights, outcomes, strict=True) if not found)
    return Mastery(
        skill=skill,
        attempts=len(outcomes),
        clean=sum(1 for _, found in outcomes if not found),
        mastery=round(won / (DOUBT + sum(weights)), 4),
        last_at=max(entry.handed_in_at for entry, _ in outcomes),
        findings=sum(found for _, found in outcomes),
    )


def calibrate(entries: Iterable[Entry]) -> Calibration:
    """Hold stated confidence against what happened: Brier score, and five bins with Wilson intervals.

    Only debriefed attempts with a confidence count. A bin without attempts is left out: nothing is known of it.

    References
    ----------
    Brier (1950), Verification of forecasts expressed in terms of probability. Wilson (1927), Probable inference.
    """
    pairs = [(e.confidence, not e.found) for e in entries if e.confidence is not None and e.signal is not None]
    if not pairs:
        return Calibration(0, None, ())
    brier = sum((p - y) ** 2 for p, y in pairs) / len(pairs)
    bins = []
    for k in range(BINS):
        inside = [(p, y) for p, y in pairs if min(int(p * BINS), BINS - 1) == k]
        if inside:
            n, clean = len(inside), sum(y for _, y in inside)
            mean = sum(p for p, _ in inside) / n
            bins.append(Bin(k / BINS, (k + 1) / BINS, n, round(mean, 4), clean / n, wilson(clean, n)))
    return Calibration(len(pairs), round(brier, 6), tuple(bins))


def wilson(x: int, n: int, z: float = Z95) -> tuple[float, float]:
    """Give the Wilson interval of x out of n.

    Examples
    --------
    >>> [round(p, 3) for p in wilson(0, 10)]
    [0.0, 0.278]
    >>> [round(p, 3) for p in wilson(5, 10)]
    [0.237, 0.763]
    """
    p = x / n
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return max(0.0, centre - half), min(1.0, centre + half)


def heat(entries: Iterable[Entry], zone: tzinfo | None) -> list[Day]:
    """Count attempts and minutes by day of the candidate's zone (None: the machine's), oldest first."""
    days: dict[date, tuple[int, float]] = {}
    for entry in entries:
        day = entry.handed_in_at.astimezone(zone).date()
        attempts, minutes = days.get(day, (0, 0.0))
        days[day] = attempts + 1, minutes + minutes_spent(entry)
    return [Day(day, attempts, round(minutes, 1)) for day, (attempts, minutes) in sorted(days.items())]


def minutes_spent(entry: Entry) -> float:
    """Say how long an attempt took, two hours at most; nothing when its beginning is not known."""
    if entry.started_at is None:
        return 0.0
    minutes = (entry.handed_in_at - entry.started_at).total_seconds() / 60
    return min(max(minutes, 0.0), LONGEST_MINUTES)


def streak(days: Iterable[date], today: date) -> int:
    """Count the days in a row with an attempt, up to today or yesterday.

    Examples
    --------
    >>> streak([date(2026, 1, 3), date(2026, 1, 4)], date(2026, 1, 5))
    2
    """
    practised = set(days)
    day = today if today in practised else today - timedelta(days=1)
    length = 0
    while day in practised:
        day, length = day - timedelta(days=1), length + 1
    return length
