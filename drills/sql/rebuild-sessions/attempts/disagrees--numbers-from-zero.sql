WITH messages_with_gaps AS (
    SELECT
        message_id,
        user_id,
        topic,
        happened_at,
        LAG(happened_at) OVER (PARTITION BY user_id ORDER BY happened_at, message_id) AS previous_at
    FROM messages
),
numbered_messages AS (
    SELECT
        message_id,
        user_id,
        topic,
        happened_at,
        SUM(CASE WHEN happened_at > previous_at + INTERVAL 30 MINUTE THEN 1 ELSE 0 END)
            OVER (PARTITION BY user_id ORDER BY happened_at, message_id) AS session_number
    FROM messages_with_gaps
)
SELECT
    user_id,
    session_number,
    COUNT(*) AS messages,
    FIRST(topic ORDER BY happened_at, message_id) AS opening_topic
FROM numbered_messages
GROUP BY user_id, session_number
