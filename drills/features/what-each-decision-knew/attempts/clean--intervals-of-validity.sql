-- A verdict is in force from when it is known until a higher revision is known.
WITH verdicts AS (
    SELECT
        labels.message_id,
        messages.user_id,
        labels.harmful,
        labels.known_at,
        MIN(newer.known_at) AS replaced_at
    FROM labels
    INNER JOIN messages ON messages.message_id = labels.message_id
    LEFT JOIN labels AS newer
        ON newer.message_id = labels.message_id
        AND newer.revision > labels.revision
    GROUP BY labels.label_id, labels.message_id, messages.user_id, labels.harmful, labels.known_at
)
SELECT
    decisions.decision_id,
    COUNT(verdicts.harmful) AS judged,
    COUNT(CASE WHEN verdicts.harmful THEN 1 END) AS harmful,
    AVG(CASE WHEN verdicts.harmful THEN 1.0 WHEN NOT verdicts.harmful THEN 0.0 END) AS harm_share
FROM decisions
INNER JOIN messages ON messages.message_id = decisions.message_id
LEFT JOIN verdicts
    ON verdicts.user_id = messages.user_id
    AND verdicts.message_id <> decisions.message_id
    AND verdicts.known_at <= decisions.happened_at
    AND (verdicts.replaced_at IS NULL OR verdicts.replaced_at > decisions.happened_at)
WHERE decisions.happened_at >= TIMESTAMPTZ '2026-03-16 00:00:00+00'
  AND decisions.happened_at < TIMESTAMPTZ '2026-03-23 00:00:00+00'
GROUP BY decisions.decision_id
