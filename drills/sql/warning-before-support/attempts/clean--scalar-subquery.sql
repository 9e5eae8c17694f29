WITH matched AS (
    SELECT
        support.support_message_id,
        (
            SELECT warnings.warning_id
            FROM warnings
            WHERE warnings.user_id = support.user_id
              AND warnings.happened_at <= support.happened_at
              AND warnings.happened_at >= support.happened_at - INTERVAL '72 hours'
            ORDER BY warnings.happened_at DESC, warnings.warning_id DESC
            LIMIT 1
        ) AS warning_id
    FROM support_messages AS support
    WHERE support.direction = 'from_user'
)
SELECT matched.support_message_id, matched.warning_id, warnings.policy
FROM matched
LEFT JOIN warnings ON warnings.warning_id = matched.warning_id
