WITH waiting_cases AS (
    SELECT
        CASE WHEN severity IS NULL THEN 4 ELSE severity END AS severity,
        happened_at
    FROM escalations
    WHERE known_at <= TIMESTAMPTZ '2026-03-30 00:00:00+00'
      AND (resolved_at > TIMESTAMPTZ '2026-03-30 00:00:00+00') IS NOT FALSE
),
severities AS (
    SELECT 1 AS severity
    UNION ALL
    SELECT 2 AS severity
    UNION ALL
    SELECT 3 AS severity
    UNION ALL
    SELECT 4 AS severity
)
SELECT
    severities.severity,
    COUNT(waiting_cases.happened_at) AS waiting,
    DATE_DIFF('microsecond', MIN(waiting_cases.happened_at), TIMESTAMPTZ '2026-03-30 00:00:00+00') / 3600e6 AS oldest_hours,
    COALESCE(SUM(
        CASE WHEN waiting_cases.happened_at + INTERVAL 24 HOUR < TIMESTAMPTZ '2026-03-30 00:00:00+00' THEN 1 ELSE 0 END
    ), 0) AS waiting_over_24h
FROM severities
LEFT JOIN waiting_cases ON waiting_cases.severity = severities.severity
GROUP BY severities.severity
