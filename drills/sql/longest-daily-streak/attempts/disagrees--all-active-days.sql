WITH active_days AS (
    SELECT DISTINCT
        users.user_id,
        CAST(sessions.happened_at AT TIME ZONE users.time_zone AS DATE) AS local_day
    FROM users
    INNER JOIN sessions ON sessions.user_id = users.user_id
)
SELECT
    users.user_id,
    MIN(active_days.local_day) AS streak_start,
    COUNT(active_days.local_day) AS streak_days
FROM users
LEFT JOIN active_days ON active_days.user_id = users.user_id
GROUP BY users.user_id
