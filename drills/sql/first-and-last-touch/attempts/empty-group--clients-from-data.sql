WITH warned AS (
    SELECT user_id, MIN(happened_at) AS warned_at
    FROM warnings
    GROUP BY user_id
),
ranked AS (
    SELECT
        sessions.client,
        ROW_NUMBER() OVER (
            PARTITION BY sessions.user_id
            ORDER BY sessions.happened_at, sessions.session_id
        ) AS from_first,
        ROW_NUMBER() OVER (
            PARTITION BY sessions.user_id
            ORDER BY sessions.happened_at DESC, sessions.session_id DESC
        ) AS from_last
    FROM sessions
    INNER JOIN warned ON warned.user_id = sessions.user_id
    WHERE sessions.happened_at <= warned.warned_at
      AND sessions.known_at <= warned.warned_at
)
SELECT
    client,
    COUNT(*) FILTER (WHERE from_first = 1) AS first_touch,
    COUNT(*) FILTER (WHERE from_last = 1) AS last_touch
FROM ranked
GROUP BY client
