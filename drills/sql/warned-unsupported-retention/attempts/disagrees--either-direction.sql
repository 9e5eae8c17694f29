WITH first_warnings AS (
    SELECT user_id, MIN(happened_at) AS warned_at
    FROM warnings
    WHERE known_at <= '2026-04-06 00:00:00+00'::TIMESTAMPTZ
    GROUP BY user_id
),
users_in_scope AS (
    SELECT
        warned.user_id,
        EXISTS (
            SELECT 1
            FROM sessions
            WHERE sessions.user_id = warned.user_id
              AND sessions.known_at <= '2026-04-06 00:00:00+00'::TIMESTAMPTZ
              AND sessions.happened_at > warned.warned_at
              AND sessions.happened_at <= warned.warned_at + INTERVAL '168 hours'
        ) AS retained
    FROM first_warnings AS warned
    WHERE warned.warned_at + INTERVAL '168 hours' <= '2026-04-06 00:00:00+00'::TIMESTAMPTZ
      AND NOT EXISTS (
            SELECT 1
            FROM support_messages AS support
            WHERE support.user_id = warned.user_id
              AND support.known_at <= '2026-04-06 00:00:00+00'::TIMESTAMPTZ
              AND support.happened_at >= warned.warned_at
              AND support.happened_at < warned.warned_at + INTERVAL '24 hours'
        )
)
SELECT
    COUNT(*) AS eligible_users,
    COUNT(*) FILTER (WHERE retained) AS retained_users,
    COUNT(*) FILTER (WHERE retained) / NULLIF(COUNT(*), 0) AS retention_rate
FROM users_in_scope
