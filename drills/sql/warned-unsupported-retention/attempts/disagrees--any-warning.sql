WITH warned AS (
    SELECT warning_id, user_id, happened_at AS warned_at
    FROM warnings
    WHERE known_at <= TIMESTAMPTZ '2026-04-06 00:00:00+00'
      AND happened_at + INTERVAL 168 HOUR <= TIMESTAMPTZ '2026-04-06 00:00:00+00'
),
unsupported AS (
    SELECT warned.warning_id, warned.user_id, warned.warned_at
    FROM warned
    WHERE NOT EXISTS (
        SELECT 1
        FROM support_messages AS support
        WHERE support.user_id = warned.user_id
          AND support.direction = 'to_user'
          AND support.known_at <= TIMESTAMPTZ '2026-04-06 00:00:00+00'
          AND support.happened_at >= warned.warned_at
          AND support.happened_at < warned.warned_at + INTERVAL 24 HOUR
    )
)
SELECT
    COUNT(DISTINCT unsupported.user_id) AS eligible_users,
    COUNT(DISTINCT sessions.user_id) AS retained_users,
    COUNT(DISTINCT sessions.user_id) / NULLIF(COUNT(DISTINCT unsupported.user_id), 0) AS retention_rate
FROM unsupported
LEFT JOIN sessions
    ON sessions.user_id = unsupported.user_id
    AND sessions.known_at <= TIMESTAMPTZ '2026-04-06 00:00:00+00'
    AND sessions.happened_at > unsupported.warned_at
    AND sessions.happened_at <= unsupported.warned_at + INTERVAL 168 HOUR
