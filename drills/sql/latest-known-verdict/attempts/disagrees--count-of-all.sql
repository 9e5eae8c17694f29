WITH verdict_counts AS (
    SELECT message_id, COUNT(*) AS known_verdicts
    FROM labels
    GROUP BY message_id
)
SELECT
    labels.message_id,
    labels.reviewer_id,
    labels.harmful,
    verdict_counts.known_verdicts
FROM labels
INNER JOIN verdict_counts ON verdict_counts.message_id = labels.message_id
WHERE labels.known_at <= TIMESTAMPTZ '2026-03-23 08:00:00+00'
QUALIFY ROW_NUMBER() OVER (PARTITION BY labels.message_id ORDER BY labels.revision DESC) = 1
