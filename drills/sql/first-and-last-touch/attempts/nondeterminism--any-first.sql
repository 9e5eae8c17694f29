WITH first_warnings AS (
    SELECT user_id, MIN(happened_at) AS warned_at
    FROM warnings
    GROUP BY user_id
),
touches AS (
    -- The rows arrive sorted by time, so the first one seen is the first touch.
    SELECT
        sessions.user_id,
        FIRST(sessions.client) AS first_client,
        LAST(sessions.client) AS last_client
    FROM first_warnings
    INNER JOIN sessions ON sessions.user_id = first_warnings.user_id
    WHERE sessions.happened_at <= first_warnings.warned_at
      AND sessions.known_at <= first_warnings.warned_at
    GROUP BY sessions.user_id
),
clients AS (
    SELECT client
    FROM (VALUES ('web'), ('mobile'), ('api')) AS list (client)
)
SELECT
    clients.client,
    COUNT(*) FILTER (WHERE touches.first_client = clients.client) AS first_touch,
    COUNT(*) FILTER (WHERE touches.last_client = clients.client) AS last_touch
FROM clients
LEFT JOIN touches ON touches.first_client = clients.client OR touches.last_client = clients.client
GROUP BY clients.client
