WITH known_labels AS (
    -- Filter before ranking: a revision that arrives tomorrow must not hide the one believed today.
    SELECT message_id, reviewer_id, harmful, revision
    FROM labels
    WHERE known_at <= TIMESTAMPTZ '2026-03-23 08:00:00+00'
),
ranked_labels AS (
    SELECT
        message_id,
        reviewer_id,
        harmful,
        -- By revision and not by time: an early revision can become known after a later one.
        ROW_NUMBER() OVER (PARTITION BY message_id ORDER BY revision DESC) AS newest_first,
        COUNT(*) OVER (PARTITION BY message_id) AS known_verdicts
    FROM known_labels
)
SELECT message_id, reviewer_id, harmful, known_verdicts
FROM ranked_labels
WHERE newest_first = 1
