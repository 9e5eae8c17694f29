WITH severities AS (
    -- A fixed list, so that a severity with an empty queue is shown as empty.
    SELECT severity
    FROM (VALUES (1), (2), (3), (4)) AS list (severity)
),
waiting_cases AS (
    SELECT
        escalation_id,
        -- Not triaged yet: assume the worst.
        COALESCE(severity, 4) AS severity,
        happened_at
    FROM escalations
    WHERE known_at <= TIMESTAMPTZ '2026-03-30 00:00:00+00'
      -- Open cases have no resolved_at, and NULL > x is not true.
      AND (resolved_at IS NULL OR resolved_at > TIMESTAMPTZ '2026-03-30 00:00:00+00')
)
SELECT
    severities.severity,
    COUNT(waiting_cases.escalation_id) AS waiting,
    -- From seconds: subtracting two timestamps as an interval depends on the session's zone, and counts of hours round.
    (EPOCH(TIMESTAMPTZ '2026-03-30 00:00:00+00') - EPOCH(MIN(waiting_cases.happened_at))) / 3600.0 AS oldest_hours,
    COUNT(waiting_cases.escalation_id) FILTER (
        WHERE waiting_cases.happened_at < TIMESTAMPTZ '2026-03-30 00:00:00+00' - INTERVAL 24 HOUR
    ) AS waiting_over_24h
FROM severities
LEFT JOIN waiting_cases ON waiting_cases.severity = severities.severity
GROUP BY severities.severity
