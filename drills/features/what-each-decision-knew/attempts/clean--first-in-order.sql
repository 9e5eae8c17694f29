WITH in_force AS (
    SELECT
        decisions.decision_id,
        judged_messages.message_id,
        FIRST(labels.harmful ORDER BY labels.revision DESC) AS harmful
    FROM decisions
    INNER JOIN messages AS decided_messages ON decided_messages.message_id = decisions.message_id
    LEFT JOIN messages AS judged_messages
        ON judged_messages.user_id = decided_messages.user_id
        AND judged_messages.message_id <> decided_messages.message_id
    LEFT JOIN labels
        ON labels.message_id = judged_messages.message_id
        AND labels.known_at <= decisions.happened_at
    WHERE decisions.happened_at >= TIMESTAMPTZ '2026-03-16 00:00:00+00'
      AND decisions.happened_at < TIMESTAMPTZ '2026-03-23 00:00:00+00'
    GROUP BY decisions.decision_id, judged_messages.message_id
)
SELECT
    decision_id,
    COUNT(harmful) AS judged,
    COUNT(*) FILTER (WHERE harmful) AS harmful,
    COUNT(*) FILTER (WHERE harmful) / NULLIF(COUNT(harmful), 0) AS harm_share
FROM in_force
GROUP BY decision_id
