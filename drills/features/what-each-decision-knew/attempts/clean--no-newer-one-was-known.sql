WITH verdicts AS (
    SELECT labels.message_id, messages.user_id, labels.harmful, labels.revision, labels.known_at
    FROM labels
    INNER JOIN messages ON messages.message_id = labels.message_id
),
week_decisions AS (
    SELECT decisions.decision_id, decisions.message_id, messages.user_id, decisions.happened_at AS decided_at
    FROM decisions
    INNER JOIN messages ON messages.message_id = decisions.message_id
    WHERE decisions.happened_at >= '2026-03-16 00:00:00+00'::TIMESTAMPTZ
      AND decisions.happened_at < '2026-03-23 00:00:00+00'::TIMESTAMPTZ
),
in_force AS (
    SELECT week_decisions.decision_id, verdicts.harmful
    FROM week_decisions
    INNER JOIN verdicts
        ON verdicts.user_id = week_decisions.user_id
        AND verdicts.message_id <> week_decisions.message_id
        AND verdicts.known_at <= week_decisions.decided_at
    WHERE NOT EXISTS (
        SELECT 1
        FROM verdicts AS newer
        WHERE newer.message_id = verdicts.message_id
          AND newer.revision > verdicts.revision
          AND newer.known_at <= week_decisions.decided_at
    )
),
by_decision AS (
    SELECT decision_id, COUNT(harmful) AS judged, COUNT(*) FILTER (WHERE harmful) AS harmful
    FROM in_force
    GROUP BY decision_id
)
SELECT
    week_decisions.decision_id,
    COALESCE(by_decision.judged, 0) AS judged,
    COALESCE(by_decision.harmful, 0) AS harmful,
    by_decision.harmful / NULLIF(by_decision.judged, 0) AS harm_share
FROM week_decisions
LEFT JOIN by_decision ON by_decision.decision_id = week_decisions.decision_id
