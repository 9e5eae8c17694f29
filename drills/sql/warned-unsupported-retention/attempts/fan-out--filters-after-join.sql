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
    WHERE first_warnings.warned_at + INTERVAL 168 HOUR <= TIMESTAMPTZ '2026-04-06 00:00:00+00'
      AND (
        support.support_message_id IS NULL
        OR support.happened_at < first_warnings.warned_at
        OR support.happened_at >= first_warnings.warned_at + INTERVAL 24 HOUR
      )
),
outcomes AS (
    SELECT
        unsupported.user_id,
        EXISTS (
            SELECT 1
            FROM sessions
            WHERE sessions.user_id = unsupported.user_id
              AND sessions.known_at <= TIMESTAMPTZ '2026-04-06 00:00:00+00'
              AND sessions.happened_at > unsupported.warned_at
              AND sessions.happened_at <= unsupported.warned_at + INTERVAL 168 HOUR
        ) AS retained
    FROM unsupported
)
SELECT
    COUNT(*) AS eligible_users,
    COUNT(*) FILTER (WHERE retained) AS retained_users,
    COUNT(*) FILTER (WHERE retained) / NULLIF(COUNT(*), 0) AS retention_rate
FROM outcomes
