WITH local_sessions AS (
    SELECT
        sessions.user_id,
        CAST(sessions.happened_at AT TIME ZONE 'UTC' AS DATE) AS local_day
    FROM sessions
    INNER JOIN users ON users.user_id = sessions.user_id
),
islands AS (
    SELECT
        user_id,
        local_day,
        local_day - CAST(DENSE_RANK() OVER (PARTITION BY user_id ORDER BY local_day) AS INTEGER) AS island
    FROM local_sessions
),
streaks AS (
    SELECT user_id, MIN(local_day) AS streak_start, COUNT(DISTINCT local_day) AS streak_days
    FROM islands
    GROUP BY user_id, island
),
ranked AS (
    SELECT
        users.user_id,
        streaks.streak_start,
        COALESCE(streaks.streak_days, 0) AS streak_days,
        ROW_NUMBER() OVER (PARTITION BY users.user_id ORDER BY streaks.streak_days DESC, streaks.streak_start) AS place
    FROM users
    LEFT JOIN streaks ON streaks.user_id = users.user_id
)
SELECT user_id, streak_start, streak_days
FROM ranked
WHERE place = 1
