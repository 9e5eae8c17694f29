WITH strikes AS (
    SELECT user_id, message_id, MIN(happened_at) AS struck_at
    FROM warnings
    GROUP BY user_id, message_id
),
counted AS (
    SELECT
        user_id,
        struck_at,
        COUNT(*) OVER (
            PARTITION BY user_id
            ORDER BY struck_at
            RANGE BETWEEN INTERVAL 60 MINUTE PRECEDING AND CURRENT ROW
        ) AS strikes_in_last_hour
    FROM strikes
)
SELECT user_id, MIN(struck_at) AS first_burst_at
FROM counted
WHERE strikes_in_last_hour >= 3
GROUP BY user_id
