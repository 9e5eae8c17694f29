WITH local_messages AS (
    SELECT
        messages.message_id,
        CAST(DATE_TRUNC('week', messages.happened_at AT TIME ZONE 'America/Los_Angeles') AS DATE) AS week_start
    FROM messages
)
SELECT
    local_messages.week_start,
    COUNT(DISTINCT local_messages.message_id) AS messages,
    COUNT(DISTINCT warnings.message_id) AS warned_messages,
    COUNT(DISTINCT warnings.message_id) / COUNT(DISTINCT local_messages.message_id) AS warned_share
FROM local_messages
LEFT JOIN warnings ON warnings.message_id = local_messages.message_id
WHERE local_messages.week_start BETWEEN DATE '2026-03-02' AND DATE '2026-03-30'
GROUP BY local_messages.week_start
ORDER BY local_messages.week_start
