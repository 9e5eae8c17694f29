WITH clients AS (
    SELECT client
    FROM (VALUES ('web'), ('mobile'), ('api')) AS list (client)
),
open_sessions AS (
    SELECT client, happened_at, ended_at
    FROM sessions
),
changes AS (
    -- Instead of comparing sessions with each other (quadratic), walk over the moments at which something changes.
    SELECT client, happened_at AS changed_at, 1 AS step
    FROM open_sessions
    UNION ALL
    SELECT client, ended_at AS changed_at, -1 AS step
    FROM open_sessions
    WHERE ended_at IS NOT NULL
),
net_changes AS (
    -- Net per instant first: whoever leaves at noon makes room for whoever comes at noon.
    SELECT client, changed_at, SUM(step) AS step
    FROM changes
    GROUP BY client, changed_at
),
open_counts AS (
    SELECT
        client,
        changed_at,
        SUM(step) OVER (PARTITION BY client ORDER BY changed_at ROWS UNBOUNDED PRECEDING) AS open_now
    FROM net_changes
),
peaks AS (
    SELECT client, open_now AS peak_open, changed_at AS first_reached_at
    FROM open_counts
    QUALIFY ROW_NUMBER() OVER (PARTITION BY client ORDER BY open_now DESC, changed_at) = 1
)
SELECT
    clients.client,
    COALESCE(peaks.peak_open, 0) AS peak_open,
    peaks.first_reached_at
FROM clients
LEFT JOIN peaks ON peaks.client = clients.client
