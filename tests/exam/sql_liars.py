"""Which right and wrong queries must the SQL examiner tell apart, and by which findings?"""
# ruff: noqa: E501

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from liveloop.attempt import Attempt
from liveloop.base.clock import system_clock
from liveloop.drill import Drill, SqlForm, WorldSettings
from liveloop.exam.examine import Examination, examine
from liveloop.exam.sandbox import cell_sql
from liveloop.exam.sandbox.limits import Limits, Reply
from liveloop.rubric import Rubric

ALL = (
    "disagrees", "boundary", "null", "fan-out", "tie", "time-zone", "empty-group", "nondeterminism", "future-read",
    "brittle",
)  # fmt: skip


class HereBox:
    """Runs the SQL cell in this process: for trusted texts of tests only."""

    def run(self, cell: str, payload: bytes, *, limits: Limits) -> Reply:
        began = time.perf_counter()
        if cell != "sql":
            return Reply(b"[]", "", "", None, 0.0, 0)
        reply = cell_sql.main(payload)
        return Reply(reply, "", "", None, time.perf_counter() - began, 0)


@dataclass(frozen=True)
class Case:
    """A reference with right and wrong attempts; each wrong one with the exact findings it must raise."""

    name: str
    form: SqlForm
    reference: str
    attempts: dict[str, str]  # "findings--slug": text


def drill_of(case: Case, probes: tuple[str, ...] = ALL) -> Drill:
    return Drill(
        id=f"drl_{case.name}", slug=case.name, shelf="sql", title=case.name, kind="sql", skills=("sql.null",), week=1,
        minutes=10, difficulty=2, world=WorldSettings({"accounts": 12, "days": 35}), probes=probes, out_of_scope=(),
        prompt="", given={}, reference=case.reference, rubric=Rubric((), {}), pushbacks=(), after="", samples=(),
        folder=Path("nowhere"), sql=case.form,
    )  # fmt: skip


def attempt_of(text: str) -> Attempt:
    return Attempt("a", "d", "sql", text, datetime(2026, 1, 5, tzinfo=UTC))


def put(case: Case, text: str, seed: int, box: object | None = None) -> Examination:
    return examine(drill_of(case), attempt_of(text), sandbox=box or HereBox(), seed=seed, clock=system_clock)


def raised(case: Case, text: str, seed: int, box: object | None = None) -> str:
    examination = put(case, text, seed, box)
    assert not examination.unknown, examination.unknown
    return "+".join(sorted({finding.probe for finding in examination.findings})) or "clean"


RETENTION_REFERENCE = """
WITH first_warning AS (
  SELECT user_id, min(happened_at) AS warned_at FROM warnings GROUP BY user_id
),
cohort AS (
  SELECT f.user_id, f.warned_at FROM first_warning f
  WHERE NOT EXISTS (
    SELECT 1 FROM support_messages s
    WHERE s.user_id = f.user_id AND s.direction = 'to_user'
      AND s.happened_at >= f.warned_at AND s.happened_at <= f.warned_at + INTERVAL 24 HOUR)
)
SELECT avg(CASE WHEN EXISTS (
    SELECT 1 FROM sessions s
    WHERE s.user_id = c.user_id
      AND s.happened_at >= c.warned_at + INTERVAL 168 HOUR AND s.happened_at < c.warned_at + INTERVAL 192 HOUR)
  THEN 1.0 ELSE 0.0 END) AS retention_rate
FROM cohort c
"""


def changed(text: str, *swaps: tuple[str, str]) -> str:
    for old, new in swaps:
        assert old in text, old
        text = text.replace(old, new)
    return text


