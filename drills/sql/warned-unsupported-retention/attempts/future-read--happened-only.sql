WITH first_warnings AS (
    SELECT user_id, MIN(happened_at) AS warned_at
    FROM warnings
    WHERE happened_at <= TIMESTAMPTZ '2026-04-06 00:00:00+00'
    GROUP BY user_id
),
outcomes AS (
    SELECT
        first_warnings.user_id,
        EXISTS (
            SELECT 1
            FROM sessions
            WHERE sessions.user_id = first_warnings.user_id
              AND sessions.happened_at <= TIMESTAMPTZ '2026-04-06 00:00:00+00'
              AND sessions.happened_at > first_warnings.warned_at
              AND sessions.happened_at <= first_warnings.warned_at + INTERVAL 168 HOUR
        ) AS retained
    FROM first_warnings
    WHERE first_warnings.warned_at + INTERVAL 168 HOUR <= TIMESTAMPTZ '2026-04-06 00:00:00+00'
      AND NOT EXISTS (
        SELECT 1
        FROM support_messages AS support
        WHERE support.user_id = first_warnings.user_id
          AND support.direction = 'to_user'
          AND support.happened_at >= first_warnings.warned_at
          AND support.happened_at < first_warnings.warned_at + INTERVAL 24 HOUR
    )
)
SELECT
    COUNT(*) AS eligible_users,
    COUNT(*) FILTER (WHERE retained) AS retained_users,
    COUNT(*) FILTER (WHERE retained) / NULLIF(COUNT(*), 0) AS retention_rate
FROM outcomes
