WITH daily AS (
    SELECT
        CAST(happened_at AT TIME ZONE 'UTC' AS DATE) AS day,
        COUNT(*) AS decisions,
        COUNT(*) FILTER (WHERE action IN ('warn', 'block')) AS flagged
    FROM decisions
    GROUP BY CAST(happened_at AT TIME ZONE 'UTC' AS DATE)
),
rolling AS (
    SELECT
        day,
        decisions,
        flagged,
        SUM(flagged) OVER (ORDER BY day ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) AS flagged_7d,
        SUM(decisions) OVER (ORDER BY day ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) AS decisions_7d
    FROM daily
    WHERE day BETWEEN DATE '2026-03-10' AND DATE '2026-03-22'
)
SELECT day, decisions, flagged, flagged_7d / decisions_7d AS flagged_share_7d
FROM rolling
WHERE day >= DATE '2026-03-16'
ORDER BY day
