-- One long table of events per user, judged relative to the first warning.
WITH warned AS (
    SELECT user_id, MIN(happened_at) AS warned_at
    FROM warnings
    WHERE known_at <= TIMESTAMPTZ '2026-04-06 00:00:00+00'
    GROUP BY user_id
),
events AS (
    SELECT user_id, happened_at, known_at, 'support' AS event
    FROM support_messages
    WHERE direction = 'to_user'
    UNION ALL
    SELECT user_id, happened_at, known_at, 'session' AS event
    FROM sessions
),
timelines AS (
    SELECT
        warned.user_id,
        COALESCE(BOOL_OR(
            events.event = 'support'
            AND events.happened_at >= warned.warned_at
            AND events.happened_at < warned.warned_at + INTERVAL 24 HOUR
        ), FALSE) AS supported,
        COALESCE(BOOL_OR(
            events.event = 'session'
            AND events.happened_at > warned.warned_at
            AND events.happened_at <= warned.warned_at + INTERVAL 168 HOUR
        ), FALSE) AS retained
    FROM warned
    LEFT JOIN events
        ON events.user_id = warned.user_id
        AND events.known_at <= TIMESTAMPTZ '2026-04-06 00:00:00+00'
    WHERE warned.warned_at + INTERVAL 168 HOUR <= TIMESTAMPTZ '2026-04-06 00:00:00+00'
    GROUP BY warned.user_id
)
SELECT
    COUNT(*) FILTER (WHERE NOT supported) AS eligible_users,
    COUNT(*) FILTER (WHERE retained AND NOT supported) AS retained_users,
    AVG(CASE WHEN retained THEN 1.0 ELSE 0.0 END) FILTER (WHERE NOT supported) AS retention_rate
FROM timelines
