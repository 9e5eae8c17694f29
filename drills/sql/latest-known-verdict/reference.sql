WITH known_labels AS (
    -- Filter before ranking: a revision that arrives tomorrow must not hide the one believed today.
    SELECT label_id, message_id, reviewer_id, harmful, revision, happened_at
    FROM labels
    WHERE known_at <= TIMESTAMPTZ '2026-03-23 08:00:00+00'
),
ranked_labels AS (
    SELECT
        message_id,
        harmful,
        reviewer_id,
        ROW_NUMBER() OVER (
            PARTITION BY message_id
            ORDER BY revision DESC, happened_at DESC, label_id DESC
        ) AS newest_first,
        COUNT(*) OVER (PARTITION BY message_id) AS known_verdicts
    FROM known_labels
)
SELECT message_id, harmful, reviewer_id, known_verdicts
FROM ranked_labels
WHERE newest_first = 1
