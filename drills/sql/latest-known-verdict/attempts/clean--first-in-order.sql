SELECT
    message_id,
    FIRST(harmful ORDER BY revision DESC, happened_at DESC, label_id DESC) AS harmful,
    FIRST(reviewer_id ORDER BY revision DESC, happened_at DESC, label_id DESC) AS reviewer_id,
    COUNT(*) AS known_verdicts
FROM labels
WHERE known_at <= TIMESTAMPTZ '2026-03-23 08:00:00+00'
GROUP BY message_id
