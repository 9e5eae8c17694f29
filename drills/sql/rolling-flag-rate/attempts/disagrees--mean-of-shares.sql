WITH calendar AS (
    SELECT CAST(series.midnight AS DATE) AS day
    FROM GENERATE_SERIES(DATE '2026-03-10', DATE '2026-03-22', INTERVAL 1 DAY) AS series (midnight)
),
daily AS (
    SELECT
        calendar.day,
        COUNT(decisions.decision_id) AS decisions,
        COUNT(*) FILTER (WHERE decisions.action IN ('warn', 'block')) AS flagged,
        AVG(CASE WHEN decisions.action IN ('warn', 'block') THEN 1.0 WHEN decisions.action = 'allow' THEN 0.0 END)
            AS flagged_share
    FROM calendar
    LEFT JOIN decisions ON CAST(decisions.happened_at AT TIME ZONE 'UTC' AS DATE) = calendar.day
    GROUP BY calendar.day
),
rolling AS (
    SELECT
        day,
        decisions,
        flagged,
        AVG(flagged_share) OVER (ORDER BY day ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) AS flagged_share_7d
    FROM daily
)
SELECT day, decisions, flagged, flagged_share_7d
FROM rolling
WHERE day >= DATE '2026-03-16'
ORDER BY day