RETENTION = Case(
    "retention",
    SqlForm(("users", "warnings", "support_messages", "sessions"), ("retention_rate",)),
    RETENTION_REFERENCE,
    {
        "clean--same": RETENTION_REFERENCE,
        "clean--left-join": """
            WITH w AS (SELECT user_id, min(happened_at) AS t FROM warnings GROUP BY 1),
            helped AS (SELECT DISTINCT w.user_id FROM w JOIN support_messages s ON s.user_id = w.user_id
              AND s.direction = 'to_user' AND s.happened_at BETWEEN w.t AND w.t + INTERVAL '24 hours'),
            back AS (SELECT DISTINCT w.user_id FROM w JOIN sessions s ON s.user_id = w.user_id
              AND s.happened_at >= w.t + INTERVAL '168 hours' AND s.happened_at < w.t + INTERVAL '192 hours')
            SELECT avg((b.user_id IS NOT NULL)::INT) FROM w LEFT JOIN helped h USING (user_id)
            LEFT JOIN back b USING (user_id) WHERE h.user_id IS NULL""",
        "boundary--lt-24h": changed(
            RETENTION_REFERENCE, ("<= f.warned_at + INTERVAL 24", "< f.warned_at + INTERVAL 24")
        ),
        "boundary--gt-7d": changed(
            RETENTION_REFERENCE, (">= c.warned_at + INTERVAL 168", "> c.warned_at + INTERVAL 168")
        ),
        "boundary--lte-8d": changed(
            RETENTION_REFERENCE, ("< c.warned_at + INTERVAL 192", "<= c.warned_at + INTERVAL 192")
        ),
        "null--not-in": """
            WITH w AS (SELECT user_id, min(happened_at) AS t FROM warnings GROUP BY 1),
            cohort AS (SELECT * FROM w WHERE user_id NOT IN (SELECT s.user_id FROM support_messages s
              LEFT JOIN w ON w.user_id = s.user_id WHERE s.direction = 'to_user' AND (w.t IS NULL OR
              (s.happened_at >= w.t AND s.happened_at <= w.t + INTERVAL 24 HOUR))))
            SELECT avg(CASE WHEN EXISTS (SELECT 1 FROM sessions s WHERE s.user_id = c.user_id
              AND s.happened_at >= c.t + INTERVAL 168 HOUR AND s.happened_at < c.t + INTERVAL 192 HOUR)
              THEN 1.0 ELSE 0.0 END) FROM cohort c""",
        "fan-out--join": """
            WITH w AS (SELECT user_id, min(happened_at) AS t FROM warnings GROUP BY 1),
            cohort AS (SELECT w.* FROM w WHERE NOT EXISTS (SELECT 1 FROM support_messages s WHERE s.user_id = w.user_id
              AND s.direction = 'to_user' AND s.happened_at >= w.t AND s.happened_at <= w.t + INTERVAL 24 HOUR))
            SELECT avg(CASE WHEN s.session_id IS NOT NULL THEN 1.0 ELSE 0.0 END) FROM cohort c LEFT JOIN sessions s
              ON s.user_id = c.user_id AND s.happened_at >= c.t + INTERVAL 168 HOUR AND s.happened_at < c.t + INTERVAL 192 HOUR""",
        "disagrees--always-nobody": "SELECT 0.0",
        "disagrees--any-direction": changed(RETENTION_REFERENCE, ("AND s.direction = 'to_user'", "")),
        "disagrees--within-7d": changed(
            RETENTION_REFERENCE,
            (
                "s.happened_at >= c.warned_at + INTERVAL 168 HOUR AND s.happened_at < c.warned_at + INTERVAL 192 HOUR",
                "s.happened_at > c.warned_at AND s.happened_at <= c.warned_at + INTERVAL 168 HOUR",
            ),
        ),
        "disagrees--last-warning": changed(RETENTION_REFERENCE, ("min(happened_at)", "max(happened_at)")),
        "disagrees--48h": changed(RETENTION_REFERENCE, ("INTERVAL 24 HOUR", "INTERVAL 48 HOUR")),
        "disagrees--no-exclusion": changed(RETENTION_REFERENCE, ("WHERE NOT EXISTS", "WHERE TRUE OR NOT EXISTS")),
        "time-zone--dates": changed(
            RETENTION_REFERENCE,
            (
                "s.happened_at >= c.warned_at + INTERVAL 168 HOUR AND s.happened_at < c.warned_at + INTERVAL 192 HOUR",
                "s.happened_at >= c.warned_at + INTERVAL 168 HOUR AND s.happened_at < c.warned_at + INTERVAL 192 HOUR "
                "AND s.happened_at::DATE >= (c.warned_at::DATE + 7) "
                "AND extract(hour FROM c.warned_at) BETWEEN 0 AND 23 AND c.warned_at::DATE = (c.warned_at AT TIME ZONE 'UTC')::DATE",
            ),
        ),
        "brittle--syntax": "SELEC avg(1)",
        "brittle--column": "SELECT avg(nosuch) FROM warnings",
        "brittle--two": "SELECT 1; SELECT 2",
    },
)

