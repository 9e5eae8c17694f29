WITH known_labels AS (
    SELECT message_id, harmful, revision
    FROM labels
    WHERE known_at <= '2026-04-06 00:00:00+00'::TIMESTAMPTZ
),
in_force AS (
    SELECT known_labels.message_id, known_labels.harmful
    FROM known_labels
    WHERE NOT EXISTS (
        SELECT 1
        FROM known_labels AS newer
        WHERE newer.message_id = known_labels.message_id
          AND newer.revision > known_labels.revision
    )
),
policies AS (
    SELECT policy
    FROM (VALUES ('self_harm'), ('violence'), ('fraud'), ('hate'), ('other')) AS list (policy)
)
SELECT
    policies.policy,
    COUNT(warnings.warning_id) AS warnings,
    COUNT(in_force.harmful) AS judged,
    COALESCE(SUM(CASE WHEN in_force.harmful THEN 0 WHEN NOT in_force.harmful THEN 1 END), 0) AS harmless,
    AVG(CASE WHEN in_force.harmful THEN 0 WHEN NOT in_force.harmful THEN 1 END) AS over_refusal_rate
FROM policies
LEFT JOIN warnings
    ON warnings.policy = policies.policy
    AND warnings.known_at <= '2026-04-06 00:00:00+00'::TIMESTAMPTZ
LEFT JOIN in_force ON in_force.message_id = warnings.message_id
GROUP BY policies.policy
