SELECT
    message_id,
    reviewer_id,
    harmful,
    COUNT(*) OVER (PARTITION BY message_id) AS known_verdicts
FROM labels
WHERE known_at <= TIMESTAMPTZ '2026-03-23 08:00:00+00'
  AND harmful IS NOT NULL
QUALIFY ROW_NUMBER() OVER (
    PARTITION BY message_id
    ORDER BY revision DESC
) = 1
