WITH real_sessions AS (
    SELECT session_id, client, happened_at, COALESCE(ended_at, TIMESTAMPTZ 'infinity') AS closed_at
    FROM sessions
    WHERE COALESCE(ended_at > happened_at, TRUE)
),
counts_at_starts AS (
    SELECT
        starting.client,
        starting.session_id,
        starting.happened_at,
        COUNT(*) AS open_now
    FROM real_sessions AS starting
    INNER JOIN real_sessions AS other
        ON other.client = starting.client
        AND other.happened_at <= starting.happened_at
        AND other.closed_at > starting.happened_at
    GROUP BY starting.client, starting.session_id, starting.happened_at
),
ranked AS (
    SELECT
        client,
        open_now,
        happened_at,
        ROW_NUMBER() OVER (PARTITION BY client ORDER BY open_now DESC, happened_at) AS place
    FROM counts_at_starts
)
SELECT
    clients.client,
    COALESCE(ranked.open_now, 0) AS peak_open,
    ranked.happened_at AS first_reached_at
FROM (VALUES ('web'), ('mobile'), ('api')) AS clients (client)
LEFT JOIN ranked ON ranked.client = clients.client AND ranked.place = 1
