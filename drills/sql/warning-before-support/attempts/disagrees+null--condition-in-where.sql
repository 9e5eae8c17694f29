SELECT support.support_message_id, warnings.warning_id, warnings.policy
FROM support_messages AS support
LEFT JOIN warnings
    ON warnings.user_id = support.user_id
WHERE support.direction = 'from_user'
  AND support.happened_at BETWEEN warnings.happened_at AND warnings.happened_at + INTERVAL 72 HOUR
QUALIFY ROW_NUMBER() OVER (
    PARTITION BY support.support_message_id
    ORDER BY warnings.happened_at DESC NULLS LAST, warnings.warning_id DESC
) = 1
