WITH daily AS (
    SELECT client, DATE_TRUNC('day', happened_at AT TIME ZONE 'UTC') AS day, COUNT(*) AS sessions
    FROM sessions
    WHERE COALESCE(ended_at > happened_at, TRUE)
    GROUP BY client, DATE_TRUNC('day', happened_at AT TIME ZONE 'UTC')
)
SELECT
    clients.client,
    COALESCE(MAX(daily.sessions), 0) AS peak_open,
    ARG_MAX(daily.day, daily.sessions) AT TIME ZONE 'UTC' AS first_reached_at
FROM (VALUES ('web'), ('mobile'), ('api')) AS clients (client)
LEFT JOIN daily ON daily.client = clients.client
GROUP BY clients.client
