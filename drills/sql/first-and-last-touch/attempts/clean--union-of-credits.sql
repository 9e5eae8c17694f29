WITH warned AS (
    SELECT user_id, MIN(happened_at) AS warned_at
    FROM warnings
    GROUP BY user_id
),
touches AS (
    SELECT sessions.user_id, sessions.session_id, sessions.client, sessions.happened_at
    FROM sessions
    INNER JOIN warned ON warned.user_id = sessions.user_id
    WHERE GREATEST(sessions.happened_at, sessions.known_at) <= warned.warned_at
),
credits AS (
    SELECT client, 1 AS first_credit, 0 AS last_credit
    FROM touches
    QUALIFY ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY happened_at, session_id) = 1
    UNION ALL
    SELECT client, 0 AS first_credit, 1 AS last_credit
    FROM touches
    QUALIFY ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY happened_at DESC, session_id DESC) = 1
    UNION ALL
    SELECT UNNEST(['web', 'mobile', 'api']) AS client, 0 AS first_credit, 0 AS last_credit
)
SELECT client, SUM(first_credit) AS first_touch, SUM(last_credit) AS last_touch
FROM credits
WHERE client IN ('web', 'mobile', 'api')
GROUP BY client
