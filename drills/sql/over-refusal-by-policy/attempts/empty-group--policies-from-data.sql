WITH verdicts AS (
    SELECT message_id, FIRST(harmful ORDER BY revision DESC) AS harmful
    FROM labels
    WHERE known_at <= TIMESTAMPTZ '2026-04-06 00:00:00+00'
    GROUP BY message_id
)
SELECT
    warnings.policy,
    COUNT(*) AS warnings,
    COUNT(verdicts.harmful) AS judged,
    COUNT(*) FILTER (WHERE NOT verdicts.harmful) AS harmless,
    COUNT(*) FILTER (WHERE NOT verdicts.harmful) / NULLIF(COUNT(verdicts.harmful), 0) AS over_refusal_rate
FROM warnings
LEFT JOIN verdicts ON verdicts.message_id = warnings.message_id
WHERE warnings.known_at <= TIMESTAMPTZ '2026-04-06 00:00:00+00'
GROUP BY warnings.policy
