WITH first_messages AS (
    SELECT user_id, MIN(happened_at) AS wrote_at
    FROM messages
    GROUP BY user_id
),
first_warnings AS (
    SELECT warnings.user_id, MIN(warnings.happened_at) AS warned_at
    FROM warnings
    INNER JOIN first_messages ON first_messages.user_id = warnings.user_id
    WHERE warnings.happened_at >= first_messages.wrote_at
    GROUP BY warnings.user_id
),
appeals AS (
    SELECT support_messages.user_id, MIN(support_messages.happened_at) AS appealed_at
    FROM support_messages
    INNER JOIN first_warnings ON first_warnings.user_id = support_messages.user_id
    WHERE support_messages.direction = 'from_user'
      AND support_messages.happened_at >= first_warnings.warned_at
      AND support_messages.happened_at < first_warnings.warned_at + INTERVAL 3 DAY
    GROUP BY support_messages.user_id
),
answers AS (
    -- Several answers to one appeal are one step.
    SELECT DISTINCT support_messages.user_id
    FROM support_messages
    INNER JOIN appeals ON appeals.user_id = support_messages.user_id
    WHERE support_messages.direction = 'to_user'
      AND support_messages.happened_at > appeals.appealed_at
      AND support_messages.happened_at <= appeals.appealed_at + INTERVAL 2 DAY
),
plans AS (
    SELECT plan
    FROM (VALUES ('free'), ('team'), ('enterprise')) AS list (plan)
)
-- Every step has at most one row per user, so the left joins cannot multiply and plain counts are safe.
SELECT
    plans.plan,
    COUNT(users.user_id) AS users,
    COUNT(first_messages.user_id) AS writers,
    COUNT(first_warnings.user_id) AS warned,
    COUNT(appeals.user_id) AS appealed,
    COUNT(answers.user_id) AS answered
FROM plans
LEFT JOIN accounts ON accounts.plan = plans.plan
LEFT JOIN users ON users.account_id = accounts.account_id
LEFT JOIN first_messages ON first_messages.user_id = users.user_id
LEFT JOIN first_warnings ON first_warnings.user_id = users.user_id
LEFT JOIN appeals ON appeals.user_id = users.user_id
LEFT JOIN answers ON answers.user_id = users.user_id
GROUP BY plans.plan
