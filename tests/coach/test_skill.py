"""Is mastery what the formula says, and is calibration told without more certainty than there is?"""

from __future__ import annotations

from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.coach.conftest import NOW
from tests.coach.test_mark import make_drill

from liveloop.coach.journal import Entry
from liveloop.coach.skill import calibrate, heat, master, minutes_spent, streak, wilson

DRILLS = {"drl_1": make_drill(skills=("sql.time-joins", "sql.null"))}
SPOKEN = {"drl_1": {"boundary": "sql.time-joins", "tie": "sql.windows", "unreadable": "sql.style"}}


def entry(number=1, *found, signal="lean yes", days=0.0, asked=("boundary", "tie"), **changes) -> Entry:
    fields = {
        "id": f"att_{number}",
        "drill_id": "drl_1",
        "kind": "sql",
        "handed_in_at": NOW - timedelta(days=days),
        "started_at": None,
        "confidence": None,
        "state": "debriefed",
        "signal": signal if found else "strong yes",
        "asked": asked,
        "found": found,
    }
    return Entry(**(fields | changes))


def held(*entries):
    return {row.skill: row for row in master(entries, DRILLS, SPOKEN, now=NOW)}


def test_one_clean_attempt_is_half_way():
    skills = held(entry())
    assert {row.skill: row.mastery for row in skills.values()} == {
        "sql.time-joins": 0.5,
        "sql.null": 0.5,
        "sql.windows": 0.5,
    }


def test_it_fades_by_half_in_three_weeks():
    assert held(entry(days=21))["sql.null"].mastery == pytest.approx(0.5 / 1.5, abs=1e-4)


def test_the_formula():
    rows = held(entry(1, days=21), entry(2, "boundary"), entry(3))
    assert rows["sql.time-joins"].mastery == pytest.approx(1.5 / 3.5, abs=1e-4)
    assert rows["sql.windows"].mastery == pytest.approx(2.5 / 3.5, abs=1e-4)  # the tie probe stayed silent
    assert rows["sql.time-joins"].attempts == 3 and rows["sql.time-joins"].clean == 2
    assert rows["sql.time-joins"].findings == 1
    assert rows["sql.time-joins"].last_at == NOW


def test_a_failure_counts_for_nothing_and_practice_never_for_less():
    assert held(entry(1, "boundary"))["sql.null"].mastery == 0
    masteries = [held(*[entry(i) for i in range(n)])["sql.null"].mastery for n in range(1, 9)]
    assert masteries == sorted(masteries) and masteries[-1] < 1


def test_hard_to_read_is_not_wrong():
    rows = held(entry(1, "unreadable", signal="yes"))
    assert rows["sql.null"].clean == 1 and rows["sql.style"].clean == 0


def test_the_weakest_come_first_and_strangers_are_left_out():
    entries = [entry(1, "tie"), entry(2), entry(3, drill_id="gone"), entry(4, signal=None, asked=())]
    entries[3] = Entry(**(vars(entries[3]) | {"signal": None}))
    rows = master(entries, DRILLS, SPOKEN, now=NOW)
    assert [row.mastery for row in rows] == sorted(row.mastery for row in rows)
    assert all(row.attempts == 2 for row in rows)
    assert master([], DRILLS, SPOKEN, now=NOW) == []


def test_calibration_by_hand():
    entries = [entry(i, confidence=0.9) for i in range(3)] + [entry(9, "tie", confidence=0.9)]
    entries += [entry(10, "tie", confidence=0.1), entry(11, confidence=1.0), entry(12)]
    calibration = calibrate(entries)
    assert calibration.n == 6
    assert calibration.brier == pytest.approx((3 * 0.01 + 0.81 + 0.01 + 0) / 6, abs=1e-6)  # given to six decimals
    low, high = calibration.bins
    assert (low.low, low.high, low.n, low.share_clean) == (0.0, 0.2, 1, 0.0)
    assert (high.low, high.high, high.n, high.share_clean) == (0.8, 1.0, 5, 0.8)
    assert high.mean_confidence == pytest.approx(0.92)
    assert high.interval == wilson(4, 5)


def test_no_calibration_of_nothing():
    assert calibrate([]).brier is None
    waiting = Entry(**(vars(entry(confidence=0.5)) | {"signal": None}))
    assert calibrate([entry(), waiting]).n == 0


def test_wilson_against_published_values():
    # Agresti & Coull (1998) and the usual tables: 95 % intervals
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=1e-4)
    assert wilson(20, 20) == pytest.approx((0.8389, 1.0), abs=1e-4)
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)  # Newcombe (1998), table I


def test_wilson_covers():
    from math import comb

    n, p = 12, 0.3
    covered = sum(
        comb(n, x) * p**x * (1 - p) ** (n - x) for x in range(n + 1) if wilson(x, n)[0] <= p <= wilson(x, n)[1]
    )
    assert covered > 0.92


def test_days_are_those_of_the_candidate():
    late = entry(handed_in_at=NOW.replace(hour=23))
    assert heat([late], UTC)[0].date == date(2026, 1, 7)
    assert heat([late], ZoneInfo("Asia/Tokyo"))[0].date == date(2026, 1, 8)
    assert sum(day.attempts for day in heat([late, entry(2), entry(3, days=1)], UTC)) == 3


@pytest.mark.parametrize(("minutes", "spent"), [(20, 20), (-5, 0), (600, 120)])
def test_minutes(minutes, spent):
    assert minutes_spent(entry(started_at=NOW - timedelta(minutes=minutes))) == spent


def test_streak():
    today = date(2026, 1, 7)
    days = [today - timedelta(days=n) for n in (0, 1, 2, 4)]
    assert streak(days, today) == 3
    assert streak(days[1:], today) == 2
    assert streak(days[3:], today) == 0
