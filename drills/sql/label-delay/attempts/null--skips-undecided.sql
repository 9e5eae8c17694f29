WITH moment AS (
    SELECT TIMESTAMPTZ '2026-04-06 00:00:00+00' AS as_of
),
reasons AS (
    SELECT reason
    FROM (VALUES ('score'), ('user_report'), ('audit')) AS list (reason)
),
old_escalations AS (
    SELECT
        escalations.escalation_id,
        escalations.message_id,
        escalations.reason,
        escalations.happened_at
    FROM escalations
    CROSS JOIN moment
    WHERE escalations.known_at <= moment.as_of
      AND escalations.happened_at + INTERVAL 48 HOUR <= moment.as_of
),
first_verdicts AS (
    -- One row per escalation; a message with three revisions must not answer three times.
    SELECT old_escalations.escalation_id, MIN(labels.known_at) AS answered_at
    FROM old_escalations
    INNER JOIN labels ON labels.message_id = old_escalations.message_id
    CROSS JOIN moment
    WHERE labels.happened_at >= old_escalations.happened_at
      AND labels.known_at <= moment.as_of
      AND labels.harmful IS NOT NULL
    GROUP BY old_escalations.escalation_id
),
delays AS (
    SELECT
        old_escalations.escalation_id,
        old_escalations.reason,
        (EPOCH_US(first_verdicts.answered_at) - EPOCH_US(old_escalations.happened_at)) / 3600e6 AS delay_hours,
        first_verdicts.answered_at <= old_escalations.happened_at + INTERVAL 48 HOUR AS is_in_time
    FROM old_escalations
    LEFT JOIN first_verdicts ON first_verdicts.escalation_id = old_escalations.escalation_id
),
ranked_delays AS (
    -- Those still waiting are longer than any delay seen: dropping them would make a growing backlog look fast.
    SELECT
        escalation_id,
        reason,
        delay_hours,
        is_in_time,
        ROW_NUMBER() OVER (PARTITION BY reason ORDER BY delay_hours NULLS LAST, escalation_id) AS place,
        COUNT(*) OVER (PARTITION BY reason) AS escalated
    FROM delays
)
SELECT
    reasons.reason,
    COUNT(ranked_delays.escalation_id) AS escalated,
    COUNT(*) FILTER (WHERE ranked_delays.is_in_time) AS answered_48h,
    COUNT(*) FILTER (WHERE ranked_delays.is_in_time) / NULLIF(COUNT(ranked_delays.escalation_id), 0) AS answered_share,
    MAX(ranked_delays.delay_hours) FILTER (
        WHERE ranked_delays.place = (ranked_delays.escalated + 1) // 2
    ) AS median_hours
FROM reasons
LEFT JOIN ranked_delays ON ranked_delays.reason = reasons.reason
GROUP BY reasons.reason
