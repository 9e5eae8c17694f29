WITH daily_counts AS (
    -- To UTC first: a plain cast to DATE would use the calendar of whoever runs the query.
    SELECT
        CAST(known_at AT TIME ZONE 'UTC' AS DATE) AS day,
        COUNT(*) AS decisions,
        COUNT(*) FILTER (WHERE action IN ('warn', 'block')) AS flagged
    FROM decisions
    GROUP BY CAST(known_at AT TIME ZONE 'UTC' AS DATE)
),
calendar AS (
    -- Six days more in front, so that the first windows are whole.
    SELECT CAST(series.midnight AS DATE) AS day
    FROM GENERATE_SERIES(DATE '2026-03-10', DATE '2026-03-22', INTERVAL 1 DAY) AS series (midnight)
),
calendar_counts AS (
    SELECT
        calendar.day,
        COALESCE(daily_counts.decisions, 0) AS decisions,
        COALESCE(daily_counts.flagged, 0) AS flagged
    FROM calendar
    LEFT JOIN daily_counts ON daily_counts.day = calendar.day
),
rolling_counts AS (
    -- One row per day without gaps, therefore six rows back are six days back.
    SELECT
        day,
        decisions,
        flagged,
        SUM(decisions) OVER last_seven_days AS decisions_7d,
        SUM(flagged) OVER last_seven_days AS flagged_7d
    FROM calendar_counts
    WINDOW last_seven_days AS (ORDER BY day ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)
)
SELECT day, decisions, flagged, flagged_7d / NULLIF(decisions_7d, 0) AS flagged_share_7d
FROM rolling_counts
-- After the window, not before it: a WHERE above would cut off the days that the first windows need.
WHERE day >= DATE '2026-03-16'
ORDER BY day
