WITH user_messages AS (
    SELECT support_message_id, user_id, happened_at
    FROM support_messages
    WHERE direction = 'from_user'
),
recent_warnings AS (
    -- Rank per message: the join alone gives every warning of the last 72 hours.
    SELECT user_messages.support_message_id, warnings.warning_id, warnings.policy
    FROM user_messages
    INNER JOIN warnings
        ON warnings.user_id = user_messages.user_id
        AND warnings.happened_at <= user_messages.happened_at
        AND warnings.happened_at >= user_messages.happened_at - INTERVAL 72 HOUR
    QUALIFY ROW_NUMBER() OVER (
        PARTITION BY user_messages.support_message_id
        ORDER BY warnings.happened_at DESC, warnings.warning_id DESC
    ) = 1
)
-- The left join comes last and starts from the messages, so none is lost: neither unmatched mail nor unprovoked mail.
SELECT
    user_messages.support_message_id,
    recent_warnings.warning_id,
    recent_warnings.policy
FROM user_messages
LEFT JOIN recent_warnings ON recent_warnings.support_message_id = user_messages.support_message_id
