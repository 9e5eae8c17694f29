WITH ranked_labels AS (
    SELECT
        message_id,
        harmful,
        reviewer_id,
        known_at,
        ROW_NUMBER() OVER (
            PARTITION BY message_id
            ORDER BY revision DESC
        ) AS newest_first,
        COUNT(*) FILTER (WHERE known_at <= TIMESTAMPTZ '2026-03-23 08:00:00+00')
            OVER (PARTITION BY message_id) AS known_verdicts
    FROM labels
)
SELECT message_id, reviewer_id, harmful, known_verdicts
FROM ranked_labels
WHERE newest_first = 1
  AND known_at <= TIMESTAMPTZ '2026-03-23 08:00:00+00'
