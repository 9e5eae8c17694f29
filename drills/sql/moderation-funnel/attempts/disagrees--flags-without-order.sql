WITH flags AS (
    SELECT
        users.user_id,
        accounts.plan,
        EXISTS (SELECT 1 FROM messages WHERE messages.user_id = users.user_id) AS wrote,
        EXISTS (SELECT 1 FROM warnings WHERE warnings.user_id = users.user_id) AS was_warned,
        EXISTS (
            SELECT 1
            FROM support_messages AS support
            WHERE support.user_id = users.user_id AND support.direction = 'from_user'
        ) AS complained,
        EXISTS (
            SELECT 1
            FROM support_messages AS support
            WHERE support.user_id = users.user_id AND support.direction = 'to_user'
        ) AS was_answered
    FROM users
    INNER JOIN accounts ON accounts.account_id = users.account_id
)
SELECT
    plans.plan,
    COUNT(flags.user_id) AS users,
    COUNT(*) FILTER (WHERE wrote) AS writers,
    COUNT(*) FILTER (WHERE wrote AND was_warned) AS warned,
    COUNT(*) FILTER (WHERE wrote AND was_warned AND complained) AS appealed,
    COUNT(*) FILTER (WHERE wrote AND was_warned AND complained AND was_answered) AS answered
FROM (VALUES ('free'), ('team'), ('enterprise')) AS plans (plan)
LEFT JOIN flags ON flags.plan = plans.plan
GROUP BY plans.plan
