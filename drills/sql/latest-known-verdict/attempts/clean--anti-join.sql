WITH known_labels AS (
    SELECT label_id, message_id, reviewer_id, harmful, revision
    FROM labels
    WHERE known_at <= '2026-03-23 08:00:00+00'::TIMESTAMPTZ
),
verdict_counts AS (
    SELECT message_id, COUNT(*) AS known_verdicts
    FROM known_labels
    GROUP BY message_id
)
SELECT
    believed.message_id,
    believed.reviewer_id,
    believed.harmful,
    verdict_counts.known_verdicts
FROM known_labels AS believed
INNER JOIN verdict_counts ON verdict_counts.message_id = believed.message_id
LEFT JOIN known_labels AS newer
    ON newer.message_id = believed.message_id
    AND newer.revision > believed.revision
WHERE newer.label_id IS NULL
