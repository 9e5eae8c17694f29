WITH waiting_cases AS (
    SELECT severity, happened_at
    FROM escalations
    WHERE known_at <= TIMESTAMPTZ '2026-03-30 00:00:00+00'
      AND (resolved_at > TIMESTAMPTZ '2026-03-30 00:00:00+00') IS NOT FALSE
),
groups AS (
    SELECT 1 AS severity, '1' AS label
    UNION ALL
    SELECT 2 AS severity, '2' AS label
    UNION ALL
    SELECT 3 AS severity, '3' AS label
    UNION ALL
    SELECT 4 AS severity, '4' AS label
    UNION ALL
    SELECT NULL AS severity, 'untriaged' AS label
)
SELECT
    groups.label AS severity,
    COUNT(waiting_cases.happened_at) AS waiting,
    DATE_DIFF('microsecond', MIN(waiting_cases.happened_at), TIMESTAMPTZ '2026-03-30 00:00:00+00') / 3600e6 AS oldest_hours,
    COALESCE(SUM(
        CASE WHEN waiting_cases.happened_at + INTERVAL 24 HOUR < TIMESTAMPTZ '2026-03-30 00:00:00+00' THEN 1 ELSE 0 END
    ), 0) AS waiting_over_24h
FROM groups
LEFT JOIN waiting_cases ON waiting_cases.severity IS NOT DISTINCT FROM groups.severity
GROUP BY groups.label