VERDICT_REFERENCE = """
SELECT message_id, harmful FROM (
  SELECT message_id, harmful, row_number() OVER (PARTITION BY message_id ORDER BY happened_at DESC, label_id DESC) AS n
  FROM labels WHERE known_at <= TIMESTAMPTZ '2026-02-10 00:00:00+00'
) WHERE n = 1
"""
VERDICT = Case(
    "verdict",
    SqlForm(("labels",), ("message_id", "harmful")),
    VERDICT_REFERENCE,
    {
        "clean--qualify": """SELECT message_id, harmful FROM labels
            WHERE known_at <= '2026-02-10 00:00:00+00'::TIMESTAMPTZ QUALIFY row_number() OVER (PARTITION BY message_id ORDER BY happened_at DESC, label_id DESC) = 1""",
        "tie--time-only": changed(VERDICT_REFERENCE, ("happened_at DESC, label_id DESC", "happened_at DESC")),
        "boundary--before": changed(VERDICT_REFERENCE, ("known_at <= ", "known_at < ")),
        "future-read--all": changed(
            VERDICT_REFERENCE, ("WHERE known_at <= TIMESTAMPTZ", "WHERE happened_at <= TIMESTAMPTZ")
        ),
        "disagrees--first": changed(VERDICT_REFERENCE, ("happened_at DESC, label_id DESC", "happened_at, label_id")),
        "nondeterminism--no-order": changed(VERDICT_REFERENCE, (" ORDER BY happened_at DESC, label_id DESC", "")),
        "nondeterminism--any": """SELECT message_id, first(harmful) FROM labels
            WHERE known_at <= TIMESTAMPTZ '2026-02-10 00:00:00+00' GROUP BY message_id""",
    },
)
RATE_REFERENCE = """
SELECT a.plan, count(DISTINCT w.user_id) / nullif(count(DISTINCT u.user_id), 0) AS share
FROM accounts a LEFT JOIN users u ON u.account_id = a.account_id LEFT JOIN warnings w ON w.user_id = u.user_id
GROUP BY a.plan
"""
RATE = Case(
    "rate",
    SqlForm(("accounts", "users", "warnings"), ("plan", "share")),
    RATE_REFERENCE,
    {
        "clean--subquery": """SELECT plan, avg(warned) FROM (
            SELECT a.plan, u.user_id, CASE WHEN u.user_id IS NULL THEN NULL WHEN EXISTS (
              SELECT 1 FROM warnings w WHERE w.user_id = u.user_id) THEN 1.0 ELSE 0.0 END AS warned
            FROM accounts a LEFT JOIN users u USING (account_id)) GROUP BY plan""",
        "disagrees--halved": changed(RATE_REFERENCE, ("SELECT a.plan, ", "SELECT a.plan, 0.5 * ")),
        "empty-group--inner-join": changed(RATE_REFERENCE, ("LEFT JOIN warnings", "JOIN warnings")),
        "empty-group--zero": changed(
            RATE_REFERENCE,
            (
                "SELECT a.plan, count(DISTINCT w.user_id) / nullif(count(DISTINCT u.user_id), 0)",
                "SELECT a.plan, coalesce(count(DISTINCT w.user_id) / nullif(count(DISTINCT u.user_id), 0), 0)",
            ),
        ),
        "fan-out--warnings": changed(RATE_REFERENCE, ("count(DISTINCT w.user_id)", "count(w.user_id)")),
    },
)
WEEK_REFERENCE = """
SELECT policy, count(*) FILTER (WHERE dismissed_at IS NULL) AS undismissed FROM warnings
WHERE happened_at >= TIMESTAMPTZ '2026-03-09 00:00:00+00' AND happened_at < TIMESTAMPTZ '2026-03-16 00:00:00+00'
GROUP BY policy
"""
WEEK = Case(
    "week",
    SqlForm(("warnings",), ("policy", "undismissed")),
    WEEK_REFERENCE,
    {
        "clean--sum": changed(
            WEEK_REFERENCE, ("count(*) FILTER (WHERE dismissed_at IS NULL)", "count(*) - count(dismissed_at)")
        ),
        "time-zone--naive-week": changed(WEEK_REFERENCE, ("TIMESTAMPTZ", "TIMESTAMP"), ("00+00'", "00'")),
        "time-zone--naive-end": changed(
            WEEK_REFERENCE, ("TIMESTAMPTZ '2026-03-16 00:00:00+00'", "TIMESTAMP '2026-03-16 00:00:00'")
        ),
    },
)
LIST_REFERENCE = """
SELECT policy, count(*) AS warned FROM warnings GROUP BY policy ORDER BY warned DESC, policy
"""
LIST = Case(
    "list",
    SqlForm(("warnings",), ("policy", "warned"), ordered=True),
    LIST_REFERENCE,
    {
        "clean--negated": changed(LIST_REFERENCE, ("warned DESC", "-count(*)")),
        "clean--ranked": """SELECT policy, n FROM (SELECT policy, count(*) AS n FROM warnings GROUP BY policy)
            ORDER BY n DESC, policy""",
        "disagrees--ascending": changed(LIST_REFERENCE, ("warned DESC", "warned")),
        "disagrees--by-name": changed(LIST_REFERENCE, ("warned DESC, policy", "policy")),
        "nondeterminism--unsorted": changed(LIST_REFERENCE, ("ORDER BY warned DESC, policy", "")),
        "nondeterminism--no-tie-break": changed(LIST_REFERENCE, ("warned DESC, policy", "warned DESC")),
    },
)
CASES = {case.name: case for case in (RETENTION, VERDICT, RATE, WEEK, LIST)}
