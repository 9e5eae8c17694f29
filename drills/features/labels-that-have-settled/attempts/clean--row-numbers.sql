WITH known_labels AS (
    SELECT
        labels.message_id,
        messages.user_id,
        messages.happened_at AS written_at,
        labels.harmful,
        labels.revision,
        labels.known_at
    FROM labels
    INNER JOIN messages ON messages.message_id = labels.message_id
    WHERE labels.known_at <= TIMESTAMPTZ '2026-04-06 00:00:00+00'
),
ranked_labels AS (
    SELECT
        message_id,
        user_id,
        written_at,
        harmful,
        ROW_NUMBER() OVER (PARTITION BY message_id ORDER BY revision DESC) AS newest_first,
        MIN(known_at) OVER (PARTITION BY message_id) AS first_known_at
    FROM known_labels
),
settled AS (
    SELECT message_id, user_id, written_at, harmful AS target
    FROM ranked_labels
    WHERE newest_first = 1
      AND harmful IS NOT NULL
      AND first_known_at <= TIMESTAMPTZ '2026-03-30 00:00:00+00'
),
earlier_labels AS (
    SELECT
        settled.message_id,
        known_labels.harmful,
        ROW_NUMBER() OVER (
            PARTITION BY settled.message_id, known_labels.message_id
            ORDER BY known_labels.revision DESC
        ) AS newest_first
    FROM settled
    INNER JOIN known_labels
        ON known_labels.user_id = settled.user_id
        AND known_labels.message_id <> settled.message_id
        AND known_labels.known_at <= settled.written_at - INTERVAL 168 HOUR
)
SELECT
    settled.message_id,
    settled.target,
    COUNT(earlier_labels.harmful) AS judged_before,
    COUNT(CASE WHEN earlier_labels.harmful THEN 1 END) AS harmful_before
FROM settled
LEFT JOIN earlier_labels
    ON earlier_labels.message_id = settled.message_id
    AND earlier_labels.newest_first = 1
GROUP BY settled.message_id, settled.target
