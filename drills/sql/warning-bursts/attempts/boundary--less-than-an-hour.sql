WITH strikes AS (
    SELECT user_id, message_id, MIN(happened_at) AS struck_at
    FROM warnings
    GROUP BY user_id, message_id
),
strikes_with_earlier AS (
    SELECT
        user_id,
        struck_at,
        LAG(struck_at, 2) OVER (PARTITION BY user_id ORDER BY struck_at, message_id) AS struck_two_before_at
    FROM strikes
)
SELECT user_id, MIN(struck_at) AS first_burst_at
FROM strikes_with_earlier
WHERE struck_at < struck_two_before_at + INTERVAL 60 MINUTE
GROUP BY user_id
