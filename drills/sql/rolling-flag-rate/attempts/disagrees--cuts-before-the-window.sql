WITH moments AS (
    SELECT
        CAST(happened_at AT TIME ZONE 'UTC' AS DATE) AS day,
        1 AS decisions,
        CASE WHEN action = 'allow' THEN 0 WHEN action IN ('warn', 'block') THEN 1 ELSE 0 END AS flagged
    FROM decisions
    UNION ALL
    SELECT CAST(UNNEST(GENERATE_SERIES(DATE '2026-03-16', DATE '2026-03-22', INTERVAL 1 DAY)) AS DATE) AS day, 0, 0
),
daily AS (
    SELECT day, SUM(decisions) AS decisions, SUM(flagged) AS flagged
    FROM moments
    GROUP BY day
),
rolling AS (
    SELECT
        day,
        decisions,
        flagged,
        SUM(flagged) OVER (ORDER BY day RANGE BETWEEN INTERVAL 6 DAYS PRECEDING AND CURRENT ROW) AS flagged_7d,
        SUM(decisions) OVER (ORDER BY day RANGE BETWEEN INTERVAL 6 DAYS PRECEDING AND CURRENT ROW) AS decisions_7d
    FROM daily
    WHERE day BETWEEN DATE '2026-03-16' AND DATE '2026-03-22'
)
SELECT
    day,
    decisions,
    flagged,
    CASE WHEN decisions_7d > 0 THEN flagged_7d / decisions_7d END AS flagged_share_7d
FROM rolling
WHERE day BETWEEN DATE '2026-03-16' AND DATE '2026-03-22'
ORDER BY day
