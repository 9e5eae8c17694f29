WITH as_it_was AS (
    SELECT
        shown.warning_id,
        earlier.warning_id AS earlier_id,
        CASE WHEN earlier.dismissed_at <= shown.happened_at THEN earlier.dismissed_at END AS dismissed_at
    FROM warnings AS shown
    INNER JOIN warnings AS earlier ON earlier.user_id = shown.user_id
    WHERE shown.happened_at >= '2026-03-02 00:00:00+00'::TIMESTAMPTZ
      AND shown.happened_at < '2026-03-30 00:00:00+00'::TIMESTAMPTZ
      AND (earlier.known_at <= shown.happened_at OR earlier.warning_id = shown.warning_id)
)
SELECT
    warning_id,
    COUNT(*) FILTER (WHERE earlier_id <> warning_id) AS earlier,
    COUNT(dismissed_at) FILTER (WHERE earlier_id <> warning_id) AS dismissed,
    COUNT(*) FILTER (WHERE earlier_id <> warning_id AND dismissed_at IS NULL) AS still_open
FROM as_it_was
GROUP BY warning_id
