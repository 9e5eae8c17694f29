WITH local_messages AS (
    SELECT
        message_id,
        happened_at::TIMESTAMP AT TIME ZONE 'UTC' AT TIME ZONE 'America/Los_Angeles' AS written_at
    FROM messages
),
weekly AS (
    SELECT
        DATE_TRUNC('week', local_messages.written_at)::DATE AS week_start,
        COUNT(DISTINCT local_messages.message_id) AS messages,
        COUNT(DISTINCT warnings.message_id) AS warned_messages
    FROM local_messages
    LEFT JOIN warnings ON warnings.message_id = local_messages.message_id
    GROUP BY DATE_TRUNC('week', local_messages.written_at)::DATE
),
calendar AS (
    SELECT DATE '2026-03-02' + 7 * number AS week_start
    FROM (VALUES (0), (1), (2), (3), (4)) AS numbers (number)
)
SELECT
    calendar.week_start,
    COALESCE(weekly.messages, 0) AS messages,
    COALESCE(weekly.warned_messages, 0) AS warned_messages,
    weekly.warned_messages / weekly.messages AS warned_share
FROM calendar
LEFT JOIN weekly ON weekly.week_start = calendar.week_start
ORDER BY calendar.week_start
