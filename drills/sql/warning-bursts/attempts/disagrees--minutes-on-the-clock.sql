WITH strikes AS (
    -- One strike per message, however many policies it broke.
    SELECT user_id, message_id, MIN(happened_at) AS struck_at
    FROM warnings
    GROUP BY user_id, message_id
),
strikes_with_earlier AS (
    SELECT
        user_id,
        struck_at,
        -- The strike two places before: if that one is within the hour, so is everything between.
        LAG(struck_at, 2) OVER (PARTITION BY user_id ORDER BY struck_at, message_id) AS struck_two_before_at
    FROM strikes
)
SELECT user_id, MIN(struck_at) AS first_burst_at
FROM strikes_with_earlier
WHERE DATE_DIFF('minute', struck_two_before_at, struck_at) <= 60
GROUP BY user_id
