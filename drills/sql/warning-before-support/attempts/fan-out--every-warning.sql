SELECT support.support_message_id, warnings.warning_id, warnings.policy
FROM support_messages AS support
LEFT JOIN warnings
    ON warnings.user_id = support.user_id
    AND warnings.happened_at <= support.happened_at
    AND warnings.happened_at >= support.happened_at - INTERVAL 72 HOUR
WHERE support.direction = 'from_user'
