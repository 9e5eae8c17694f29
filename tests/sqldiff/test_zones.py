"""Is a query found out that hangs on the zone of the session, and only such a one?"""

import pytest

from liveloop.sqldiff import Desk, Limits
from liveloop.sqldiff.session import Session
from liveloop.sqldiff.zones import ELSEWHERE

SCHEMA = "CREATE TABLE t (id INT PRIMARY KEY, made TIMESTAMPTZ NOT NULL, ended TIMESTAMPTZ NOT NULL, n INT)"
LIMITS = Limits(seconds=20, worlds=20_000, any_zone=True)
DAY = "date_trunc('day', made AT TIME ZONE 'UTC')::DATE"


@pytest.fixture(scope="module")
def desk():
    with Desk() as desk:
        yield desk


@pytest.mark.parametrize(
    ("reference", "attempt"),
    [
        (f"SELECT {DAY} AS day, count(*) FROM t GROUP BY ALL",
         "SELECT made::DATE AS day, count(*) FROM t GROUP BY ALL"),
        ("SELECT id FROM t WHERE made < TIMESTAMPTZ '2026-04-06 00:00:00+00'",
         "SELECT id FROM t WHERE made < TIMESTAMP '2026-04-06 00:00:00'"),
        ("SELECT id FROM t WHERE ended < made + INTERVAL 72 HOUR",
         "SELECT id FROM t WHERE ended < made + INTERVAL 3 DAY"),
    ],
)  # fmt: skip
def test_what_hangs_on_the_session_is_found(desk, reference, attempt):
    verdict = desk.compare(reference, attempt, SCHEMA, limits=LIMITS, seed=1)
    assert (verdict.kind, verdict.explanation.kind) == ("differs", "time-zone")
    zone = verdict.witness.database.time_zone
    assert zone in ELSEWHERE
    assert zone in verdict.explanation.says
    for name, same in ((zone, False), ("UTC", True)):
        with Session(name) as session:
            session.put([verdict.witness.database])
            one, other = (session.outcomes(text, seconds=5)[0] for text in (reference, attempt))
        assert (one.rows == other.rows) is same


@pytest.mark.parametrize(
    "text", ["SELECT made::DATE AS day, count(*) FROM t GROUP BY ALL", "SELECT id FROM t WHERE hour(made) < 9"]
)
def test_nothing_is_said_where_the_reference_hangs_on_it_too(desk, text):
    other = text.replace("SELECT", "SELECT ALL")
    assert desk.compare(text, other, SCHEMA, limits=LIMITS).kind == "none found"
    verdict = desk.compare(text, f"SELECT * FROM ({other}) WHERE TRUE", SCHEMA, limits=LIMITS)
    assert verdict.kind == "none found"


def test_sessions_are_in_utc_unless_it_is_asked_for(desk):
    pair = (
        "SELECT id FROM t WHERE ended < made + INTERVAL 72 HOUR",
        "SELECT id FROM t WHERE ended < made + INTERVAL 3 DAY",
    )
    assert desk.compare(*pair, SCHEMA, limits=Limits(seconds=20, worlds=8_000)).kind == "none found"


def test_what_is_wrong_everywhere_is_shown_in_utc(desk):
    reference = "SELECT id FROM t WHERE n > 3"
    verdict = desk.compare(reference, "SELECT id FROM t WHERE n >= 3 AND made::DATE IS NOT NULL", SCHEMA, limits=LIMITS)
    assert (verdict.kind, verdict.witness.database.time_zone) == ("differs", "UTC")


def test_a_rare_mistake_found_elsewhere_is_shown_in_utc():
    reference = "SELECT n FROM t GROUP BY n HAVING count(*) >= 9"
    with Desk() as desk:
        for seed in range(3):
            verdict = desk.compare(reference, reference.replace(">=", ">"), SCHEMA, limits=LIMITS, seed=seed)
            assert (verdict.kind, verdict.witness.database.time_zone) == ("differs", "UTC")
            assert verdict.witness.database.size == 9
