WITH real_sessions AS (
    SELECT client, happened_at AS opened_at, ended_at AS closed_at
    FROM sessions
    WHERE COALESCE(ended_at > happened_at, TRUE)
),
changes AS (
    SELECT client, opened_at AS changed_at, 1 AS step FROM real_sessions
    UNION ALL
    SELECT client, closed_at AS changed_at, -1 AS step FROM real_sessions WHERE closed_at IS NOT NULL
),
running AS (
    SELECT
        client,
        changed_at,
        SUM(step) OVER (PARTITION BY client ORDER BY changed_at, step ROWS UNBOUNDED PRECEDING) AS open_now
    FROM changes
),
peaks AS (
    SELECT client, MAX(open_now) AS peak_open
    FROM running
    GROUP BY client
)
SELECT
    clients.client,
    COALESCE(MAX(running.open_now), 0) AS peak_open,
    MAX(running.changed_at) AS first_reached_at
FROM (SELECT UNNEST(['web', 'mobile', 'api']) AS client) AS clients
LEFT JOIN peaks ON peaks.client = clients.client
LEFT JOIN running ON running.client = peaks.client AND running.open_now = peaks.peak_open
GROUP BY clients.client
