WITH ranked_labels AS (
    SELECT
        *,
        ROW_NUMBER() OVER (PARTITION BY message_id ORDER BY revision DESC) AS newest_first,
        COUNT(*) OVER (PARTITION BY message_id) AS known_verdicts
    FROM labels
    WHERE known_at <= TIMESTAMPTZ '2026-03-23 08:00:00+00'
)
SELECT * EXCLUDE (label_id, revision, happened_at, known_at, newest_first)
FROM ranked_labels
WHERE newest_first = 1
