SELECT
    message_id,
    FIRST(reviewer_id ORDER BY revision DESC) AS reviewer_id,
    FIRST(harmful ORDER BY revision DESC) AS harmful,
    COUNT(*) AS known_verdicts
FROM labels
WHERE known_at <= TIMESTAMPTZ '2026-03-23 08:00:00+00'
GROUP BY message_id
