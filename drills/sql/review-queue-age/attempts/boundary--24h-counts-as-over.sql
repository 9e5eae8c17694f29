WITH cases AS (
    SELECT
        COALESCE(severity, 4) AS severity,
        (EPOCH('2026-03-30 00:00:00+00'::TIMESTAMPTZ) - EPOCH(happened_at)) / 3600 AS waited_hours
    FROM escalations
    WHERE known_at <= '2026-03-30 00:00:00+00'::TIMESTAMPTZ
      AND COALESCE(resolved_at > '2026-03-30 00:00:00+00'::TIMESTAMPTZ, TRUE)
)
SELECT
    all_severities.severity,
    COUNT(cases.waited_hours) AS waiting,
    MAX(cases.waited_hours) AS oldest_hours,
    COUNT(*) FILTER (WHERE cases.waited_hours >= 24) AS waiting_over_24h
FROM (SELECT UNNEST([1, 2, 3, 4]) AS severity) AS all_severities
LEFT JOIN cases USING (severity)
GROUP BY all_severities.severity
