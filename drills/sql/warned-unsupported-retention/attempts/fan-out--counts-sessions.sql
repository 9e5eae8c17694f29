WITH first_warnings AS (
    SELECT user_id, MIN(happened_at) AS warned_at
    FROM warnings
    WHERE known_at <= TIMESTAMPTZ '2026-04-06 00:00:00+00'
    GROUP BY user_id
),
unsupported AS (
    SELECT first_warnings.user_id, first_warnings.warned_at
    FROM first_warnings
    LEFT JOIN support_messages AS support
        ON support.user_id = first_warnings.user_id
        AND support.direction = 'to_user'
        AND support.known_at <= TIMESTAMPTZ '2026-04-06 00:00:00+00'
        AND support.happened_at >= first_warnings.warned_at
        AND support.happened_at < first_warnings.warned_at + INTERVAL 24 HOUR
    WHERE support.support_message_id IS NULL
      AND first_warnings.warned_at + INTERVAL 168 HOUR <= TIMESTAMPTZ '2026-04-06 00:00:00+00'
)
SELECT
    COUNT(*) AS eligible_users,
    COUNT(sessions.session_id) AS retained_users,
    COUNT(sessions.session_id) / NULLIF(COUNT(*), 0) AS retention_rate
FROM unsupported
LEFT JOIN sessions
    ON sessions.user_id = unsupported.user_id
    AND sessions.known_at <= TIMESTAMPTZ '2026-04-06 00:00:00+00'
    AND sessions.happened_at > unsupported.warned_at
    AND sessions.happened_at <= unsupported.warned_at + INTERVAL 168 HOUR
