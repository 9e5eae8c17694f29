WITH answered AS (
    SELECT
        escalations.escalation_id,
        escalations.reason,
        escalations.happened_at,
        labels.known_at AS answered_at
    FROM escalations
    LEFT JOIN labels
        ON labels.message_id = escalations.message_id
        AND labels.happened_at >= escalations.happened_at
        AND labels.known_at <= TIMESTAMPTZ '2026-04-06 00:00:00+00'
    WHERE escalations.known_at <= TIMESTAMPTZ '2026-04-06 00:00:00+00'
      AND escalations.happened_at <= TIMESTAMPTZ '2026-04-06 00:00:00+00' - INTERVAL 48 HOUR
),
delays AS (
    SELECT
        reason,
        COALESCE((EPOCH_US(answered_at) - EPOCH_US(happened_at)) / 3600000000.0, 'infinity'::DOUBLE) AS delay_hours
    FROM answered
)
SELECT
    reasons.reason,
    COUNT(delays.delay_hours) AS escalated,
    COUNT(*) FILTER (WHERE delays.delay_hours <= 48) AS answered_48h,
    COUNT(*) FILTER (WHERE delays.delay_hours <= 48) / NULLIF(COUNT(delays.delay_hours), 0) AS answered_share,
    NULLIF(QUANTILE_DISC(delays.delay_hours, 0.5), 'infinity'::DOUBLE) AS median_hours
FROM (VALUES ('score'), ('user_report'), ('audit')) AS reasons (reason)
LEFT JOIN delays ON delays.reason = reasons.reason
GROUP BY reasons.reason
