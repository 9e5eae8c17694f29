SELECT
    COALESCE(accounts.country, 'unknown') AS country,
    COUNT(warnings.warning_id) AS warned_people
FROM accounts
LEFT JOIN users ON users.account_id = accounts.account_id
LEFT JOIN warnings ON warnings.user_id = users.user_id
GROUP BY COALESCE(accounts.country, 'unknown')
ORDER BY warned_people DESC, country
