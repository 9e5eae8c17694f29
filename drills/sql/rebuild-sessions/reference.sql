WITH messages_with_gaps AS (
    SELECT
        message_id,
        user_id,
        topic,
        happened_at,
        LAG(happened_at) OVER user_timeline AS previous_at
    FROM messages
    -- message_id makes the order total, so that the opening message is always the same one.
    WINDOW user_timeline AS (PARTITION BY user_id ORDER BY happened_at, message_id)
),
numbered_messages AS (
    SELECT
        message_id,
        user_id,
        topic,
        happened_at,
        -- The first message has no previous one; that opens session 1 and has to be said, NULL > x is not true.
        COUNT(*) FILTER (WHERE previous_at IS NULL OR happened_at > previous_at + INTERVAL 30 MINUTE)
            OVER (PARTITION BY user_id ORDER BY happened_at, message_id ROWS UNBOUNDED PRECEDING) AS session_number
    FROM messages_with_gaps
)
SELECT
    user_id,
    session_number,
    COUNT(*) AS messages,
    -- FIRST keeps a missing topic; ARG_MIN would step over it to the next message.
    FIRST(topic ORDER BY happened_at, message_id) AS opening_topic
FROM numbered_messages
GROUP BY user_id, session_number
