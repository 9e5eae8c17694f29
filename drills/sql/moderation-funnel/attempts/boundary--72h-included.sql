WITH steps_to_warning AS (
    SELECT
        users.user_id,
        accounts.plan,
        (SELECT MIN(messages.happened_at) FROM messages WHERE messages.user_id = users.user_id) AS wrote_at
    FROM users
    INNER JOIN accounts ON accounts.account_id = users.account_id
),
with_warning AS (
    SELECT
        steps.user_id,
        steps.plan,
        steps.wrote_at,
        MIN(warnings.happened_at) AS warned_at
    FROM steps_to_warning AS steps
    LEFT JOIN warnings
        ON warnings.user_id = steps.user_id
        AND warnings.happened_at >= steps.wrote_at
    GROUP BY steps.user_id, steps.plan, steps.wrote_at
),
with_appeal AS (
    SELECT
        steps.user_id,
        steps.plan,
        steps.wrote_at,
        steps.warned_at,
        MIN(support.happened_at) AS appealed_at
    FROM with_warning AS steps
    LEFT JOIN support_messages AS support
        ON support.user_id = steps.user_id
        AND support.direction = 'from_user'
        AND support.happened_at >= steps.warned_at
        AND support.happened_at <= steps.warned_at + INTERVAL 72 HOUR
    GROUP BY steps.user_id, steps.plan, steps.wrote_at, steps.warned_at
),
with_answer AS (
    SELECT
        steps.user_id,
        steps.plan,
        steps.wrote_at,
        steps.warned_at,
        steps.appealed_at,
        EXISTS (
            SELECT 1
            FROM support_messages AS support
            WHERE support.user_id = steps.user_id
              AND support.direction = 'to_user'
              AND support.happened_at > steps.appealed_at
              AND support.happened_at <= steps.appealed_at + INTERVAL 48 HOUR
        ) AS was_answered
    FROM with_appeal AS steps
)
SELECT
    plans.plan,
    COUNT(steps.user_id) AS users,
    COUNT(steps.wrote_at) AS writers,
    COUNT(steps.warned_at) AS warned,
    COUNT(steps.appealed_at) AS appealed,
    COUNT(*) FILTER (WHERE steps.was_answered) AS answered
FROM (SELECT UNNEST(['free', 'team', 'enterprise']) AS plan) AS plans
LEFT JOIN with_answer AS steps ON steps.plan = plans.plan
GROUP BY plans.plan
