WITH newest AS (
    SELECT labels.message_id, messages.user_id, labels.harmful, labels.known_at
    FROM labels
    INNER JOIN messages ON messages.message_id = labels.message_id
    QUALIFY ROW_NUMBER() OVER (PARTITION BY labels.message_id ORDER BY labels.revision DESC) = 1
)
SELECT
    decisions.decision_id,
    COUNT(newest.harmful) AS judged,
    COUNT(*) FILTER (WHERE newest.harmful) AS harmful,
    COUNT(*) FILTER (WHERE newest.harmful) / NULLIF(COUNT(newest.harmful), 0) AS harm_share
FROM decisions
INNER JOIN messages ON messages.message_id = decisions.message_id
LEFT JOIN newest
    ON newest.user_id = messages.user_id
    AND newest.message_id <> decisions.message_id
    AND newest.known_at <= decisions.happened_at
WHERE decisions.happened_at >= TIMESTAMPTZ '2026-03-16 00:00:00+00'
  AND decisions.happened_at < TIMESTAMPTZ '2026-03-23 00:00:00+00'
GROUP BY decisions.decision_id
