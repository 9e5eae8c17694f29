WITH days AS (
    SELECT DATE '2026-03-16' + CAST(series.step AS INTEGER) AS day
    FROM GENERATE_SERIES(0, 6) AS series (step)
),
dated_decisions AS (
    SELECT
        happened_at::DATE AS decided_on,
        action IN ('warn', 'block') AS is_flagged
    FROM decisions
)
SELECT
    days.day,
    COUNT(*) FILTER (WHERE dated_decisions.decided_on = days.day) AS decisions,
    COUNT(*) FILTER (WHERE dated_decisions.decided_on = days.day AND dated_decisions.is_flagged) AS flagged,
    AVG(CASE WHEN dated_decisions.is_flagged THEN 1.0 WHEN NOT dated_decisions.is_flagged THEN 0.0 END)
        AS flagged_share_7d
FROM days
LEFT JOIN dated_decisions
    ON dated_decisions.decided_on <= days.day
    AND dated_decisions.decided_on > days.day - 7
GROUP BY days.day
ORDER BY days.day
