WITH bucketed AS (
    SELECT
        message_id,
        user_id,
        topic,
        happened_at,
        FLOOR(EPOCH(happened_at) / 1800) AS half_hour
    FROM messages
)
SELECT
    user_id,
    ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY half_hour) AS session_number,
    COUNT(*) AS messages,
    FIRST(topic ORDER BY happened_at, message_id) AS opening_topic
FROM bucketed
GROUP BY user_id, half_hour
