SELECT
    shown.warning_id,
    COUNT(earlier.warning_id) AS earlier,
    COUNT(CASE WHEN earlier.dismissed_at <= shown.happened_at THEN 1 END) AS dismissed,
    COUNT(earlier.warning_id) - COUNT(CASE WHEN earlier.dismissed_at <= shown.happened_at THEN 1 END) AS still_open
FROM warnings AS shown
LEFT JOIN warnings AS earlier
    ON earlier.user_id = shown.user_id
    AND earlier.warning_id <> shown.warning_id
    AND earlier.known_at < shown.happened_at
WHERE shown.happened_at >= TIMESTAMPTZ '2026-03-02 00:00:00+00'
  AND shown.happened_at < TIMESTAMPTZ '2026-03-30 00:00:00+00'
GROUP BY shown.warning_id
