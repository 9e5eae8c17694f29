WITH warned_users AS (
    -- One row per login first: the join below must not repeat a login for each of its warnings.
    SELECT DISTINCT user_id
    FROM warnings
)
SELECT
    COALESCE(accounts.country, 'unknown') AS country,
    -- The two left joins keep countries nobody was warned in; a user without a warning must then not be counted.
    COUNT(DISTINCT CASE WHEN warned_users.user_id IS NOT NULL THEN users.person_id END) AS warned_people
FROM accounts
LEFT JOIN users ON users.account_id = accounts.account_id
LEFT JOIN warned_users ON warned_users.user_id = users.user_id
GROUP BY COALESCE(accounts.country, 'unknown')
ORDER BY warned_people, country
