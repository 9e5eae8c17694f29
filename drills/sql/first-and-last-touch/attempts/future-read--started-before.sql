WITH touches AS (
    SELECT
        warned.user_id,
        ARG_MIN(sessions.client, (sessions.happened_at, sessions.session_id)) AS first_client,
        ARG_MAX(sessions.client, (sessions.happened_at, sessions.session_id)) AS last_client
    FROM (SELECT user_id, MIN(happened_at) AS warned_at FROM warnings GROUP BY user_id) AS warned
    INNER JOIN sessions
        ON sessions.user_id = warned.user_id
        AND sessions.happened_at <= warned.warned_at
    GROUP BY warned.user_id
)
SELECT
    clients.client,
    (SELECT COUNT(*) FROM touches WHERE touches.first_client = clients.client) AS first_touch,
    (SELECT COUNT(*) FROM touches WHERE touches.last_client = clients.client) AS last_touch
FROM (VALUES ('web'), ('mobile'), ('api')) AS clients (client)
