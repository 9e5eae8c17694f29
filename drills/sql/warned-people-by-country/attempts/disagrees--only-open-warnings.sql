WITH warned_people AS (
    SELECT DISTINCT accounts.country, users.person_id
    FROM warnings
    INNER JOIN users ON users.user_id = warnings.user_id
    INNER JOIN accounts ON accounts.account_id = users.account_id
    WHERE warnings.dismissed_at IS NULL
),
countries AS (
    SELECT DISTINCT country
    FROM accounts
)
SELECT
    COALESCE(countries.country, 'unknown') AS country,
    COUNT(warned_people.person_id) AS warned_people
FROM countries
LEFT JOIN warned_people ON warned_people.country IS NOT DISTINCT FROM countries.country
GROUP BY COALESCE(countries.country, 'unknown')
ORDER BY warned_people DESC, country
