WITH changes AS (
    SELECT
        client,
        UNNEST([happened_at, ended_at]) AS changed_at,
        UNNEST([1, -1]) AS step
    FROM sessions
    WHERE ended_at IS NULL OR happened_at < ended_at
),
running AS (
    -- The default frame ends with the last row of the same time, so starts and ends of one instant cancel.
    SELECT client, changed_at, SUM(step) OVER (PARTITION BY client ORDER BY changed_at) AS open_now
    FROM changes
    WHERE changed_at IS NOT NULL
)
SELECT
    clients.client,
    COALESCE(MAX(running.open_now), 0) AS peak_open,
    ARG_MAX(running.changed_at, (running.open_now, -EPOCH_US(running.changed_at))) AS first_reached_at
FROM (VALUES ('web'), ('mobile'), ('api')) AS clients (client)
LEFT JOIN running ON running.client = clients.client
GROUP BY clients.client
