WITH written AS (
    SELECT user_id, MIN(happened_at) AS wrote_at
    FROM messages
    GROUP BY user_id
),
warned AS (
    SELECT written.user_id, MIN(warnings.happened_at) AS warned_at
    FROM written
    INNER JOIN warnings ON warnings.user_id = written.user_id AND warnings.happened_at >= written.wrote_at
    GROUP BY written.user_id
),
appealed AS (
    SELECT warned.user_id, MIN(support.happened_at) AS appealed_at
    FROM warned
    INNER JOIN support_messages AS support ON support.user_id = warned.user_id
    WHERE support.direction = 'from_user'
      AND support.happened_at >= warned.warned_at
      AND warned.warned_at > support.happened_at - INTERVAL 72 HOUR
    GROUP BY warned.user_id
),
user_plans AS (
    SELECT users.user_id, accounts.plan
    FROM users
    INNER JOIN accounts ON accounts.account_id = users.account_id
),
counted AS (
    SELECT
        user_plans.plan,
        COUNT(DISTINCT user_plans.user_id) AS users,
        COUNT(DISTINCT messages.message_id) AS writers,
        COUNT(DISTINCT warned.user_id) AS warned,
        COUNT(DISTINCT appealed.user_id) AS appealed,
        COUNT(DISTINCT support.user_id) AS answered
    FROM user_plans
    LEFT JOIN messages ON messages.user_id = user_plans.user_id
    LEFT JOIN warned ON warned.user_id = user_plans.user_id
    LEFT JOIN appealed ON appealed.user_id = user_plans.user_id
    LEFT JOIN support_messages AS support
        ON support.user_id = appealed.user_id
        AND support.direction = 'to_user'
        AND support.happened_at > appealed.appealed_at
        AND support.happened_at <= appealed.appealed_at + INTERVAL 48 HOUR
    GROUP BY user_plans.plan
)
SELECT
    plans.plan,
    COALESCE(counted.users, 0) AS users,
    COALESCE(counted.writers, 0) AS writers,
    COALESCE(counted.warned, 0) AS warned,
    COALESCE(counted.appealed, 0) AS appealed,
    COALESCE(counted.answered, 0) AS answered
FROM (VALUES ('free'), ('team'), ('enterprise')) AS plans (plan)
LEFT JOIN counted ON counted.plan = plans.plan
