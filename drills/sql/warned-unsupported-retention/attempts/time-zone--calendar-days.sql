WITH moment AS (
    SELECT TIMESTAMPTZ '2026-04-06 00:00:00+00' AS as_of
),
first_warnings AS (
    SELECT warnings.user_id, MIN(warnings.happened_at) AS warned_at
    FROM warnings
    CROSS JOIN moment
    WHERE warnings.known_at <= moment.as_of
    GROUP BY warnings.user_id
),
followed_users AS (
    -- A user warned yesterday had no full chance to come back, and would only dilute the rate.
    SELECT first_warnings.user_id, first_warnings.warned_at
    FROM first_warnings
    CROSS JOIN moment
    WHERE first_warnings.warned_at + INTERVAL 7 DAY <= moment.as_of
),
unsupported_users AS (
    -- NOT EXISTS, because unmatched mail has no user_id and one NULL would empty a NOT IN.
    SELECT followed_users.user_id, followed_users.warned_at
    FROM followed_users
    WHERE NOT EXISTS (
        SELECT 1
        FROM support_messages
        CROSS JOIN moment
        WHERE support_messages.user_id = followed_users.user_id
          AND support_messages.direction = 'to_user'
          AND support_messages.known_at <= moment.as_of
          AND support_messages.happened_at >= followed_users.warned_at
          AND support_messages.happened_at < followed_users.warned_at + INTERVAL 24 HOUR
    )
),
returned_users AS (
    -- One row per user, however many sessions followed.
    SELECT DISTINCT unsupported_users.user_id
    FROM unsupported_users
    INNER JOIN sessions ON sessions.user_id = unsupported_users.user_id
    CROSS JOIN moment
    WHERE sessions.known_at <= moment.as_of
      AND sessions.happened_at > unsupported_users.warned_at
      AND sessions.happened_at <= unsupported_users.warned_at + INTERVAL 7 DAY
)
SELECT
    COUNT(*) AS eligible_users,
    COUNT(returned_users.user_id) AS retained_users,
    -- Division by zero gives NaN here, and the question wants NULL.
    COUNT(returned_users.user_id) / NULLIF(COUNT(*), 0) AS retention_rate
FROM unsupported_users
LEFT JOIN returned_users ON returned_users.user_id = unsupported_users.user_id
