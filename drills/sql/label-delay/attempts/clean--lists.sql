WITH delays AS (
    SELECT
        escalations.reason,
        (
            SELECT MIN(EPOCH_US(labels.known_at) - EPOCH_US(escalations.happened_at)) / 3600e6
            FROM labels
            WHERE labels.message_id = escalations.message_id
              AND labels.happened_at >= escalations.happened_at
              AND labels.known_at <= '2026-04-06 00:00:00+00'::TIMESTAMPTZ
        ) AS delay_hours
    FROM escalations
    WHERE escalations.known_at <= '2026-04-06 00:00:00+00'::TIMESTAMPTZ
      AND escalations.happened_at + INTERVAL '48 hours' <= '2026-04-06 00:00:00+00'::TIMESTAMPTZ
),
by_reason AS (
    SELECT
        reason,
        COUNT(*) AS escalated,
        COUNT(CASE WHEN delay_hours <= 48 THEN 1 END) AS answered_48h,
        LIST(delay_hours ORDER BY delay_hours NULLS LAST) AS delays_in_order
    FROM delays
    GROUP BY reason
)
SELECT
    reasons.reason,
    COALESCE(by_reason.escalated, 0) AS escalated,
    COALESCE(by_reason.answered_48h, 0) AS answered_48h,
    by_reason.answered_48h / by_reason.escalated AS answered_share,
    by_reason.delays_in_order[(by_reason.escalated + 1) // 2] AS median_hours
FROM (SELECT UNNEST(['score', 'user_report', 'audit']) AS reason) AS reasons
LEFT JOIN by_reason ON by_reason.reason = reasons.reason
