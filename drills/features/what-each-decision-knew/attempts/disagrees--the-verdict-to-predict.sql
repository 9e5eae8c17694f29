WITH week_decisions AS (
    SELECT
        decisions.decision_id,
        decisions.message_id,
        decisions.happened_at AS decided_at,
        messages.user_id
    FROM decisions
    INNER JOIN messages ON messages.message_id = decisions.message_id
    WHERE decisions.happened_at >= TIMESTAMPTZ '2026-03-16 00:00:00+00'
      AND decisions.happened_at < TIMESTAMPTZ '2026-03-23 00:00:00+00'
),
known_verdicts AS (
    -- Filter on what was known before ranking: each decision has a newest revision of its own.
    SELECT
        week_decisions.decision_id,
        labels.message_id,
        labels.harmful,
        ROW_NUMBER() OVER (
            PARTITION BY week_decisions.decision_id, labels.message_id
            ORDER BY labels.revision DESC
        ) AS newest_first
    FROM week_decisions
    INNER JOIN messages ON messages.user_id = week_decisions.user_id
    INNER JOIN labels ON labels.message_id = messages.message_id
    WHERE labels.known_at <= week_decisions.decided_at
)
SELECT
    week_decisions.decision_id,
    COUNT(known_verdicts.harmful) AS judged,
    COUNT(*) FILTER (WHERE known_verdicts.harmful) AS harmful,
    COUNT(*) FILTER (WHERE known_verdicts.harmful) / NULLIF(COUNT(known_verdicts.harmful), 0) AS harm_share
FROM week_decisions
LEFT JOIN known_verdicts
    ON known_verdicts.decision_id = week_decisions.decision_id
    AND known_verdicts.newest_first = 1
GROUP BY week_decisions.decision_id
