SELECT
    COALESCE(accounts.country, 'unknown') AS country,
    COUNT(DISTINCT users.person_id) AS warned_people
FROM warnings
INNER JOIN users ON users.user_id = warnings.user_id
INNER JOIN accounts ON accounts.account_id = users.account_id
GROUP BY COALESCE(accounts.country, 'unknown')
ORDER BY warned_people DESC, country
