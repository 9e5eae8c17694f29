WITH weeks AS (
    -- The weeks come from the calendar, not from the data: a silent week is a row, not a gap.
    SELECT CAST(series.monday AS DATE) AS week_start
    FROM GENERATE_SERIES(DATE '2026-03-02', DATE '2026-03-30', INTERVAL 7 DAY) AS series (monday)
),
local_messages AS (
    -- AT TIME ZONE turns the instant into Los Angeles wall-clock time, so the session's own zone has no say.
    SELECT
        message_id,
        CAST(DATE_TRUNC('week', happened_at AT TIME ZONE 'America/Los_Angeles') AS DATE) AS week_start
    FROM messages
),
warned_messages AS (
    SELECT DISTINCT message_id
    FROM warnings
)
SELECT
    weeks.week_start,
    COUNT(local_messages.message_id) AS messages,
    COUNT(warned_messages.message_id) AS warned_messages,
    COUNT(warned_messages.message_id) / NULLIF(COUNT(local_messages.message_id), 0) AS warned_share
FROM weeks
LEFT JOIN local_messages ON local_messages.week_start = weeks.week_start
LEFT JOIN warned_messages ON warned_messages.message_id = local_messages.message_id
GROUP BY weeks.week_start
ORDER BY weeks.week_start
