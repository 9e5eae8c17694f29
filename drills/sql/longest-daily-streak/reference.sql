WITH active_days AS (
    -- DISTINCT, because a second session on a day would shift the row numbers and tear the streak apart.
    SELECT DISTINCT
        users.user_id,
        CAST(sessions.happened_at AT TIME ZONE users.time_zone AS DATE) AS local_day
    FROM users
    INNER JOIN sessions ON sessions.user_id = users.user_id
),
labelled_days AS (
    -- In a run of consecutive days the date and its row number grow together: their difference names the run.
    SELECT
        user_id,
        local_day,
        local_day - CAST(ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY local_day) AS INTEGER) AS run
    FROM active_days
),
streaks AS (
    SELECT user_id, MIN(local_day) AS streak_start, COUNT(*) AS streak_days
    FROM labelled_days
    GROUP BY user_id, run
),
longest_streaks AS (
    SELECT user_id, streak_start, streak_days
    FROM streaks
    QUALIFY ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY streak_days DESC, streak_start) = 1
)
SELECT
    users.user_id,
    longest_streaks.streak_start,
    COALESCE(longest_streaks.streak_days, 0) AS streak_days
FROM users
LEFT JOIN longest_streaks ON longest_streaks.user_id = users.user_id
