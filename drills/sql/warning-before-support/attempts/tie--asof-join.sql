SELECT
    support.support_message_id,
    CASE WHEN warnings.happened_at >= support.happened_at - INTERVAL 72 HOUR THEN warnings.warning_id END AS warning_id,
    CASE WHEN warnings.happened_at >= support.happened_at - INTERVAL 72 HOUR THEN warnings.policy END AS policy
FROM support_messages AS support
ASOF LEFT JOIN warnings
    ON warnings.user_id = support.user_id
    AND warnings.happened_at <= support.happened_at
WHERE support.direction = 'from_user'
