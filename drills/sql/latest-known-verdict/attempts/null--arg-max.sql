SELECT
    message_id,
    ARG_MAX(reviewer_id, revision) AS reviewer_id,
    ARG_MAX(harmful, revision) AS harmful,
    COUNT(*) AS known_verdicts
FROM labels
WHERE known_at <= TIMESTAMPTZ '2026-03-23 08:00:00+00'
GROUP BY message_id
