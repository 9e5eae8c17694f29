WITH known_labels AS (
    SELECT message_id, reviewer_id, harmful, revision
    FROM labels
    WHERE known_at <= TIMESTAMPTZ '2026-03-23 08:00:00+00'
),
newest AS (
    SELECT message_id, MAX(revision) AS revision, COUNT(*) AS known_verdicts
    FROM known_labels
    GROUP BY message_id
)
SELECT
    newest.message_id,
    (
        SELECT known_labels.harmful
        FROM known_labels
        WHERE known_labels.message_id = newest.message_id
          AND known_labels.revision = newest.revision
    ) AS harmful,
    (
        SELECT known_labels.reviewer_id
        FROM known_labels
        WHERE known_labels.message_id = newest.message_id
          AND known_labels.revision = newest.revision
    ) AS reviewer_id,
    newest.known_verdicts
FROM newest
