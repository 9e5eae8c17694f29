WITH folded AS (
    SELECT user_id, ANY_VALUE(arm) AS arm, MIN(happened_at) AS assigned_at, MIN(exposed_at) AS exposed_at
    FROM assignments
    WHERE experiment = 'softer_warning'
      AND known_at <= TIMESTAMP '2026-04-06 00:00:00'
    GROUP BY user_id
    HAVING MIN(arm) = MAX(arm)
       AND MIN(happened_at) <= TIMESTAMP '2026-04-06 00:00:00' - INTERVAL 168 HOUR
),
outcomes AS (
    SELECT
        folded.arm,
        COALESCE(folded.exposed_at <= folded.assigned_at + INTERVAL 168 HOUR, FALSE) AS was_exposed,
        EXISTS (
            SELECT 1
            FROM sessions
            WHERE sessions.user_id = folded.user_id
              AND sessions.known_at <= TIMESTAMP '2026-04-06 00:00:00'
              AND sessions.happened_at > folded.assigned_at
              AND sessions.happened_at <= folded.assigned_at + INTERVAL 168 HOUR
        ) AS has_returned
    FROM folded
)
SELECT
    arms.arm,
    COUNT(outcomes.arm) AS assigned,
    COUNT(*) FILTER (WHERE outcomes.was_exposed) AS exposed,
    COUNT(*) FILTER (WHERE outcomes.has_returned) AS returned,
    AVG(CASE outcomes.has_returned WHEN TRUE THEN 1.0 WHEN FALSE THEN 0.0 END) AS return_rate
FROM (VALUES ('control'), ('treatment')) AS arms (arm)
LEFT JOIN outcomes ON outcomes.arm = arms.arm
GROUP BY arms.arm
