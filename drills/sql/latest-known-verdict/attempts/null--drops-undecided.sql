SELECT
    message_id,
    harmful,
    reviewer_id,
    COUNT(*) OVER (PARTITION BY message_id) AS known_verdicts
FROM labels
WHERE known_at <= TIMESTAMPTZ '2026-03-23 08:00:00+00'
  AND harmful IS NOT NULL
QUALIFY ROW_NUMBER() OVER (
    PARTITION BY message_id
    ORDER BY revision DESC, happened_at DESC, label_id DESC
) = 1
