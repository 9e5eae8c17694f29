WITH flagged AS (
    SELECT
        message_id,
        user_id,
        topic,
        happened_at,
        CASE
            WHEN DATE_DIFF('minute', LAG(happened_at) OVER (PARTITION BY user_id ORDER BY happened_at, message_id), happened_at)
                <= 30 THEN 0
            ELSE 1
        END AS opens_session
    FROM messages
),
numbered AS (
    SELECT
        user_id,
        topic,
        happened_at,
        opens_session,
        SUM(opens_session) OVER (
            PARTITION BY user_id
            ORDER BY happened_at, message_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS session_number
    FROM flagged
)
SELECT
    user_id,
    session_number,
    COUNT(*) AS messages,
    MAX(topic) FILTER (WHERE opens_session = 1) AS opening_topic
FROM numbered
GROUP BY user_id, session_number
