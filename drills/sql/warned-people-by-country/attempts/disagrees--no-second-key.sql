WITH people AS (
    SELECT
        COALESCE(accounts.country, 'unknown') AS country,
        users.person_id,
        users.user_id IN (SELECT warnings.user_id FROM warnings) AS was_warned
    FROM accounts
    LEFT JOIN users ON users.account_id = accounts.account_id
)
SELECT country, COUNT(DISTINCT person_id) FILTER (WHERE was_warned) AS warned_people
FROM people
GROUP BY country
ORDER BY warned_people DESC
