WITH strikes AS (
    SELECT user_id, message_id, MIN(happened_at) AS struck_at
    FROM warnings
    GROUP BY user_id, message_id
)
SELECT first_strike.user_id, MIN(third_strike.struck_at) AS first_burst_at
FROM strikes AS first_strike
INNER JOIN strikes AS second_strike
    ON second_strike.user_id = first_strike.user_id
    AND second_strike.struck_at > first_strike.struck_at
INNER JOIN strikes AS third_strike
    ON third_strike.user_id = second_strike.user_id
    AND third_strike.struck_at > second_strike.struck_at
WHERE third_strike.struck_at <= first_strike.struck_at + INTERVAL 60 MINUTE
GROUP BY first_strike.user_id
