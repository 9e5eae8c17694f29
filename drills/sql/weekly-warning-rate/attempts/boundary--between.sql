WITH mondays AS (
    SELECT UNNEST([
        DATE '2026-03-02', DATE '2026-03-09', DATE '2026-03-16', DATE '2026-03-23', DATE '2026-03-30'
    ]) AS week_start
),
weeks AS (
    SELECT
        week_start,
        CAST(week_start AS TIMESTAMP) AT TIME ZONE 'America/Los_Angeles' AS starts_at,
        CAST(week_start + 7 AS TIMESTAMP) AT TIME ZONE 'America/Los_Angeles' AS ends_at
    FROM mondays
),
judged_messages AS (
    SELECT
        messages.happened_at,
        EXISTS (SELECT 1 FROM warnings WHERE warnings.message_id = messages.message_id) AS was_warned
    FROM messages
)
SELECT
    weeks.week_start,
    COUNT(judged_messages.happened_at) AS messages,
    COUNT(*) FILTER (WHERE judged_messages.was_warned) AS warned_messages,
    AVG(CASE judged_messages.was_warned WHEN TRUE THEN 1.0 WHEN FALSE THEN 0.0 END) AS warned_share
FROM weeks
LEFT JOIN judged_messages
    ON judged_messages.happened_at BETWEEN weeks.starts_at AND weeks.ends_at
GROUP BY weeks.week_start
ORDER BY weeks.week_start
