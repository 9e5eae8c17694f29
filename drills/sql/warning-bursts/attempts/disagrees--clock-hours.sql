WITH strikes AS (
    SELECT user_id, message_id, MIN(happened_at) AS struck_at
    FROM warnings
    GROUP BY user_id, message_id
),
placed AS (
    SELECT
        user_id,
        struck_at,
        ROW_NUMBER() OVER (
            PARTITION BY user_id, DATE_TRUNC('hour', struck_at AT TIME ZONE 'UTC')
            ORDER BY struck_at, message_id
        ) AS place_in_hour
    FROM strikes
)
SELECT user_id, MIN(struck_at) AS first_burst_at
FROM placed
WHERE place_in_hour = 3
GROUP BY user_id
