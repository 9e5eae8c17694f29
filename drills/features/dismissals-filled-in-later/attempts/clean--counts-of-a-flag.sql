WITH shown AS (
    SELECT warning_id, user_id, happened_at AS shown_at
    FROM warnings
    WHERE happened_at >= TIMESTAMPTZ '2026-03-02 00:00:00+00'
      AND happened_at < TIMESTAMPTZ '2026-03-30 00:00:00+00'
),
earlier_warnings AS (
    -- What the row said then: a dismissal of later was not in it, whatever the table says today.
    SELECT
        shown.warning_id,
        COALESCE(warnings.dismissed_at <= shown.shown_at, FALSE) AS was_dismissed
    FROM shown
    INNER JOIN warnings
        ON warnings.user_id = shown.user_id
        AND warnings.warning_id <> shown.warning_id
        AND warnings.known_at <= shown.shown_at
)
SELECT
    shown.warning_id,
    COUNT(earlier_warnings.was_dismissed) AS earlier,
    COUNT(*) FILTER (WHERE earlier_warnings.was_dismissed) AS dismissed,
    COUNT(*) FILTER (WHERE NOT earlier_warnings.was_dismissed) AS still_open
FROM shown
LEFT JOIN earlier_warnings ON earlier_warnings.warning_id = shown.warning_id
GROUP BY shown.warning_id
