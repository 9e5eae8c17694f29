SELECT
    message_id,
    reviewer_id,
    harmful,
    COUNT(*) OVER (PARTITION BY message_id) AS known_verdicts
FROM labels
WHERE known_at <= TIMESTAMPTZ '2026-03-23 08:00:00+00'
QUALIFY ROW_NUMBER() OVER (
    PARTITION BY message_id
    ORDER BY known_at DESC, revision DESC
) = 1
