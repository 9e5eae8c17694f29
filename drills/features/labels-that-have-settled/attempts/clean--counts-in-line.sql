WITH verdicts AS (
    SELECT labels.message_id, messages.user_id, labels.harmful, labels.revision, labels.known_at
    FROM labels
    INNER JOIN messages ON messages.message_id = labels.message_id
    WHERE labels.known_at <= '2026-04-06 00:00:00+00'::TIMESTAMPTZ
),
in_force AS (
    SELECT verdicts.message_id, verdicts.user_id, verdicts.harmful AS target
    FROM verdicts
    WHERE NOT EXISTS (
        SELECT 1
        FROM verdicts AS newer
        WHERE newer.message_id = verdicts.message_id AND newer.revision > verdicts.revision
    )
),
pairs AS (
    SELECT
        messages.message_id,
        in_force.target,
        earlier.message_id AS other_id,
        FIRST(earlier.harmful ORDER BY earlier.revision DESC) AS harmful
    FROM in_force
    INNER JOIN messages ON messages.message_id = in_force.message_id
    LEFT JOIN verdicts AS earlier
        ON earlier.user_id = in_force.user_id
        AND earlier.message_id <> in_force.message_id
        AND earlier.known_at + INTERVAL '7 days' <= messages.happened_at
    WHERE in_force.target IS NOT NULL
      AND EXISTS (
          SELECT 1
          FROM verdicts AS early
          WHERE early.message_id = in_force.message_id
            AND early.known_at + INTERVAL '7 days' <= '2026-04-06 00:00:00+00'::TIMESTAMPTZ
      )
    GROUP BY messages.message_id, in_force.target, earlier.message_id
)
SELECT
    message_id,
    target,
    COUNT(harmful) AS judged_before,
    COUNT(*) FILTER (WHERE harmful) AS harmful_before
FROM pairs
GROUP BY message_id, target
