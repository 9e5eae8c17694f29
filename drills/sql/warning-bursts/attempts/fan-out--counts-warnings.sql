WITH warnings_with_earlier AS (
    SELECT
        user_id,
        happened_at,
        LAG(happened_at, 2) OVER (PARTITION BY user_id ORDER BY happened_at, warning_id) AS two_before_at
    FROM warnings
)
SELECT user_id, MIN(happened_at) AS first_burst_at
FROM warnings_with_earlier
WHERE happened_at <= two_before_at + INTERVAL 60 MINUTE
GROUP BY user_id
