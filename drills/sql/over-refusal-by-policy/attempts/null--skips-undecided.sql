WITH moment AS (
    SELECT TIMESTAMPTZ '2026-04-06 00:00:00+00' AS as_of
),
policies AS (
    SELECT policy
    FROM (VALUES ('self_harm'), ('violence'), ('fraud'), ('hate'), ('other')) AS list (policy)
),
verdicts_in_force AS (
    SELECT labels.message_id, labels.harmful
    FROM labels
    CROSS JOIN moment
    WHERE labels.known_at <= moment.as_of
      AND labels.harmful IS NOT NULL
    QUALIFY ROW_NUMBER() OVER (PARTITION BY labels.message_id ORDER BY labels.revision DESC) = 1
),
judged_warnings AS (
    SELECT warnings.warning_id, warnings.policy, verdicts_in_force.harmful
    FROM warnings
    CROSS JOIN moment
    LEFT JOIN verdicts_in_force ON verdicts_in_force.message_id = warnings.message_id
    WHERE warnings.known_at <= moment.as_of
)
SELECT
    policies.policy,
    COUNT(judged_warnings.warning_id) AS warnings,
    COUNT(judged_warnings.harmful) AS judged,
    COUNT(*) FILTER (WHERE NOT judged_warnings.harmful) AS harmless,
    COUNT(*) FILTER (WHERE NOT judged_warnings.harmful) / NULLIF(COUNT(judged_warnings.harmful), 0) AS over_refusal_rate
FROM policies
LEFT JOIN judged_warnings ON judged_warnings.policy = policies.policy
GROUP BY policies.policy
