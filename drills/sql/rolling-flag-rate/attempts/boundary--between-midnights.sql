WITH calendar AS (
    SELECT
        CAST(series.midnight AS DATE) AS day,
        series.midnight AT TIME ZONE 'UTC' AS starts_at,
        (series.midnight + INTERVAL 1 DAY) AT TIME ZONE 'UTC' AS ends_at
    FROM GENERATE_SERIES(TIMESTAMP '2026-03-10', TIMESTAMP '2026-03-22', INTERVAL 1 DAY) AS series (midnight)
),
daily AS (
    SELECT
        calendar.day,
        COUNT(decisions.decision_id) AS decisions,
        COUNT(*) FILTER (WHERE decisions.action IN ('warn', 'block')) AS flagged
    FROM calendar
    LEFT JOIN decisions ON decisions.happened_at BETWEEN calendar.starts_at AND calendar.ends_at
    GROUP BY calendar.day
),
rolling AS (
    SELECT
        day,
        decisions,
        flagged,
        SUM(flagged) OVER (ORDER BY day ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) AS flagged_7d,
        SUM(decisions) OVER (ORDER BY day ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) AS decisions_7d
    FROM daily
)
SELECT day, decisions, flagged, flagged_7d / NULLIF(decisions_7d, 0) AS flagged_share_7d
FROM rolling
WHERE day >= DATE '2026-03-16'
ORDER BY day
