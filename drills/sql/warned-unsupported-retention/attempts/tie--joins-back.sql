WITH first_times AS (
    SELECT user_id, MIN(happened_at) AS warned_at
    FROM warnings
    WHERE known_at <= TIMESTAMPTZ '2026-04-06 00:00:00+00'
    GROUP BY user_id
),
first_warnings AS (
    SELECT warnings.warning_id, warnings.user_id, warnings.happened_at AS warned_at
    FROM warnings
    INNER JOIN first_times
        ON first_times.user_id = warnings.user_id
        AND first_times.warned_at = warnings.happened_at
    WHERE warnings.known_at <= TIMESTAMPTZ '2026-04-06 00:00:00+00'
      AND warnings.happened_at + INTERVAL 168 HOUR <= TIMESTAMPTZ '2026-04-06 00:00:00+00'
),
outcomes AS (
    SELECT
        first_warnings.user_id,
        EXISTS (
            SELECT 1
            FROM sessions
            WHERE sessions.user_id = first_warnings.user_id
              AND sessions.known_at <= TIMESTAMPTZ '2026-04-06 00:00:00+00'
              AND sessions.happened_at > first_warnings.warned_at
              AND sessions.happened_at <= first_warnings.warned_at + INTERVAL 168 HOUR
        ) AS retained
    FROM first_warnings
    WHERE NOT EXISTS (
        SELECT 1
        FROM support_messages AS support
        WHERE support.user_id = first_warnings.user_id
          AND support.direction = 'to_user'
          AND support.known_at <= TIMESTAMPTZ '2026-04-06 00:00:00+00'
          AND support.happened_at >= first_warnings.warned_at
          AND support.happened_at < first_warnings.warned_at + INTERVAL 24 HOUR
    )
)
SELECT
    COUNT(*) AS eligible_users,
    COUNT(*) FILTER (WHERE retained) AS retained_users,
    COUNT(*) FILTER (WHERE retained) / NULLIF(COUNT(*), 0) AS retention_rate
FROM outcomes
