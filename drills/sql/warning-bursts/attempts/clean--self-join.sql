WITH strikes AS (
    SELECT user_id, message_id, MIN(happened_at) AS struck_at
    FROM warnings
    GROUP BY user_id, message_id
),
bursts AS (
    SELECT latest.user_id, latest.message_id, latest.struck_at
    FROM strikes AS latest
    INNER JOIN strikes AS earlier
        ON earlier.user_id = latest.user_id
        AND earlier.struck_at BETWEEN latest.struck_at - INTERVAL 60 MINUTE AND latest.struck_at
    GROUP BY latest.user_id, latest.message_id, latest.struck_at
    HAVING COUNT(*) >= 3
)
SELECT user_id, MIN(struck_at) AS first_burst_at
FROM bursts
GROUP BY user_id
