WITH active_days AS (
    SELECT
        users.user_id,
        (sessions.happened_at AT TIME ZONE users.time_zone)::DATE AS local_day
    FROM users
    INNER JOIN sessions ON sessions.user_id = users.user_id
    GROUP BY users.user_id, (sessions.happened_at AT TIME ZONE users.time_zone)::DATE
),
breaks AS (
    SELECT
        user_id,
        local_day,
        CASE
            WHEN local_day = LAG(local_day) OVER (PARTITION BY user_id ORDER BY local_day) + 1 THEN 0
            ELSE 1
        END AS starts_streak
    FROM active_days
),
numbered AS (
    SELECT
        user_id,
        local_day,
        SUM(starts_streak) OVER (PARTITION BY user_id ORDER BY local_day) AS streak_number
    FROM breaks
),
streaks AS (
    SELECT user_id, streak_number, MIN(local_day) AS streak_start, COUNT(*) AS streak_days
    FROM numbered
    GROUP BY user_id, streak_number
)
SELECT
    users.user_id,
    ARG_MAX(streaks.streak_start, (streaks.streak_days, -streaks.streak_number)) AS streak_start,
    COALESCE(MAX(streaks.streak_days), 0) AS streak_days
FROM users
LEFT JOIN streaks ON streaks.user_id = users.user_id
GROUP BY users.user_id
