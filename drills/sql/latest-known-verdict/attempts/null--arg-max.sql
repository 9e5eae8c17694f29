SELECT
    message_id,
    ARG_MAX(harmful, (revision, happened_at, label_id)) AS harmful,
    ARG_MAX(reviewer_id, (revision, happened_at, label_id)) AS reviewer_id,
    COUNT(*) AS known_verdicts
FROM labels
WHERE known_at <= TIMESTAMPTZ '2026-03-23 08:00:00+00'
GROUP BY message_id
