WITH first_warnings AS (
    SELECT user_id, MIN(happened_at) AS warned_at
    FROM warnings
    GROUP BY user_id
),
known_touches AS (
    -- Two clocks: started before the warning, and recorded before it. Mobile sessions are often uploaded later.
    SELECT sessions.session_id, sessions.user_id, sessions.client, sessions.happened_at
    FROM first_warnings
    INNER JOIN sessions ON sessions.user_id = first_warnings.user_id
    WHERE sessions.happened_at <= first_warnings.warned_at
      AND sessions.known_at <= first_warnings.warned_at
),
ranked_touches AS (
    SELECT
        user_id,
        client,
        ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY happened_at, session_id) AS from_first,
        ROW_NUMBER() OVER (PARTITION BY user_id ORDER BY happened_at DESC, session_id DESC) AS from_last
    FROM known_touches
),
clients AS (
    SELECT client
    FROM (VALUES ('web'), ('mobile'), ('api')) AS list (client)
)
SELECT
    clients.client,
    COUNT(*) FILTER (WHERE ranked_touches.from_first = 1) AS first_touch,
    COUNT(*) FILTER (WHERE ranked_touches.from_last = 1) AS last_touch
FROM clients
LEFT JOIN ranked_touches ON ranked_touches.client = clients.client
GROUP BY clients.client
