WITH verdicts AS (
    SELECT message_id, FIRST(harmful ORDER BY revision DESC) AS harmful
    FROM labels
    GROUP BY message_id
),
by_policy AS (
    SELECT
        warnings.policy,
        COUNT(*) AS warnings,
        COUNT(verdicts.harmful) AS judged,
        COUNT(CASE WHEN verdicts.harmful = FALSE THEN 1 END) AS harmless
    FROM warnings
    LEFT JOIN verdicts ON verdicts.message_id = warnings.message_id
    GROUP BY warnings.policy
)
SELECT
    policies.policy,
    COALESCE(by_policy.warnings, 0) AS warnings,
    COALESCE(by_policy.judged, 0) AS judged,
    COALESCE(by_policy.harmless, 0) AS harmless,
    by_policy.harmless / NULLIF(by_policy.judged, 0) AS over_refusal_rate
FROM (SELECT UNNEST(['self_harm', 'violence', 'fraud', 'hate', 'other']) AS policy) AS policies
LEFT JOIN by_policy ON by_policy.policy = policies.policy
